"""The template of 会議結果概要: how often each choice was said, then the rows themselves."""

from __future__ import annotations

from scripts.word_templates.markup import (
    cell,
    control,
    each,
    line,
    paragraph,
    row,
    statement,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN

# Millimetres: the page has 186 between its margins; a statement beside a cell is gone in the
# document, and what a left out column leaves is given to the last one when it is rendered.
SIDE = 9.5
LABEL, COUNT = 52.0, 26.0
NO, NAME, LONG, CHOICE, AGREED, COMMENT = 8.0, 52.0, 76.0, 34.0, 44.0, 58.0


def optional(word: str, *cells: str) -> tuple[str, ...]:
    """Cells that are there only where the column has a heading."""
    return (statement(f"{{%tc if {word} %}}", SIDE), *cells, statement("{%tc endif %}", SIDE))


def head(width: float, word: str) -> str:
    """The heading of a column."""
    return cell(width, line("HeadCell", f"{{{{ {word} }}}}"), head=True)


def counts() -> str:
    """How many rows have each choice: proposed, and in the council's opinion."""
    widths = (LABEL, SIDE, COUNT, SIDE, COUNT)
    return table(
        widths,
        row(
            head(LABEL, "part.counts.category"),
            *optional("part.counts.proposal", head(COUNT, "part.counts.proposal")),
            head(COUNT, "part.counts.opinion"),
            head=True,
        ),
        statement_row("{%tr for count in part.counts.rows %}", widths),
        row(
            cell(LABEL, line("CellText", "{{ count.label }}")),
            *optional(
                "part.counts.proposal",
                cell(COUNT, line("CellCentre", "{{ count.proposed }}")),
            ),
            cell(COUNT, line("CellCentre", "{{ count.stated }}")),
        ),
        statement_row("{%tr endfor %}", widths),
        caption="{{ part.counts.heading }}",
        description="１行が１つの選択肢。左から区分、案の数、意見の数。",
        align="left",
    )


def rows(name: float, opinion: float, *, compared: bool) -> str:
    """The rows of a section; with what was proposed where it is ``compared``."""
    words, between = "section.headings", (CHOICE,) if compared else ()
    proposal = [head(CHOICE, f"{words}.proposal")] if compared else []
    proposed = [cell(CHOICE, line("CellText", "{{ row.proposal }}"))] if compared else []
    widths = (NO, SIDE, name, SIDE, *between, opinion, SIDE, COMMENT, SIDE)
    return table(
        widths,
        row(
            head(NO, f"{words}.no"),
            *optional(f"{words}.name", head(name, f"{words}.name")),
            *proposal,
            head(opinion, f"{words}.opinion"),
            *optional(f"{words}.comment", head(COMMENT, f"{words}.comment")),
            head=True,
        ),
        statement_row("{%tr for row in section.rows %}", widths),
        row(
            cell(NO, line("CellCentre", "{{ row.no }}")),
            *optional(f"{words}.name", cell(name, line("CellText", "{{ row.name }}"))),
            *proposed,
            cell(opinion, line("CellText", "{{ row.opinion }}")),
            *optional(
                f"{words}.comment",
                cell(COMMENT, each("text", "row.comment", "CellText")),
            ),
        ),
        statement_row("{%tr endfor %}", widths),
        caption="{{ section.heading }}",
        description="１行が１件。左から番号、名前、案と意見、意見の内容。",
    )


def section() -> str:
    """A heading, and below it a table or that there is nothing."""
    return (
        line("Heading2", "{{ section.heading }}")
        + control("{%p if section.remark %}")
        + line("BodyText", "{{ section.remark }}")
        + control("{%p endif %}")
        + control("{%p if not section.rows %}")
        + line("BodyText", "{{ section.empty }}")
        + control("{%p elif section.headings.proposal %}")
        + rows(NAME, CHOICE, compared=True)
        + control("{%p else %}")
        + rows(LONG, AGREED, compared=False)
        + control("{%p endif %}")
    )


def body() -> str:
    """All of it."""
    return (
        line("Title", "{{ summary.title }}")
        + each("fact", "summary.facts", "Facts")
        + line("BodyText", "{{ summary.subject }}")
        + line("BodyText", "{{ summary.disclaimer }}")
        + control("{%p for part in summary.parts %}")
        + line("Heading2", "{{ part.counts.heading }}")
        + counts()
        + control("{%p for section in part.sections %}")
        + section()
        + control("{%p endfor %}")
        + control("{%p endfor %}")
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
