"""Read a Word file as a person sees it: the bytes of a .docx in, a :class:`WordDocument` out.

Independent of what writes the file: straight from the XML, because python-docx sees neither
content controls nor tracked changes. Nothing is interpreted here. Everything that can be seen
is told, with its looks, and what can be seen but not read (a drawing, a field) is named.
"""

from pipeline.base.word.document_reader import read, read_outside
from pipeline.base.word.package import (
    Package,
    PackageProblem,
    WordProblem,
    open_package,
    package_of,
)
from pipeline.base.word.seen import (
    Control,
    Odd,
    Oddity,
    Passage,
    Piece,
    WordCell,
    WordDocument,
    WordLine,
    WordRow,
    WordTable,
)

__all__ = [
    "Control",
    "Odd",
    "Oddity",
    "Package",
    "PackageProblem",
    "Passage",
    "Piece",
    "WordCell",
    "WordDocument",
    "WordLine",
    "WordProblem",
    "WordRow",
    "WordTable",
    "open_package",
    "package_of",
    "read",
    "read_outside",
]
