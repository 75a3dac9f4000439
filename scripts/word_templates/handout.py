"""The template of 資料１: number, title, one table; a council's box in every row."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from scripts.word_templates.markup import (
    CONTROL,
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
    looks,
    style,
    title_style,
)

# Widths in millimetres, only for looking at the template in Word: the cells that
# hold {%tc … %} need room here and are gone in the handout.
NO, NAME, RATING, JUDGEMENT, TEXT, PROPOSAL, OPINION = 6.0, 18.0, 12.0, 20.0, 40.0, 30.0, 31.9


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


def projects() -> str:
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
    return table(
        widths,
        upper_header(),
        lower_header(),
        statement_row("{%tr for row in handout.rows %}", widths),
        project_row(),
        statement_row("{%tr endfor %}", widths),
        caption="{{ handout.title }}",
        description="１行が１事業。左から番号、事業名、振返り結果、今後の方針、"
        "事務局案の説明と選択肢、懇談会意見の選択肢。",
    )


def body() -> str:
    """Number, title, facts, table."""
    return (
        number_box("{{ handout.number }}")
        + line("Title", "{{ handout.title }}")
        + control("{%p for fact in handout.facts %}")
        + line("Facts", "{{ fact }}")
        + control("{%p endfor %}")
        + projects()
        # Word wants a paragraph after a table; this one takes no room.
        + paragraph("TableEnd")
    )


STYLES = (
    DOCUMENT_NUMBER,
    title_style(13, 18, before=4, after=4),
    style("Facts", "開催情報", looks(8.5, 12, align="right", after=2)),
    NOTE,
    PAGE_NUMBER,
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
    CONTROL_STYLE,
    TABLE_END,
)


def template() -> bytes:
    """The template's bytes."""
    return packed(
        Page(
            name="handout",
            title="資料１の様式",
            margins=(9, 7, 10, 7),
            body=body(),
            looks=STYLES,
        )
    )
