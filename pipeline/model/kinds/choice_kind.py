"""``choice``: one of the column's choices; may only be empty if the council fills it in."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import marked_labels
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem


class Choice(Kind):
    """The choice as a word, or as printed lines with a mark before one of them."""

    name: ClassVar[str] = "choice"
    label: ClassVar[str] = "選択肢"
    align: ClassVar[str] = "center"

    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The choice."""
        chosen = marked_labels(cell.shown, column.choices)
        if chosen is None:
            problem = Problem("choice-unknown", {"value": cell.shown, "labels": labels(column)})
            return Parsed(None, (problem,))
        return chosen_one(chosen, column)

    def fits(self, value: CellValue, column: Column) -> bool:
        """Whether the cell contains a choice."""
        return marked_labels(str(value), column.choices) is not None

    def prompt(self, column: Column) -> str:
        """When to choose."""
        if column.fill:
            return "会議の後に、一覧から選びます。会議の前は空欄のままにします。"
        return "一覧から選びます。"

    def example(self, column: Column) -> str:
        """The first choice."""
        return "" if column.fill else column.choices[0]

    def words(self, column: Column) -> tuple[str, ...]:
        """The choices."""
        return column.choices


def chosen_one(chosen: tuple[str, ...], column: Column) -> Parsed:
    """The marked choice; a problem if several or none are marked."""
    if len(chosen) > 1:
        return Parsed(None, (Problem("choice-several", {"value": "、".join(chosen)}),))
    if not chosen and not column.fill:
        return Parsed(None, (Problem("choice-empty", {"labels": labels(column)}),))
    return Parsed(chosen[0] if chosen else None)


def labels(column: Column) -> str:
    """The choices as one text."""
    return "、".join(column.choices)
