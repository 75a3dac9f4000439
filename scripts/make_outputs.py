"""Put real output into the documents, so that what they show can't go stale.

In: Markdown with places such as

    <!-- output: shiryo check inputs/連携事業マスタ.xlsx -->
    ```text
    …
    ```

Out: the same files, each block holding what the command prints today. The commands of
one document run one after another in one folder that holds the sample masters and a
filled handout (記入した資料.docx), as an officer would run them. Times in the names of runs
are replaced by a fixed one.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli import main  # noqa: E402 - needs the root on the path
from scripts.filled_handout import filled_handout  # noqa: E402 - needs the root on the path

FILLED = "記入した資料.docx"
DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
_PLACE = re.compile(
    r"(<!-- output: (?P<command>shiryo [^\n]*) -->\n```\w*\n)(?P<shown>.*?)(```\n)", re.DOTALL
)
_RUN_TIME = re.compile(r"\d{8}-\d{6}")


def filled(document: str) -> str:
    """The document with the output of every command that it shows."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "inputs", place / "inputs")
        if FILLED in document:
            (place / FILLED).write_bytes(filled_handout())
        return _PLACE.sub(
            lambda match: match[1] + _output(match["command"], place) + match[4], document
        )


def _output(command: str, place: Path) -> str:
    """What a command prints, standard error and output together, free of times and paths."""
    _, *arguments = shlex.split(command)
    said = io.StringIO()
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        contextlib.chdir(place),
    ):
        main(arguments)
    printed = _RUN_TIME.sub("20260309-090000", said.getvalue()).replace(f"{place}/", "")
    return printed if printed.endswith("\n") else printed + "\n"


if __name__ == "__main__":
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} の出力を改めました。")
