"""Record in a Word file to which form and meeting it belongs, as custom properties.

In: a package and the document. Out: the package's parts with the custom properties.
"""

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
from pipeline.model.identity import outside_table_properties


def add_properties_part(package: Any) -> None:
    """Add an empty part for the properties to a package of python-docx.

    It replaces the template's own part. ``with_identity`` fills it, because the properties
    describe the finished file.
    """
    for name, relationship in list(package.rels.items()):
        if relationship.reltype == RELATION:
            del package.rels[name]
    package.relate_to(Part(PackURI(f"/{PART}"), CONTENT_TYPE, b"", package), RELATION)


def with_identity(parts: Iterable[tuple[str, bytes]], document: Document) -> dict[str, bytes]:
    """The parts, the document's custom properties included.

    For a handout they include digests of the texts outside the table, read from the finished
    file: a template may print words that are no value of the handout.
    """
    by_name = dict(parts)
    properties = dict(document.identity)
    if isinstance(document, Handout):
        outside = read_outside(package_of(by_name))
        properties |= outside_table_properties(sorted({digest_of(each) for each in outside} - {""}))
    return by_name | {PART: custom_part(properties)}
