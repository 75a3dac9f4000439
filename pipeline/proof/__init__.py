"""Prove a finished file: the document and the file's bytes in, what was found out.

The file is read back without any knowledge of how it was written: a Word file from
its XML, content controls included, a PDF through pdfium. Each value is looked for
in its own cell, so that two swapped values are noticed, and character for
character, so that ２ never passes for 2.
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
    """Look for every value of ``document`` in its file.

    Those of a handout cell by cell; of any other document, which tells only its texts,
    each behind the one before it, and the note on every page.
    """
    reading = read_word(content) if kind is DocumentFormat.DOCX else read_pdf(content)
    if isinstance(document, Handout):
        return compare(expected(document), reading)
    return compare_texts(document.texts(), document.note or "", reading)
