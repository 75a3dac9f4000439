"""The template of 会議録（案）: known facts are filled in, the rest are placeholders to type in."""

from __future__ import annotations

from scripts.word_templates.markup import (
    blank,
    cell,
    control,
    line,
    lines,
    paragraph,
    row,
    statement_row,
    table,
)
from scripts.word_templates.package import Page, packed
from scripts.word_templates.styles import PLAIN

# Millimetres; the page is 180 wide between its margins.
ENTRIES = (28.0, 152.0)
OPINIONS = (9.0, 52.0, 36.0, 83.0)
# A yellow background, so that no placeholder is overlooked; its text asks for input, too.
BLANK = (
    '<w:style w:type="character" w:customStyle="1" w:styleId="Blank">'
    '<w:name w:val="資料 記入欄"/><w:qFormat/>'
    '<w:rPr><w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/></w:rPr></w:style>'
)


def known(name: str) -> str:
    """The known lines of an entry, and a placeholder for missing ones."""
    return lines("part", f"{name}.known", "CellText") + placeholder(name)


def placeholder(name: str) -> str:
    """The placeholder of an entry or a row that has one."""
    return (
        control(f"{{%p if {name}.blank %}}")
        + paragraph("CellText", blank(f"{{{{ {name}.blank }}}}"))
        + control("{%p endif %}")
    )


def entries() -> str:
    """The entries from 会議名 to 議題, one a row."""
    label, content = ENTRIES
    return table(
        ENTRIES,
        statement_row("{%tr for entry in minutes.entries %}", ENTRIES),
        row(
            cell(label, line("HeadCell", "{{ entry.label }}"), head=True),
            cell(content, known("entry")),
            splits=True,
        ),
        statement_row("{%tr endfor %}", ENTRIES),
        caption="{{ minutes.title }}",
        description="１行が１項目。左に項目の名前、右にその内容。",
        has_header=False,
    )


def opinions() -> str:
    """The table 意見の概要, one project a row."""
    number, name, opinion, comment = OPINIONS
    heads = zip(OPINIONS, ("no", "name", "opinion", "comment"), strict=True)
    return table(
        OPINIONS,
        row(
            *(
                cell(width, line("HeadCell", f"{{{{ minutes.headings.{word} }}}}"), head=True)
                for width, word in heads
            ),
            head=True,
        ),
        statement_row("{%tr for row in minutes.rows %}", OPINIONS),
        row(
            cell(number, line("CellCentre", "{{ row.no }}")),
            cell(name, line("CellText", "{{ row.name }}")),
            cell(opinion, line("CellText", "{{ row.opinion }}")),
            cell(
                comment,
                lines("part", "row.comment", "CellText"),
                placeholder("row"),
            ),
            splits=True,
        ),
        statement_row("{%tr endfor %}", OPINIONS),
        caption="{{ minutes.opinions.label }}",
        description="１行が１事業。左から番号、事業名、意見、意見の内容。",
    )


def body() -> str:
    """The whole body."""
    return (
        line("Title", "{{ minutes.title }}")
        + entries()
        + line("Heading2", "{{ minutes.opinions.label }}")
        + line("BodyText", "{{ minutes.disclaimer }}")
        + opinions()
        + paragraph("TableEnd")
        + known("minutes.opinions")
        + line("Heading2", "{{ minutes.papers.label }}")
        + known("minutes.papers")
    )


def template() -> bytes:
    """The template's bytes."""
    return packed(
        Page(
            name="minutes",
            title="会議録（案）の様式",
            margins=(15, 15, 15, 15),
            body=body(),
            styles=(*PLAIN, BLANK),
        )
    )
