"""The template of 参考資料: the judgement table and how it is read."""

from __future__ import annotations

from scripts.word_templates.markup import (
    CONTROL,
    cell,
    control,
    each,
    line,
    number_box,
    paragraph,
    row,
    statement,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN, looks, style

# Millimetres, only for looking at the template in Word: the document decides.
HEADING, CELL = 30.0, 40.0
WIDTHS = (HEADING, CONTROL, CELL, CONTROL)
LETTER = style("Letter", "判定", looks(16, 22, align="center", bold=True, before=6))
LABEL = style("Label", "判定区分", looks(8.5, 13, align="center"))
DOUBT = style("Doubt", "未確認", looks(8.5, 13, align="center", bold=True))
COUNT = style("Count", "事業数", looks(8.5, 13, align="center", after=6))


def judgement_table() -> str:
    """A row and a column for each rating."""
    return table(
        WIDTHS,
        row(
            cell(HEADING, line("HeadCell", ""), head=True),
            statement("{%tc for heading in reference.column_headings %}"),
            cell(CELL, each("part", "heading", "HeadCell"), head=True),
            statement("{%tc endfor %}"),
            head=True,
        ),
        statement_row("{%tr for row in reference.rows %}", WIDTHS),
        row(
            cell(HEADING, each("part", "row.heading", "HeadCell"), head=True),
            statement("{%tc for cell in row.cells %}"),
            judgement(),
            statement("{%tc endfor %}"),
        ),
        statement_row("{%tr endfor %}", WIDTHS),
        caption="{{ reference.title }}",
        description="１行と１列が評価の１段階。各欄は上から判定、区分、確認の有無、事業の数。",
    )


def judgement() -> str:
    """One cell: letter, label, what is not confirmed, how many projects."""
    return cell(
        CELL,
        control("{%p if cell.letter %}"),
        line("Letter", "{{ cell.letter }}"),
        control("{%p endif %}"),
        line("Label", "（{{ cell.label }}）"),
        control("{%p if cell.doubt %}"),
        line("Doubt", "{{ cell.doubt }}"),
        control("{%p endif %}"),
        line("Count", "{{ cell.count }}"),
    )


def body() -> str:
    """All of it."""
    return (
        number_box("{{ reference.number }}")
        + line("Title", "{{ reference.title }}")
        + line("BodyText", "{{ reference.lead }}")
        + judgement_table()
        + line("Heading2", "{{ reference.legend_heading }}")
        + each("part", "reference.legend", "BodyText")
        + paragraph("TableEnd")
    )


def template() -> bytes:
    """The template's bytes."""
    return packed(
        Page(
            name="reference",
            title="参考資料の様式",
            margins=(12, 12, 12, 12),
            body=body(),
            looks=(*PLAIN, LETTER, LABEL, DOUBT, COUNT),
        )
    )
