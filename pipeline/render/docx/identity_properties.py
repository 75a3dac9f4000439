"""Put into a Word file whose it is: a package and the document in, its custom properties out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.opc.packuri import PackURI
from docx.opc.part import Part

from pipeline.base.properties import CONTENT_TYPE, PART, RELATION, custom_part
from pipeline.base.word import package_of, read_outside
from pipeline.base.word.digests import digest_of
from pipeline.model.document import Document
from pipeline.model.handout import Handout
from pipeline.model.identity import around_properties


def make_room(package: Any) -> None:
    """A part for the properties in a package of python-docx, in the place of a template's own.

    It is empty until the file is finished, because it tells what stands in the file.
    """
    for name, link in list(package.rels.items()):
        if link.reltype == RELATION:
            del package.rels[name]
    package.relate_to(Part(PackURI(f"/{PART}"), CONTENT_TYPE, b"", package), RELATION)


def with_identity(parts: Iterable[tuple[str, bytes]], document: Document) -> dict[str, bytes]:
    """The parts with the document's custom properties among them.

    Of a handout also what stands outside of its table, as it is in the finished file: a
    template may print words that are no value of the handout.
    """
    made = dict(parts)
    told = dict(document.identity)
    if isinstance(document, Handout):
        outside = read_outside(package_of(made))
        told |= around_properties(sorted({digest_of(each) for each in outside} - {""}))
    return made | {PART: custom_part(told)}
