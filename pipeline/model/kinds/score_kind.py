"""``score``: a value on the column's scale; must be filled."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import compare_key, parse_whole
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem
from pipeline.model.values import Plain

# Circles that look the same; NFKC does not change them.
_CIRCLES = str.maketrans("◯〇⭕", "○○○")


class Score(Kind):
    """A score: 4, ４, ④, ４点 on a scale of numbers; ○ on a scale of words."""

    name: ClassVar[str] = "score"
    label: ClassVar[str] = "評点"
    align: ClassVar[str] = "center"
    wraps: ClassVar[bool] = False
    is_figure: ClassVar[bool] = True

    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The score in the spelling of the scale."""
        score = _on_scale(cell.value, column)
        if score is not None:
            return Parsed(score)
        params = {"scale": scale_in_words(column)}
        if cell.shown.strip():
            return Parsed(None, (Problem("score-out-of-scale", {**params, "value": cell.shown}),))
        return Parsed(None, (Problem("score-empty", params),))

    def fits(self, value: CellValue, column: Column) -> bool:
        """Whether the cell could be a score.

        A mistyped score must not make the column look like one of another kind.
        """
        if all(isinstance(each, int) for each in column.scale):
            return parse_whole(value) is not None
        return _on_scale(value, column) is not None

    def prompt(self, column: Column) -> str:
        """The scale."""
        return f"{scale_in_words(column)} を入力します。"

    def example(self, column: Column) -> str:
        """The last score of the scale."""
        return str(column.scale[-1])

    def words(self, column: Column) -> tuple[str, ...]:
        """Every score."""
        return tuple(map(str, column.scale))


def scale_in_words(column: Column) -> str:
    """「1〜4 の整数」, or 「○、△、× のどれか」."""
    if all(isinstance(each, int) for each in column.scale):
        return f"{column.scale[0]}〜{column.scale[-1]} の整数"
    return f"{'、'.join(map(str, column.scale))} のどれか"


def _on_scale(value: CellValue, column: Column) -> Plain:
    whole = parse_whole(value)
    if whole is not None and whole in column.scale:
        return whole
    key = _key(value)
    return next((each for each in column.scale if key and _key(each) == key), None)


def _key(value: object) -> str:
    return compare_key(str(value)).translate(_CIRCLES) if value is not None else ""
