"""Write the Word templates of ``templates/shared/``.

In: nothing. Out: one ``.docx`` a document, the same bytes on every run. They are
Word files like any other: an officer opens one in Word, changes fonts, colours or
wording, and the next run uses it as it then is. This script is how they began, and
how new ones can be had (``make_word_templates.py [FOLDER]``); a test holds the two
together.
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
    """Every template by the name of its file."""
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
