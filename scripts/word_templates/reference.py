"""The template of 参考資料: the judgement table and its legend."""

from __future__ import annotations

from scripts.word_templates.markup import (
    CONTROL,
    cell,
    control,
    line,
    lines,
    number_box,
    paragraph,
    row,
    statement,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN, formatting, style

# Millimetres; they matter only in the template itself: rendering sets the widths.
HEADING, CELL = 30.0, 40.0
WIDTHS = (HEADING, CONTROL, CELL, CONTROL)
LETTER = style("Letter", "判定", formatting(16, 22, align="center", bold=True, before=6))
LABEL = style("Label", "判定区分", formatting(8.5, 13, align="center"))
DOUBT = style("Doubt", "未確認", formatting(8.5, 13, align="center", bold=True))
COUNT = style("Count", "事業数", formatting(8.5, 13, align="center", after=6))


def judgement_table() -> str:
    """The judgement table: one row for each rating, one column for each rating."""
    return table(
        WIDTHS,
        row(
            cell(HEADING, line("HeadCell", ""), head=True),
            statement("{%tc for heading in reference.column_headings %}"),
            cell(CELL, lines("part", "heading", "HeadCell"), head=True),
            statement("{%tc endfor %}"),
            head=True,
        ),
        statement_row("{%tr for row in reference.rows %}", WIDTHS),
        row(
            cell(HEADING, lines("part", "row.heading", "HeadCell"), head=True),
            statement("{%tc for cell in row.cells %}"),
            judgement(),
            statement("{%tc endfor %}"),
        ),
        statement_row("{%tr endfor %}", WIDTHS),
        caption="{{ reference.title }}",
        description="１行と１列が評価の１段階。各欄は上から判定、区分、確認の有無、事業の数。",
    )


def judgement() -> str:
    """One cell: letter, label, a mark if not confirmed, the number of projects."""
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
    """The whole body."""
    return (
        number_box("{{ reference.number }}")
        + line("Title", "{{ reference.title }}")
        + line("BodyText", "{{ reference.lead }}")
        + judgement_table()
        + line("Heading2", "{{ reference.legend_heading }}")
        + lines("part", "reference.legend", "BodyText")
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
            styles=(*PLAIN, LETTER, LABEL, DOUBT, COUNT),
        )
    )
