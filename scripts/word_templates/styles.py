"""The styles of the templates; all formatting is here: one change in Word changes all pages."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.word_templates.markup import DECLARATION, FONT, NAMESPACES, twips

RULE = "404040"
# Styles that Word defines itself, under this name in every language.
BUILT_IN = frozenset({"heading 2"})


def style(identity: str, name: str, formatting: str, *, base: str = "Normal") -> str:
    """A paragraph style; ``formatting`` is XML of paragraph and run properties.

    The names of our own styles begin with 資料: they are listed together in Word, and none
    equals the Japanese name of a Word style.
    """
    is_words = identity == name or name in BUILT_IN
    own = "" if is_words else ' w:customStyle="1"'
    shown = name if is_words else f"資料 {name}"
    return (
        f'<w:style w:type="paragraph"{own} w:styleId="{identity}">'
        f'<w:name w:val="{shown}"/><w:basedOn w:val="{base}"/><w:qFormat/>{formatting}</w:style>'
    )


def formatting(
    size: float,
    height: float,
    *,
    align: str = "left",
    before: float = 0,
    after: float = 0,
    bold: bool = False,
    more: str = "",
    indent: str = "",
    last: str = "",
) -> str:
    """Paragraph and run properties: sizes in points, exact line height.

    ``more`` comes before the spacing, ``last`` after the alignment: the schema
    requires this order.
    """
    spacing = (
        f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"'
        f' w:line="{round(height * 20)}" w:lineRule="exact"/>'
    )
    weight = "<w:b/><w:bCs/>" if bold else ""
    half = round(size * 2)
    return (
        f'<w:pPr>{more}{spacing}{indent}<w:jc w:val="{align}"/>{last}</w:pPr>'
        f'<w:rPr>{weight}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
    )


def number_formatting() -> str:
    """The formatting of 資料１ in its box."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="{space}" w:color="000000"/>'
        for side, space in (("top", 2), ("left", 2), ("bottom", 2), ("right", 2))
    )
    # As wide as its text, with some distance from the border lines.
    distance = f'<w:ind w:left="{twips(3)}" w:right="{twips(3)}"/>'
    return formatting(10.5, 13, align="center", more=f"<w:pBdr>{sides}</w:pBdr>", indent=distance)


def styles(paragraph_styles: Iterable[str]) -> str:
    """Defaults for the whole file, the paragraph styles and the table's style."""
    fonts = f'w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        '<w:sz w:val="15"/><w:szCs w:val="15"/>'
        '<w:lang w:val="ja-JP" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    # A line has 25 characters only without a grid and adjusted indents. The gap
    # between Latin and Japanese is on: with it the lines of No 12 and 13 (WG) break
    # as in the printed original, and LibreOffice adds it in any case.
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/><w:qFormat/><w:pPr><w:kinsoku/><w:overflowPunct w:val="0"/>'
        '<w:autoSpaceDE/><w:autoSpaceDN/><w:adjustRightInd w:val="0"/>'
        '<w:snapToGrid w:val="0"/></w:pPr></w:style>'
    )
    content = defaults + normal + "".join(paragraph_styles) + table_styles()
    return f"{DECLARATION}<w:styles {NAMESPACES}>{content}</w:styles>"


def table_styles() -> str:
    """Border lines and cell margins of the table."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>' for side in sides
    )
    margins = "".join(
        f'<w:{side} w:w="{twips(size)}" w:type="dxa"/>'
        for side, size in (("top", 0.9), ("left", 0.6), ("bottom", 0.9), ("right", 0.6))
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="HandoutTable">'
        '<w:name w:val="資料 表"/><w:basedOn w:val="TableNormal"/><w:tblPr>'
        f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar>"
        "</w:tblPr></w:style>"
    )


# The styles around the tables, which every document has.
DOCUMENT_NUMBER = style("DocumentNumber", "番号の枠", number_formatting())
NOTE = style("Note", "注記", formatting(8, 10, align="left", bold=True))
PAGE_NUMBER = style("PageNumber", "ページ番号", formatting(8, 10, align="center"))
CONTROL_STYLE = style("Control", "差込み命令", formatting(6, 8))
TABLE_END = style("TableEnd", "表の後", formatting(1, 1))


def title_style(size: float, height: float, *, before: float, after: float) -> str:
    """The document's title, first in Word's outline."""
    level = '<w:outlineLvl w:val="0"/>'
    return style(
        "Title",
        "Title",
        formatting(size, height, align="center", bold=True, before=before, after=after, last=level),
    )


def heading_style() -> str:
    """A section heading, below the title in Word's outline, on one page with the next line."""
    level = '<w:outlineLvl w:val="1"/>'
    return style(
        "Heading2",
        "heading 2",
        formatting(10.5, 15, bold=True, before=7, after=2, more="<w:keepNext/>", last=level),
    )


# The common styles of the documents other than the handout; larger letters than in the handout.
PLAIN = (
    DOCUMENT_NUMBER,
    title_style(14, 20, before=2, after=4),
    style("Facts", "開催情報", formatting(9, 13, align="right", after=2)),
    style("BodyText", "本文", formatting(9, 13, after=1)),
    heading_style(),
    NOTE,
    PAGE_NUMBER,
    style("HeadCell", "表見出し", formatting(8.5, 12, align="center")),
    style("CellText", "表本文", formatting(8.5, 11.5)),
    style("CellCentre", "表本文（中央）", formatting(8.5, 11.5, align="center")),
    CONTROL_STYLE,
    TABLE_END,
)
