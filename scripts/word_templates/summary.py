"""The template of 会議結果概要: how many rows have each choice, then lists of the rows."""

from __future__ import annotations

from scripts.word_templates.markup import (
    cell,
    control,
    line,
    lines,
    paragraph,
    row,
    statement,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN

# Millimetres; the page is 186 wide between its margins. Rendering removes the statement cells
# and gives the width of omitted columns to the last column.
SIDE = 9.5
LABEL, COUNT = 52.0, 26.0
NO, NAME, LONG, CHOICE, AGREED, COMMENT = 8.0, 52.0, 76.0, 34.0, 44.0, 58.0


def optional(word: str, *cells: str) -> tuple[str, ...]:
    """Cells of a column that is rendered only if it has a heading."""
    return (statement(f"{{%tc if {word} %}}", SIDE), *cells, statement("{%tc endif %}", SIDE))


def head(width: float, word: str) -> str:
    """The heading of a column."""
    return cell(width, line("HeadCell", f"{{{{ {word} }}}}"), head=True)


def counts() -> str:
    """The table of counts: for each choice the rows that propose it and the opinions."""
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
    """The table of a section's rows; ``compared`` adds a column with the proposal."""
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
                cell(COMMENT, lines("text", "row.comment", "CellText")),
            ),
        ),
        statement_row("{%tr endfor %}", widths),
        caption="{{ section.heading }}",
        description="１行が１件。左から番号、名前、案と意見、意見の内容。",
    )


def section() -> str:
    """A heading, and below it a table or a sentence that there are no rows."""
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
    """The whole body."""
    return (
        line("Title", "{{ summary.title }}")
        + lines("fact", "summary.facts", "Facts")
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
            styles=PLAIN,
        )
    )
