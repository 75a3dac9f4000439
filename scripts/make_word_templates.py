"""Write the Word templates of ``templates/shared/``.

In: nothing. Out: one ``.docx`` for each document, the same bytes on every run. They are
ordinary Word files: an officer opens one in Word and changes fonts, colours or wording;
the next run uses the changed file. This script made the shipped templates and makes new
ones (``make_word_templates.py [FOLDER]``); a test compares its output with the shipped
files.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# needs the root on the path
from scripts.word_templates import handout, minutes, reference, summary  # noqa: E402

TARGET = ROOT / "templates" / "shared"


def templates() -> dict[str, bytes]:
    """File name → content of every template."""
    return {
        "handout.docx": handout.template(),
        "summary.docx": summary.template(),
        "minutes.docx": minutes.template(),
        "reference.docx": reference.template(),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1:] else TARGET
    for name, content in templates().items():
        (folder / name).write_bytes(content)
        print(f"{folder / name} を作りました。")
