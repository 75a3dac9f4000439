"""WordprocessingML in small pieces: texts, cells, rows, tables.

In: texts and sizes in millimetres. Out: XML. Jinja is only in text and in attributes
that accept any text, so that Word opens a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

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

HEAD_SHADE = "EEF2F7"
# The width of a cell with only a {%tc … %} statement; rendering removes the cell.
CONTROL = 9.5


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


def run(text: str, style: str = "") -> str:
    """A run of text, formatted by the paragraph's style or by its own ``style``."""
    own = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{own}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(style: str, *content: str, properties: str = "") -> str:
    """A paragraph of a style; ``content`` and ``properties`` are XML."""
    named = f'<w:pStyle w:val="{style}"/>{properties}'
    return f"<w:p><w:pPr>{named}</w:pPr>{''.join(content)}</w:p>"


def line(style: str, text: str) -> str:
    """A paragraph of plain text."""
    return paragraph(style, run(text))


def control(text: str) -> str:
    """A paragraph with only a Jinja statement; rendering removes it."""
    return line("Control", text)


def lines(name: str, source: str, style: str) -> str:
    """A paragraph for each text of the list ``source``; ``name`` is Jinja's loop variable."""
    text = line(style, f"{{{{ {name} }}}}")
    return control(f"{{%p for {name} in {source} %}}") + text + control("{%p endfor %}")


def field(instruction: str) -> str:
    """A field that Word fills in, such as the page number."""
    return f'<w:fldSimple w:instr=" {instruction} ">{run("1")}</w:fldSimple>'


def blank(text: str) -> str:
    """A placeholder: a click selects the whole text, and typing removes the control.

    The typed text has the paragraph's style; the style Blank is removed with the placeholder.
    """
    return (
        '<w:sdt><w:sdtPr><w:alias w:val="記入欄"/><w:id w:val="1"/><w:temporary/>'
        "<w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent>{run(text, 'Blank')}</w:sdtContent></w:sdt>"
    )


def cell(width: float, *content: str, span: int = 1, head: bool = False, shade: str = "") -> str:
    """A cell with the background ``shade``; a ``head`` cell has the header's background."""
    parts = [f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>']
    if span > 1:
        parts.append(f'<w:gridSpan w:val="{span}"/>')
    shade = HEAD_SHADE if head else shade
    if shade:
        parts.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>')
    if head:
        side = twips(0.2)
        parts.append(
            f'<w:tcMar><w:left w:w="{side}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/>'
            "</w:tcMar>"
        )
    parts.append('<w:vAlign w:val="center"/>')
    return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr>{''.join(content)}</w:tc>"


def statement(text: str, width: float = CONTROL) -> str:
    """A cell with only a {%tc … %} statement; rendering removes it."""
    return cell(width, control(text))


def row(*cells: str, head: bool = False, splits: bool = False) -> str:
    """A row that stays on one page unless it ``splits``; a ``head`` row repeats on every page."""
    whole = "" if splits else "<w:cantSplit/>"
    header = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr>{whole}{header}</w:trPr>{''.join(cells)}</w:tr>"


def statement_row(text: str, widths: Sequence[float]) -> str:
    """A row with only a {%tr … %} statement; rendering removes it."""
    return row(cell(sum(widths), control(text), span=len(widths)))


# The frame of 資料１. LibreOffice reads a frame only from the paragraph, not from a style.
NUMBER_FRAME = (
    '<w:framePr w:wrap="notBeside" w:vAnchor="text" w:hAnchor="margin" w:xAlign="right" w:y="1"/>'
)


def number_box(text: str) -> str:
    """The document's number in its box at the top right."""
    return paragraph("DocumentNumber", run(text), properties=NUMBER_FRAME)


def table(
    widths: Sequence[float],
    *rows: str,
    caption: str,
    description: str,
    align: str = "center",
    has_header: bool = True,
) -> str:
    """A table of fixed widths; screen readers read ``caption`` and ``description``.

    Its first column has the row headers and, with ``has_header``, its first row the column
    headers.
    """
    first_row, look = ("1", "00A0") if has_header else ("0", "0080")
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="HandoutTable"/>'
        f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:jc w:val="{align}"/>'
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{look}" w:firstRow="{first_row}" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="0" w:noVBand="0"/>'
        f"<w:tblCaption w:val={quoteattr(caption)}/>"
        f"<w:tblDescription w:val={quoteattr(description)}/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
