"""Find forbidden parts in a Word template: its package in, a mistake for each of them out.

The template's content is published with every document, so only the parts and relationships
that a printed page needs are allowed. Forbidden are embedded objects and files, other
documents that Word includes on opening, macros, controls, and everything that Word fetches
from outside the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from pipeline.base.text import without_directions
from pipeline.render.docx.mistakes import Mistake

# The last words of the relationships' types (ECMA-376 part 1, 15; [MS-DOCX] 2.2).
_ALLOWED: Final = frozenset([
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail",
    "styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "font", "theme",
    "numbering", "header", "footer", "footnotes", "endnotes", "comments", "commentsExtended",
    "commentsIds", "commentsExtensible", "people", "glossaryDocument", "customXml",
    "customXmlProps", "image", "hyperlink",
])  # fmt: skip
# Picture formats that cannot run a program or fetch a file.
_PICTURES: Final = frozenset(
    f"image/{kind}" for kind in ("png", "jpeg", "jpg", "gif", "bmp", "tiff", "x-emf", "x-wmf")
)
_NAMES: Final = {
    "oleObject": "埋め込まれたファイル（OLE）",
    "package": "埋め込まれたファイル（OLE）",
    "aFChunk": "ほかの文書の取り込み（altChunk）",
    "subDocument": "ほかの文書の取り込み（サブ文書）",
    "vbaProject": "マクロ",
    "wordVbaData": "マクロ",
    "keyMapCustomizations": "マクロ",
    "attachedToolbars": "マクロ",
    "control": "ActiveX コントロール",
    "attachedTemplate": "ほかのひな形",
    "chart": "グラフ",
    "webextension": "アドイン",
    "frame": "ほかの文書の取り込み（フレーム）",
}
# Addresses that the reader of a document may open by a click.
WEB: Final = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
# Word fetches the addresses in old drawings (VML) when it opens a file.
_DRAWING: Final = re.compile(r"\{urn:schemas-microsoft-com:(?:vml|office:office)\}")
_LONGEST: Final = 60


def foreign_parts(package: Any) -> Iterator[Mistake]:
    """A Mistake for each forbidden relationship and picture of a python-docx package."""
    seen: set[str] = set()
    for relationship in _relationships(package):
        for reason in _reasons(relationship):
            if reason not in seen:
                seen.add(reason)
                yield Mistake(reason)


def fetching_drawings(root: etree._Element) -> Iterator[Mistake]:
    """A Mistake for each old drawing (VML) that fetches a picture from an address."""
    for element in root.iter(etree.Element):
        if not _DRAWING.match(str(element.tag)):
            continue
        for name, address in element.attrib.items():
            local, target = str(name).rpartition("}")[2], str(address)
            # Word opens the plain href of a shape on a click, but o:href and src immediately.
            needs_click = name == "href" and WEB.match(target) is not None
            if local in {"src", "href", "althref"} and target and not needs_click:
                yield Mistake(outside(target))


def _relationships(package: Any) -> Iterator[Any]:
    for rels in (package.rels, *(part.rels for part in package.iter_parts())):
        yield from rels.values()


def _reasons(rel: Any) -> Iterator[str]:
    kind = str(rel.reltype).rpartition("/")[2]
    if rel.is_external:
        is_hyperlink = rel.reltype == RELATIONSHIP_TYPE.HYPERLINK
        if not (is_hyperlink and WEB.match(str(rel.target_ref))):
            yield outside(str(rel.target_ref))
    elif kind not in _ALLOWED:
        yield f"{_NAMES.get(kind, f'使えない部品（{kind[:_LONGEST]}）')}が入っています"
    elif kind in {"image", "thumbnail"} and str(rel.target_part.content_type) not in _PICTURES:
        yield f"使えない形式の画像（{str(rel.target_part.content_type)[:_LONGEST]}）が入っています"


def outside(address: str) -> str:
    """The reason of a Mistake for an address outside the file."""
    return f"ファイルの外（{without_directions(address)}）を参照しています"
