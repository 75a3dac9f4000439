"""Give the reader damaged and odd workbooks for a limited time, and count the outcomes.

In: seconds to run and a seed. Out: the counts on standard output. The first input that
raises anything but a PipelineError is kept in ``.fuzz/``, and the status is 1. Each input
is the sample master with changed bytes in its archive or in one part, or with odd values
in some cells.
"""

from __future__ import annotations

import collections
import io
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import openpyxl  # noqa: E402 - after the path

from pipeline.base.archives import pack, parts  # noqa: E402 - needs the root on the path
from pipeline.base.errors import PipelineError  # noqa: E402 - needs the root on the path
from pipeline.commands.reading import read_intake  # noqa: E402 - needs the root on the path
from pipeline.model.request import Source  # noqa: E402 - needs the root on the path

SAMPLE = ROOT / "inputs" / "連携事業マスタ.xlsx"
KEPT = ROOT / ".fuzz"
ODD = ("", " ", "■", "○", "=1/0", "#REF!", "NA", "None", "4点", "④", "🦕", "\u200b", "A（")
ODD_NUMBERS = (0, -1, 5, 4.5, 1e308, 10**15, True)


def main() -> int:
    """Run for argv[1] seconds (60) from seed argv[2] (0)."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)  # noqa: PLR2004, S311
    outcomes: collections.Counter[str] = collections.Counter()
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台帳.xlsx"
        while time.monotonic() < deadline:
            content = chance.choice((damage_archive, damage_part, odd_cells))(chance)
            path.write_bytes(content)
            try:
                intake = read_intake(Source(path.parent, path, "shiryo1"))
                outcomes["findings" if intake.findings else "records"] += 1
            except PipelineError as error:
                outcomes[f"refused: {error.code}"] += 1
            except Exception:  # noqa: BLE001 - the failure that this program searches for
                return keep(content)
    print(f"{outcomes.total()} inputs in {seconds:.0f} s")
    for outcome, count in outcomes.most_common():
        print(f"  {count:6} {outcome}")
    return 0


def keep(content: bytes) -> int:
    """Keep the input that made the reader fail, and print its traceback and path."""
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / f"{abs(hash(content))}.xlsx"
    kept.write_bytes(content)
    traceback.print_exc()
    print(f"kept as {kept}")
    return 1


def damage_archive(chance: random.Random) -> bytes:
    """The archive with some bytes changed, sometimes truncated."""
    content = bytearray(SAMPLE.read_bytes())
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content[: chance.randint(1, len(content))] if chance.random() < 0.2 else content)  # noqa: PLR2004


def damage_part(chance: random.Random) -> bytes:
    """A valid archive in which bytes of one part are changed, doubled or missing."""
    whole = dict(parts(SAMPLE.read_bytes()))
    name = chance.choice(sorted(whole))
    part = bytearray(whole[name])
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(part))
        piece = part[at : at + chance.randint(1, 40)]
        part[at : at + len(piece)] = chance.choice((b"", piece * 2, b"<", b'"', b"\x00", b"9" * 12))
    whole[name] = bytes(part)
    if chance.random() < 0.1:  # noqa: PLR2004 - one in ten
        del whole[name]
    return pack(whole.items())


def odd_cells(chance: random.Random) -> bytes:
    """A valid workbook with odd values in some cells of its table."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book.worksheets[0]
    for _ in range(chance.randint(1, 12)):
        row, column = chance.randint(1, 20), chance.randint(1, 12)
        sheet.cell(row, column).value = chance.choice((*ODD, *ODD_NUMBERS, None))
    if chance.random() < 0.3:  # noqa: PLR2004 - some headers merged
        sheet.merge_cells(start_row=1, end_row=2, start_column=3, end_column=chance.randint(3, 6))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


if __name__ == "__main__":
    sys.exit(main())
