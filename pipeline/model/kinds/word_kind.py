"""``word``: a short text, centred; may be empty."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import one_line, without_brackets
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, text_problems

# Longer cells are prose.
_LONGEST = 20


class Word(Kind):
    """A word or a letter: A, （継続）."""

    name: ClassVar[str] = "word"
    label: ClassVar[str] = "短い言葉"
    align: ClassVar[str] = "center"

    def parse(self, cell: CellText, _column: Column) -> Parsed:
        """The word without brackets around all of it."""
        return Parsed(without_brackets(one_line(cell.shown)) or None, text_problems(cell))

    def fits(self, value: CellValue, _column: Column) -> bool:
        """Whether the cell is short."""
        return len(one_line(str(value))) <= _LONGEST

    def prompt(self, _column: Column) -> str:
        """That it is short."""
        return "短い言葉を入力します。"
