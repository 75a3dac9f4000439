"""Read a filled-in Word handout: a path in, the document as a person sees it out.

The file is opened read-only and never saved. ``rule`` reads the opinions from the document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.base.containers import ContainerKind, Refusal, Refused, inspect
from pipeline.base.errors import InputUnreadable, reason_of
from pipeline.base.files import read_bounded
from pipeline.base.word import PackageProblem, WordDocument, WordProblem, open_package, read

UNPACKED_LIMIT: Final = 256 * 2**20
_REFUSALS: Final = {
    Refusal.UNKNOWN: "not-a-handout",
    Refusal.PROTECTED: "handout-protected",
    Refusal.DAMAGED: "handout-damaged",
    Refusal.TOO_LARGE: "handout-too-large",
    Refusal.FORBIDDEN_XML: "handout-forbidden",
    Refusal.REPEATED_PART: "part-twice",
}
_PROBLEMS: Final = {
    PackageProblem.DAMAGED: "handout-damaged",
    PackageProblem.NO_DOCUMENT: "not-a-handout",
    PackageProblem.SEVERAL_DOCUMENTS: "handout-several-documents",
}


def read_handout(path: Path) -> WordDocument:
    """The document as a person sees it.

    InputUnreadable, with the reason, for a file that is no Word document, is protected,
    is damaged, or contains two documents.
    """
    content = _content(path)
    try:
        return read(open_package(content))
    except WordProblem as error:
        raise InputUnreadable(_PROBLEMS[error.problem], path=path) from error
    except RecursionError as error:
        raise InputUnreadable("handout-damaged", path=path) from error


def _content(path: Path) -> bytes:
    """The bytes of a Word file that may be unpacked."""
    if path.name.startswith("~$"):
        raise InputUnreadable("handout-lock-file", path=path)
    if path.is_dir():
        raise InputUnreadable("not-a-handout", path=path)
    try:
        content = read_bounded(path, UNPACKED_LIMIT)
    except FileNotFoundError as error:
        raise InputUnreadable("handout-missing", path=path) from error
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=path, reason=reason_of(error)) from error
    if not content:
        raise InputUnreadable("handout-damaged", path=path)
    try:
        kind = inspect(content, UNPACKED_LIMIT)
    except Refused as error:
        code = _REFUSALS[error.refusal]
        raise InputUnreadable(code, path=path, limit=UNPACKED_LIMIT // 2**20) from error
    if kind is ContainerKind.DOC:
        raise InputUnreadable("handout-legacy", path=path)
    if kind is not ContainerKind.DOCX:
        raise InputUnreadable("not-a-handout", path=path)
    return content
