"""Write the real output of commands into the documents, so that it can't become outdated.

In: Markdown with places such as

    <!-- output: shiryo check inputs/連携事業マスタ.xlsx -->
    ```text
    …
    ```

Out: the same files, each block with the current output of its command. The commands of
one document run one after another in one folder, as an officer runs them. The folder has
the sample masters and a filled-in handout (記入した資料.docx). A fixed time replaces the
times in the names of runs.
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
    """The standard output and standard error of a command, without times and paths."""
    _, *arguments = shlex.split(command)
    stream = io.StringIO()
    with (
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
        contextlib.chdir(place),
    ):
        main(arguments)
    printed = _RUN_TIME.sub("20260309-090000", stream.getvalue()).replace(f"{place}/", "")
    return printed if printed.endswith("\n") else printed + "\n"


if __name__ == "__main__":
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} の出力を改めました。")
