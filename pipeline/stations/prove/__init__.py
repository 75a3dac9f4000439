"""Prove a finished file: the document and the file's bytes in, what was found out.

The file is read back without any knowledge of how it was written: a Word file from
its XML, content controls included, a PDF through pdfium. Each value is looked for
in its own cell, so that two swapped values are noticed, and character for
character, so that ２ never passes for 2.
"""

from __future__ import annotations

from typing import Protocol

from pipeline.model.editions import DocumentFormat
from pipeline.model.handout import Handout
from pipeline.model.proof import Proof
from pipeline.stations.prove.compare import compare, compare_texts
from pipeline.stations.prove.expected import expected
from pipeline.stations.prove.reading import Reading


class TextDocument(Protocol):
    """A document without columns of its own, which tells every text that it prints."""

    def texts(self) -> tuple[str, ...]:
        """Every printed text, in reading order."""


def prove(handout: Handout, content: bytes, kind: DocumentFormat) -> Proof:
    """Look for every value of ``handout`` in its file, cell by cell."""
    return compare(expected(handout), _read(content, kind))


def prove_texts(document: TextDocument, content: bytes, kind: DocumentFormat) -> Proof:
    """Look for every text of any other document in its file, in order."""
    return compare_texts(document.texts(), _read(content, kind))


def _read(content: bytes, kind: DocumentFormat) -> Reading:
    if kind is DocumentFormat.DOCX:
        from pipeline.stations.prove.word import read_word  # noqa: PLC0415 - lxml behind it

        return read_word(content)
    from pipeline.stations.prove.pdf import read_pdf  # noqa: PLC0415 - pdfium behind it

    return read_pdf(content)
