"""Make the pictures of the documents from the sample masters, so that they can't go stale.

In: ``inputs/`` and the shipped form. Out: ``docs/pictures/*.png``, one a page of the
A4 handouts. A nox session runs it; the pages are drawn by PDFium.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
MASTER = ROOT / "inputs" / "連携事業マスタ.xlsx"
# 110 dots an inch: small letters stay readable, the files stay small.
SCALE = 110 / 72
GREYS = 16


def main() -> None:
    """The meeting edition of the master, the results edition of the sample."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draw(build(MASTER, "meeting", Path(folder)), "会議用")
        draw(build(SAMPLE, "results", Path(folder)), "結果版")


def build(master: Path, edition: str, output: Path) -> Path:
    """The PDF of one edition."""
    command = [sys.executable, "-m", "pipeline", "build", str(master), "--json"]
    options = ["--edition", edition, "--format", "pdf", "--output", str(output)]
    done = subprocess.run(  # noqa: S603 - our own command, our own files
        [*command, *options], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return Path(json.loads(done.stdout)["files"][0]["path"])


def draw(pdf: Path, name: str) -> None:
    """Every page as ``資料１_<name>_<page>.png``."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        picture = page.render(scale=SCALE).to_pil().convert("L").quantize(GREYS)
        picture.save(PICTURES / f"資料１_{name}_{number}.png", optimize=True)
    document.close()


if __name__ == "__main__":
    main()
