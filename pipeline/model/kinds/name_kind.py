"""``name``: the name of a row; never empty."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import one_line
from pipeline.model.columns import Column
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem, text_problems


class Name(Kind):
    """A name on one line; line breaks that were typed into it are removed."""

    name: ClassVar[str] = "name"
    label: ClassVar[str] = "名前"

    def parse(self, cell: CellText, _column: Column) -> Parsed:
        """The name."""
        name = one_line(cell.shown)
        problems = text_problems(cell)
        return Parsed(name, problems) if name else Parsed(None, (*problems, Problem("name-empty")))

    def prompt(self, _column: Column) -> str:
        """That it is printed unchanged."""
        return "資料に印刷する名前を、そのまま入力します。"
