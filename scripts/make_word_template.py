"""Write ``templates/shiryo1/handout.docx``, the Word template of 資料１.

In: nothing. Out: the template, the same bytes on every run. It is a Word file
like any other: an officer opens it in Word, changes fonts, colours or wording,
and the next run uses it as it then is. This script is how it began, and how a
new one can be had; a test holds the two together.

Rules that the XML keeps:

- Every attribute is valid as it stands, so that Word opens the template: Jinja
  stands only in text and in attributes that take any text (tag, alias, table
  caption). What can't hold Jinja (widths, ids, check marks) is set after
  rendering by ``pipeline.stations.render_docx``.
- Looks live in styles with Japanese names, not in the cells, so that one change
  in Word's style list changes the whole page and a row stays short.
- Line heights are exact: Word and LibreOffice then agree on the pages.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

TARGET = Path(__file__).resolve().parent.parent / "templates" / "shiryo1" / "handout.docx"

FONT = "BIZ UDゴシック"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = (
    f'xmlns:w="{MAIN}" xmlns:r="{RELATIONS}" xmlns:w14="{WORD_2010}" '
    f'xmlns:mc="{COMPATIBILITY}" mc:Ignorable="w14"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

HEAD_SHADE = "EEF2F7"
RULE = "404040"

# Widths in millimetres, only for looking at the template in Word: the cells that
# hold {%tc … %} need room here and are gone in the handout.
NO, NAME, RATING, JUDGEMENT, TEXT, PROPOSAL, OPINION = 6.0, 18.0, 12.0, 20.0, 40.0, 30.0, 31.9
CONTROL = 9.5


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


# --- text -----------------------------------------------------------------------


def run(text: str) -> str:
    """A run of text; its looks come from the paragraph's style."""
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(style: str, *content: str, properties: str = "") -> str:
    """A paragraph of a style; ``content`` and ``properties`` are XML."""
    named = f'<w:pStyle w:val="{style}"/>{properties}'
    return f"<w:p><w:pPr>{named}</w:pPr>{''.join(content)}</w:p>"


def line(style: str, text: str) -> str:
    """A paragraph of plain text."""
    return paragraph(style, run(text))


def control(text: str) -> str:
    """A paragraph that holds only a Jinja statement and leaves nothing behind."""
    return line("Control", text)


def check_box() -> str:
    """The council's box: a check-box control, unchecked until the handout says else.

    The mark is ■/□, not Word's usual ☒/☐, so that it prints like the
    secretariat's plain marks.
    """
    alias = quoteattr("No.{{ row.no }} {{ handout.headings.opinion }}: {{ box.label }}")
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val={alias}/><w:tag w:val="{{{{ box.tag }}}}"/>'
        '<w:id w:val="1"/><w14:checkbox><w14:checked w14:val="0"/>'
        f'<w14:checkedState w14:val="25A0" w14:font="{FONT}"/>'
        f'<w14:uncheckedState w14:val="25A1" w14:font="{FONT}"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>□</w:t></w:r></w:sdtContent></w:sdt>"
    )


def field(instruction: str) -> str:
    """A field that Word fills in, such as the page number."""
    return f'<w:fldSimple w:instr=" {instruction} ">{run("1")}</w:fldSimple>'


# --- the table ------------------------------------------------------------------


def cell(width: float, *content: str, span: int = 1, merge: str = "", head: bool = False) -> str:
    """A cell; ``merge`` is "restart" or "continue" for a vertical merge."""
    parts = [f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>']
    if span > 1:
        parts.append(f'<w:gridSpan w:val="{span}"/>')
    if merge:
        parts.append(f'<w:vMerge w:val="{merge}"/>')
    if head:
        parts.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD_SHADE}"/>')
        parts.append(
            '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
        )
    parts.append('<w:vAlign w:val="center"/>')
    return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr>{''.join(content)}</w:tc>"


def statement(text: str) -> str:
    """A cell that holds only a {%tc … %} statement and leaves nothing behind."""
    return cell(CONTROL, control(text))


def row(*cells: str, head: bool = False) -> str:
    """A row that stays on one page; a ``head`` row repeats on every page."""
    header = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>"


def statement_row(text: str) -> str:
    """A row that holds only a {%tr … %} statement and leaves nothing behind."""
    width = NO + NAME + RATING + JUDGEMENT + TEXT + PROPOSAL + OPINION + 4 * CONTROL
    return row(cell(width, control(text), span=11))


# docxtpl makes a gridSpan of it; the form decides how many columns the review has.
REVIEW_SPAN = "{% colspan handout.headings.ratings|length + (1 if handout.has_judgement else 0) %}"


def upper_header() -> str:
    """The first level of the header: the groups."""
    review = RATING + JUDGEMENT + 4 * CONTROL
    return row(
        cell(NO, line("HeadCell", ""), merge="restart", head=True),
        cell(NAME, line("HeadCell", "{{ handout.headings.name }}"), merge="restart", head=True),
        cell(
            review,
            line("HeadCell", REVIEW_SPAN + "{{ handout.headings.review }}"),
            control("{%p if handout.headings.review_note %}"),
            line("HeadNote", "{{ handout.headings.review_note }}"),
            control("{%p endif %}"),
            span=6,
            head=True,
        ),
        cell(
            TEXT + PROPOSAL + OPINION,
            line("HeadCell", "{{ handout.headings.plan }}"),
            span=3,
            head=True,
        ),
        head=True,
    )


def lower_header() -> str:
    """The second level: a column each."""
    return row(
        cell(NO, line("HeadCell", ""), merge="continue", head=True),
        cell(NAME, line("HeadCell", ""), merge="continue", head=True),
        statement("{%tc for rating in handout.headings.ratings %}"),
        cell(
            RATING,
            control("{%p for part in rating.lines %}"),
            line("HeadSmall", "{{ part }}"),
            control("{%p endfor %}"),
            head=True,
        ),
        statement("{%tc endfor %}"),
        statement("{%tc if handout.has_judgement %}"),
        cell(
            JUDGEMENT,
            control("{%p for part in handout.headings.judgement_lines %}"),
            line("HeadCell", "{{ part }}"),
            control("{%p endfor %}"),
            head=True,
        ),
        statement("{%tc endif %}"),
        cell(
            TEXT + PROPOSAL, line("HeadCell", "{{ handout.headings.proposal }}"), span=2, head=True
        ),
        cell(
            OPINION,
            line("HeadCell", "{{ handout.headings.opinion }}"),
            control("{%p if handout.headings.opinion_note %}"),
            line("HeadNote", "{{ handout.headings.opinion_note }}"),
            control("{%p endif %}"),
            head=True,
        ),
        head=True,
    )


def project_row() -> str:
    """One project."""
    return row(
        cell(NO, line("CellFigure", "{{ row.no }}")),
        cell(NAME, line("CellText", "{{ row.name }}")),
        statement("{%tc for rating in row.ratings %}"),
        cell(RATING, line("CellFigure", "{{ rating }}")),
        statement("{%tc endfor %}"),
        statement("{%tc if handout.has_judgement %}"),
        cell(
            JUDGEMENT,
            line("CellFigure", "{{ row.letter }}"),
            control("{%p if row.label %}"),
            line("CellCentre", "（{{ row.label }}）"),
            control("{%p endif %}"),
        ),
        statement("{%tc endif %}"),
        cell(
            TEXT,
            control("{%p for part in row.paragraphs %}"),
            line("CellText", "{{ part }}"),
            control("{%p endfor %}"),
        ),
        cell(
            PROPOSAL,
            control("{%p for box in row.proposal %}"),
            line("Choice", "{{ box.mark }} {{ box.label }}"),
            control("{%p endfor %}"),
        ),
        opinion_cell(),
    )


def opinion_cell() -> str:
    """The council's column: boxes, then what is no choice in words, then comments."""
    return cell(
        OPINION,
        control("{%p for box in row.opinion.boxes %}"),
        paragraph("Choice", check_box(), run(" {{ box.label }}")),
        control("{%p endfor %}"),
        control("{%p if row.opinion.words %}"),
        line("OpinionWords", "{{ row.opinion.words }}"),
        control("{%p endif %}"),
        control("{%p for part in row.opinion.comment %}"),
        line("OpinionComment", "{{ part }}"),
        control("{%p endfor %}"),
    )


def table() -> str:
    """The whole table; its real widths come from the form when it is rendered."""
    widths = (
        NO,
        NAME,
        CONTROL,
        RATING,
        CONTROL,
        CONTROL,
        JUDGEMENT,
        CONTROL,
        TEXT,
        PROPOSAL,
        OPINION,
    )
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    description = quoteattr(
        "１行が１事業。左から番号、事業名、振返り結果、今後の方針、"
        "事務局案の説明と選択肢、懇談会意見の選択肢。"
    )
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="HandoutTable"/>'
        f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="0" w:noVBand="0"/>'
        f'<w:tblCaption w:val="{{{{ handout.title }}}}"/><w:tblDescription w:val={description}/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        + upper_header()
        + lower_header()
        + statement_row("{%tr for row in handout.rows %}")
        + project_row()
        + statement_row("{%tr endfor %}")
        + "</w:tbl>"
    )


# --- the parts ------------------------------------------------------------------


# 資料１ stands in a frame of its own; LibreOffice reads a frame only here, not in a style.
NUMBER_FRAME = (
    f'<w:framePr w:w="{twips(20)}" w:wrap="notBeside" w:vAnchor="text" w:hAnchor="margin"'
    ' w:xAlign="right" w:y="1"/>'
)


def document() -> str:
    """The body: number, title, facts, table."""
    body = (
        paragraph("DocumentNumber", run("{{ handout.number }}"), properties=NUMBER_FRAME)
        + line("Title", "{{ handout.title }}")
        + control("{%p for fact in handout.facts %}")
        + line("Facts", "{{ fact }}")
        + control("{%p endfor %}")
        + table()
        # Word wants a paragraph after a table; this one takes no room.
        + paragraph("TableEnd")
    )
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
        '<w:footerReference w:type="default" r:id="rIdFooter"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{twips(9)}" w:right="{twips(7)}" w:bottom="{twips(10)}"'
        f' w:left="{twips(7)}" w:header="{twips(4.5)}" w:footer="{twips(5)}" w:gutter="0"/>'
        "</w:sectPr>"
    )
    return f"{DECLARATION}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"


def header() -> str:
    """The note (見本・架空 …) above every page; empty where there is none."""
    text = line("Note", "{{ handout.note or '' }}")
    return f"{DECLARATION}<w:hdr {NAMESPACES}>{text}</w:hdr>"


def footer() -> str:
    """The page number below every page: 1 / 2."""
    pages = paragraph("PageNumber", field("PAGE"), run(" / "), field("NUMPAGES"))
    return f"{DECLARATION}<w:ftr {NAMESPACES}>{pages}</w:ftr>"


def style(identity: str, name: str, looks: str, *, base: str = "Normal") -> str:
    """A paragraph style; ``looks`` is XML of paragraph and run properties.

    Our own begin with 資料, so that they stand together in Word's list and none has
    the name that a style of Word's has in Japanese.
    """
    own = "" if identity == name else ' w:customStyle="1"'
    shown = name if identity == name else f"資料 {name}"
    return (
        f'<w:style w:type="paragraph"{own} w:styleId="{identity}">'
        f'<w:name w:val="{shown}"/><w:basedOn w:val="{base}"/><w:qFormat/>{looks}</w:style>'
    )


def looks(
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

    ``more`` stands before the spacing, ``last`` after the alignment, as the
    schema orders them.
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


def number_looks() -> str:
    """資料１ in its box."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="{space}" w:color="000000"/>'
        for side, space in (("top", 2), ("left", 2), ("bottom", 2), ("right", 2))
    )
    return looks(10.5, 13, align="center", more=f"<w:pBdr>{sides}</w:pBdr>")


STYLES = (
    style("DocumentNumber", "番号の枠", number_looks()),
    style(
        "Title",
        "Title",
        looks(
            13, 18, align="center", bold=True, before=4, after=4, last='<w:outlineLvl w:val="0"/>'
        ),
    ),
    style("Facts", "開催情報", looks(8.5, 12, align="right", after=2)),
    style("Note", "注記", looks(8, 10, align="left", bold=True)),
    style("PageNumber", "ページ番号", looks(8, 10, align="center")),
    style("HeadCell", "表見出し", looks(7, 10.5, align="center")),
    style("HeadSmall", "表見出し（評価）", looks(6, 8.5, align="center")),
    # The indents let the note break where the printed one does.
    style(
        "HeadNote",
        "表見出し（注）",
        looks(6.5, 9, align="center", indent='<w:ind w:left="240" w:right="240"/>'),
    ),
    style("CellText", "表本文", looks(7.5, 10.5)),
    style("CellCentre", "表本文（中央）", looks(7, 10.5, align="center")),
    style("CellFigure", "表本文（数字）", looks(8.5, 11.5, align="center")),
    style("Choice", "選択肢", looks(7.5, 10.5)),
    style("OpinionWords", "意見（選択肢以外）", looks(7.5, 10.5, bold=True, before=2)),
    style("OpinionComment", "意見（内容）", looks(7.5, 10.5, before=1)),
    style("Control", "差込み命令", looks(6, 8)),
    style("TableEnd", "表の後", looks(1, 1)),
)


def styles() -> str:
    """Defaults for the whole file, the paragraph styles and the table's style."""
    fonts = f'w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        '<w:sz w:val="15"/><w:szCs w:val="15"/>'
        '<w:lang w:val="ja-JP" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    # 25 characters a line hold only without a grid and adjusted indents. The gap
    # between Latin and Japanese is on: with it the lines of No 12 and 13 (WG) break
    # as they were printed, and LibreOffice makes it whatever stands here.
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/><w:qFormat/><w:pPr><w:kinsoku/><w:overflowPunct w:val="0"/>'
        '<w:autoSpaceDE/><w:autoSpaceDN/><w:adjustRightInd w:val="0"/>'
        '<w:snapToGrid w:val="0"/></w:pPr></w:style>'
    )
    content = defaults + normal + "".join(STYLES) + table_styles()
    return f"{DECLARATION}<w:styles {NAMESPACES}>{content}</w:styles>"


def table_styles() -> str:
    """Rules and cell margins of the table."""
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


def settings() -> str:
    """Word 2013 and later layout, Japanese line breaking, no squeezed punctuation."""
    office = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings {NAMESPACES}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="840"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{office}" w:val="15"/>'
        "</w:compat>"
        '<w:themeFontLang w:val="ja-JP" w:eastAsia="ja-JP"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def font_table() -> str:
    """The one font, with the name that it has on machines set to English."""
    return (
        f'{DECLARATION}<w:fonts {NAMESPACES}><w:font w:name="{FONT}">'
        '<w:altName w:val="BIZ UDGothic"/><w:charset w:val="80"/><w:family w:val="modern"/>'
        '<w:pitch w:val="fixed"/></w:font></w:fonts>'
    )


def core_properties() -> str:
    """Title of the template itself; a handout has its own."""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<dc:title>資料１の様式</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>"
    )


def relationships(*targets: tuple[str, str, str]) -> str:
    """A relationship part from (id, kind as a full type, target)."""
    links = "".join(
        f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'
        for identity, kind, target in targets
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def content_types() -> str:
    """Which part is what."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document": "document.main", "fontTable": "fontTable"} | {
        name: name for name in ("styles", "settings", "header", "footer")
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def parts() -> dict[str, str]:
    """Every part of the file by its name, in the order of the archive."""
    inside = tuple(
        (f"rId{name.capitalize()}", f"{RELATIONS}/{name}", f"{name}.xml")
        for name in ("styles", "settings", "fontTable", "header", "footer")
    )
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            ("rIdDocument", f"{RELATIONS}/officeDocument", "word/document.xml"),
            (
                "rIdCore",
                f"{PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ),
        "docProps/core.xml": core_properties(),
        "word/_rels/document.xml.rels": relationships(*inside),
        "word/document.xml": document(),
        "word/fontTable.xml": font_table(),
        "word/footer.xml": footer(),
        "word/header.xml": header(),
        "word/settings.xml": settings(),
        "word/styles.xml": styles(),
    }


def template() -> bytes:
    """The template's bytes, the same on every run."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts().items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            # Stored as on Windows, so that the bytes don't tell where it was made.
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.encode("utf-8"))
    return stream.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else TARGET
    target.write_bytes(template())
    print(f"{target} を作りました。")
