"""The template of 会議結果概要: how many projects, then the projects themselves."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.word_templates.markup import (
    cell,
    control,
    line,
    number_box,
    paragraph,
    row,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN

# Millimetres: the page has 186 between its margins.
COUNTS = (52.0, 26.0, 26.0)
DIFFERING = (8.0, 52.0, 34.0, 34.0, 58.0)
AGREEING = (8.0, 76.0, 44.0, 58.0)
WORDS = "{{ summary.headings.%s }}"


def head_row(widths: Sequence[float], *words: str) -> str:
    """The header; ``words`` are names of the document's headings."""
    cells = (
        cell(width, line("HeadCell", WORDS % word), head=True)
        for width, word in zip(widths, words, strict=True)
    )
    return row(*cells, head=True)


def counts() -> str:
    """How many projects have each choice: proposed, and in the council's opinion."""
    label, proposed, said = COUNTS
    return table(
        COUNTS,
        head_row(COUNTS, "category", "proposal", "opinion"),
        statement_row("{%tr for count in summary.counts %}", COUNTS),
        row(
            cell(label, line("CellText", "{{ count.label }}")),
            cell(proposed, line("CellCentre", "{{ count.proposed }}")),
            cell(said, line("CellCentre", "{{ count.said }}")),
        ),
        statement_row("{%tr endfor %}", COUNTS),
        caption="{{ summary.counts_heading }}",
        description="１行が１つの選択肢。左から区分、案の事業数、意見の事業数。",
        align="left",
    )


def section(name: str, projects: str) -> str:
    """A heading, and below it a table or that there is nothing."""
    return (
        line("Heading2", f"{{{{ summary.{name}.heading }}}}")
        + control(f"{{%p if summary.{name}.remark %}}")
        + line("BodyText", f"{{{{ summary.{name}.remark }}}}")
        + control("{%p endif %}")
        + control(f"{{%p if summary.{name}.rows %}}")
        + projects
        + control("{%p else %}")
        + line("BodyText", f"{{{{ summary.{name}.empty }}}}")
        + control("{%p endif %}")
    )


def projects(name: str, widths: Sequence[float], words: Sequence[str], *said: str) -> str:
    """A row a project; ``said`` are the fields between its name and the remarks."""
    number, title, *between, comment = widths
    cells = (
        cell(width, line("CellText", f"{{{{ row.{field} }}}}"))
        for width, field in zip(between, said, strict=True)
    )
    return table(
        widths,
        head_row(widths, *words),
        statement_row(f"{{%tr for row in summary.{name}.rows %}}", widths),
        row(
            cell(number, line("CellCentre", "{{ row.no }}")),
            cell(title, line("CellText", "{{ row.name }}")),
            *cells,
            cell(
                comment,
                control("{%p for part in row.comment %}"),
                line("CellText", "{{ part }}"),
                control("{%p endfor %}"),
            ),
        ),
        statement_row("{%tr endfor %}", widths),
        caption=f"{{{{ summary.{name}.heading }}}}",
        description="１行が１事業。左から番号、事業名、案と意見、意見の内容。",
    )


def body() -> str:
    """All of it."""
    differing = projects(
        "differing",
        DIFFERING,
        ("no", "name", "proposal", "opinion", "comment"),
        "proposal",
        "opinion",
    )
    agreeing = projects("agreeing", AGREEING, ("no", "name", "agreed", "comment"), "opinion")
    return (
        number_box("{{ summary.number }}")
        + line("Title", "{{ summary.title }}")
        + control("{%p for fact in summary.facts %}")
        + line("Facts", "{{ fact }}")
        + control("{%p endfor %}")
        + line("BodyText", "{{ summary.subject }}")
        + line("BodyText", "{{ summary.disclaimer }}")
        + line("Heading2", "{{ summary.counts_heading }}")
        + counts()
        + section("differing", differing)
        + section("agreeing", agreeing)
        + paragraph("TableEnd")
    )


def template() -> bytes:
    """The template's bytes."""
    return packed(
        Page(
            name="summary",
            title="会議結果概要の様式",
            margins=(11, 12, 12, 12),
            body=body(),
            looks=PLAIN,
        )
    )
