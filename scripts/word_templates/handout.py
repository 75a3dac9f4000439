"""The template of the handout: number, title, and one table with the columns of the form."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from scripts.word_templates.markup import (
    FONT,
    cell,
    control,
    line,
    number_box,
    paragraph,
    row,
    run,
    statement,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import (
    CONTROL_STYLE,
    DOCUMENT_NUMBER,
    NOTE,
    PAGE_NUMBER,
    TABLE_END,
    formatting,
    style,
    title_style,
)

# Widths in millimetres of a statement and a cell; they matter only in the template itself.
SIDE, CELL = 45.0, 106.0
WIDTHS = (SIDE, CELL, SIDE)
ROW_SHADE = "F6F8FB"
# docxtpl replaces the first tag by a gridSpan, our own tag the second by a vMerge.
SPANS = "{% colspan cell.colspan %}{% vmerge cell.merge %}"


def check_box() -> str:
    """A check-box control, unchecked; rendering may check it.

    The mark is ■/□, not Word's usual ☒/☐, so that it prints like plain marks.
    """
    alias = quoteattr("{{ line.box.alias }}")
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val={alias}/><w:tag w:val="{{{{ line.box.tag }}}}"/>'
        '<w:id w:val="1"/><w14:checkbox><w14:checked w14:val="0"/>'
        f'<w14:checkedState w14:val="25A0" w14:font="{FONT}"/>'
        f'<w14:uncheckedState w14:val="25A1" w14:font="{FONT}"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>□</w:t></w:r></w:sdtContent></w:sdt>"
    )


def header_row() -> str:
    """One level of the header: each cell with its lines and those of its note."""
    return row(
        statement("{%tc for cell in level %}", SIDE),
        cell(
            CELL,
            control(SPANS + "{%p for part in cell.lines %}"),
            line("head", "{% style cell.own_style %}{{ part }}"),
            control("{%p endfor %}"),
            control("{%p for part in cell.note %}"),
            line("note", "{{ part }}"),
            control("{%p endfor %}"),
            head=True,
        ),
        statement("{%tc endfor %}", SIDE),
        head=True,
    )


def shaded_row() -> str:
    """The heading of a group, or the total, with the same background as in the PDF."""
    return row(
        statement("{%tc for cell in row.cells %}", SIDE),
        cell(
            CELL,
            control(SPANS + "{%p for line in cell.lines %}"),
            line("total", "{% style line.style %}{{ line.text }}"),
            control("{%p endfor %}"),
            shade=ROW_SHADE,
        ),
        statement("{%tc endfor %}", SIDE),
    )


def body_row() -> str:
    """A row of the table: each cell with its lines, some with a box before the text."""
    return row(
        statement("{%tc for cell in row.cells %}", SIDE),
        cell(
            CELL,
            control(SPANS + "{%p for line in cell.lines %}"),
            control("{%p if line.box and line.box.tag %}"),
            paragraph("kind-boxes", check_box(), run(" {% style line.style %}{{ line.text }}")),
            control("{%p else %}"),
            line("kind-text", "{% style line.style %}{{ line.shown }}"),
            control("{%p endif %}"),
            control("{%p endfor %}"),
        ),
        statement("{%tc endfor %}", SIDE),
    )


def body() -> str:
    """Number, title, facts, remark, table."""
    return (
        control("{%p if handout.number %}")
        + number_box("{{ handout.number }}")
        + control("{%p endif %}")
        + line("Title", "{{ handout.title }}")
        + control("{%p for fact in handout.facts %}")
        + line("Facts", "{{ fact }}")
        + control("{%p endfor %}")
        + control("{%p if handout.remark %}")
        + line("Remark", "{{ handout.remark }}")
        + control("{%p endif %}")
        + table(
            WIDTHS,
            statement_row("{%tr for level in handout.heading %}", WIDTHS),
            header_row(),
            statement_row("{%tr endfor %}", WIDTHS),
            statement_row("{%tr for row in handout.rows %}", WIDTHS),
            statement_row('{%tr if row.role == "row" %}', WIDTHS),
            body_row(),
            statement_row("{%tr else %}", WIDTHS),
            shaded_row(),
            statement_row("{%tr endif %}", WIDTHS),
            statement_row("{%tr endfor %}", WIDTHS),
            caption="{{ handout.title }}",
            description="見出しの行の下に、１行に１件が並ぶ表。",
        )
        # Word requires a paragraph after a table; this one takes no space.
        + paragraph("TableEnd")
    )


# The kinds' styles have the names that the documents use: kind-text, kind-number …
STYLES = (
    DOCUMENT_NUMBER,
    title_style(13, 18, before=4, after=4),
    style("Facts", "開催情報", formatting(8.5, 12, align="right", after=2)),
    style("Remark", "表の上の注", formatting(7.5, 10.5, align="right", after=1)),
    NOTE,
    PAGE_NUMBER,
    style("head", "表見出し", formatting(7, 10.5, align="center")),
    style("head-score", "表見出し（評点）", formatting(5.5, 8.5, align="center"), base="head"),
    style("note", "表見出し（注）", formatting(6.5, 9, align="center"), base="head"),
    style("kind-text", "種類 文章", formatting(7.5, 10.5)),
    style("kind-name", "種類 名前", formatting(7.5, 10.5)),
    style("kind-no", "種類 番号", formatting(8.5, 11.5, align="center")),
    style("kind-score", "種類 評点", formatting(8.5, 11.5, align="center")),
    style("kind-word", "種類 短い言葉", formatting(7.5, 10.5, align="center")),
    style("kind-mark", "種類 ○印", formatting(8.5, 11.5, align="center")),
    style(
        "kind-number",
        "種類 数",
        formatting(7.5, 10.5, align="right", indent='<w:ind w:right="40"/>'),
    ),
    style("kind-choice", "種類 選択肢", formatting(7.5, 10.5, align="center")),
    style("kind-boxes", "種類 選択肢（□）", formatting(7.5, 10.5)),
    style("words", "意見（選択肢以外）", formatting(7.5, 10.5, bold=True, before=2)),
    style("group", "分野の行", formatting(8, 11, more="<w:keepNext/>")),
    style("total", "合計", formatting(7.5, 10.5, align="center")),
    CONTROL_STYLE,
    TABLE_END,
)


def template() -> bytes:
    """The template's bytes."""
    return packed(
        Page(
            name="handout",
            title="表のひな型",
            margins=(9, 7, 10, 7),
            body=body(),
            styles=STYLES,
        )
    )
