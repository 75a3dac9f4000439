"""Check a finished file: the document and the file's bytes in, a :class:`Proof` out.

The file is read back without the code that wrote it: a Word file from its XML, with its
content controls, a PDF through pdfium. Each value is searched for in its own cell, so that
two swapped values are found. Characters are compared exactly: ２ is not equal to 2.
"""

from __future__ import annotations

from pipeline.model.document import Document
from pipeline.model.editions import DocumentFormat
from pipeline.model.handout import Handout
from pipeline.model.proof_result import Proof
from pipeline.proof.compare import compare, compare_texts
from pipeline.proof.expected import expected
from pipeline.proof.pdf_reader import read_pdf
from pipeline.proof.word_reader import read_word


def prove(document: Document, content: bytes, kind: DocumentFormat) -> Proof:
    """Search for every value of ``document`` in its file.

    The values of a handout are searched for cell by cell. Any other document only gives its
    texts: they must be in the file in order, and the note on every page.
    """
    reading = read_word(content) if kind is DocumentFormat.DOCX else read_pdf(content)
    if isinstance(document, Handout):
        return compare(expected(document), reading)
    return compare_texts(document.texts(), document.note or "", reading)
