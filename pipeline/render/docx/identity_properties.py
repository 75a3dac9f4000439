"""Put into a Word file whose it is: its parts and the document in, the parts out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count
from typing import Final

from lxml import etree

from pipeline.base.properties import CONTENT_TYPE, PART, RELATION, custom_part
from pipeline.base.word import package_of, read_outside
from pipeline.base.word.digests import digest_of
from pipeline.model.document import Document
from pipeline.model.handout import Handout
from pipeline.model.identity import around_properties

_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "_rels/.rels"


def with_identity(parts: Iterable[tuple[str, bytes]], document: Document) -> dict[str, bytes]:
    """The parts with the document's custom properties among them.

    Of a handout also what stands outside of its table, as it is in the finished file: a
    template may print words that are no value of the handout.
    """
    made = {name: part for name, part in parts if name != PART}
    told = dict(document.identity)
    if isinstance(document, Handout):
        outside = read_outside(package_of(made))
        told |= around_properties(sorted({digest_of(each) for each in outside} - {""}))
    return made | {
        PART: custom_part(told),
        _TYPES: _with_type(made[_TYPES]),
        _RELATIONS: _with_relation(made[_RELATIONS]),
    }


def _with_type(part: bytes) -> bytes:
    root = etree.fromstring(part)
    if all(each.get("PartName") != f"/{PART}" for each in root):
        namespace = etree.QName(root).namespace
        override = etree.SubElement(root, f"{{{namespace}}}Override")
        override.set("PartName", f"/{PART}")
        override.set("ContentType", CONTENT_TYPE)
    return _written(root)


def _with_relation(part: bytes) -> bytes:
    root = etree.fromstring(part)
    if all(each.get("Type") != RELATION for each in root):
        namespace = etree.QName(root).namespace
        taken = {each.get("Id") for each in root}
        names = chain(["rIdIdentity"], (f"rIdIdentity{number}" for number in count(1)))
        relation = etree.SubElement(root, f"{{{namespace}}}Relationship")
        relation.set("Id", next(name for name in names if name not in taken))
        relation.set("Type", RELATION)
        relation.set("Target", PART)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
