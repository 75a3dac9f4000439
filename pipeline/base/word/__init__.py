"""Read the visible content of a Word file: the bytes in, a :class:`WordDocument` out.

This package does not use the code that writes Word files. It reads the XML directly, because
python-docx ignores content controls and tracked changes. It does not interpret the text. It
returns every visible text with its formatting, and names other visible parts (a drawing, a field).
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
