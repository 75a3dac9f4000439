"""Read a Word file as a person sees it: the bytes of a .docx in, a :class:`Document` out.

Independent of what writes the file: straight from the XML, because python-docx sees neither
content controls nor tracked changes. Nothing is interpreted here. Everything that can be seen
is told, with its looks, and what can be seen but not read (a drawing, a field) is named.
"""

from pipeline.base.word.document_reader import read, read_outside
from pipeline.base.word.package import Package, Problem, WordProblem, open_package, package_of
from pipeline.base.word.seen import (
    Cell,
    Control,
    Document,
    Line,
    Odd,
    Oddity,
    Passage,
    Piece,
    Row,
    Table,
)

__all__ = [
    "Cell",
    "Control",
    "Document",
    "Line",
    "Odd",
    "Oddity",
    "Package",
    "Passage",
    "Piece",
    "Problem",
    "Row",
    "Table",
    "WordProblem",
    "open_package",
    "package_of",
    "read",
    "read_outside",
]
