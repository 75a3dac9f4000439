"""What a Word template may consist of: its package in, a mistake for everything else out.

What the template holds is published with every document, so only the parts and relationships
that a printed page needs are let through: no embedded objects or files, no other documents
that Word takes in on opening, no macros and controls, nothing that Word fetches from elsewhere.
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
# Pictures whose readers run nothing and fetch nothing.
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
# What a reader of the document may be led to by a click of his own.
WEB: Final = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
# Word follows the addresses of old drawings as it opens a file.
_DRAWING: Final = re.compile(r"\{urn:schemas-microsoft-com:(?:vml|office:office)\}")
_SHOWN: Final = 60


def foreign_parts(package: Any) -> Iterator[Mistake]:
    """A Mistake for each relationship and picture of a python-docx package that may not be."""
    seen: set[str] = set()
    for link in _links(package):
        for reason in _reasons(link):
            if reason not in seen:
                seen.add(reason)
                yield Mistake(reason)


def fetching_drawings(root: etree._Element) -> Iterator[Mistake]:
    """A Mistake for each old drawing that has an address of its own to fetch a picture from."""
    for element in root.iter(etree.Element):
        if not _DRAWING.match(str(element.tag)):
            continue
        for name, address in element.attrib.items():
            local, target = str(name).rpartition("}")[2], str(address)
            # The plain href of a shape waits for a click; o:href and src do not.
            waits = name == "href" and WEB.match(target) is not None
            if local in {"src", "href", "althref"} and target and not waits:
                yield Mistake(outside(target))


def _links(package: Any) -> Iterator[Any]:
    for rels in (package.rels, *(part.rels for part in package.iter_parts())):
        yield from rels.values()


def _reasons(link: Any) -> Iterator[str]:
    kind = str(link.reltype).rpartition("/")[2]
    if link.is_external:
        is_link = link.reltype == RELATIONSHIP_TYPE.HYPERLINK
        if not (is_link and WEB.match(str(link.target_ref))):
            yield outside(str(link.target_ref))
    elif kind not in _ALLOWED:
        yield f"{_NAMES.get(kind, f'使えない部品（{kind[:_SHOWN]}）')}が入っています"
    elif kind in {"image", "thumbnail"} and str(link.target_part.content_type) not in _PICTURES:
        yield f"使えない形式の画像（{str(link.target_part.content_type)[:_SHOWN]}）が入っています"


def outside(address: str) -> str:
    """The reason for an address that is not in the file."""
    return f"ファイルの外（{without_directions(address)}）を参照しています"
