"""What every kind of column can do: read a cell, print a value, explain itself."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pipeline.base.text import as_shown, code_points, forbidden_characters
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.values import Number, Plain


@dataclass(frozen=True, slots=True)
class CellText:
    """What stands in a cell: its value, and its text as the office sees it.

    ``is_typed``: it looks as it was typed, which a date or a fraction need not.
    """

    value: CellValue = None
    shown: str = ""
    is_typed: bool = True

    @classmethod
    def of(cls, value: CellValue) -> CellText:
        """A cell without a number format."""
        return cls(value, as_shown(value))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a cell: a code of the catalogue and what fills its sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cell as it was understood; ``value`` is None where it could not be."""

    value: Plain = None
    problems: tuple[Problem, ...] = ()


class Kind(abc.ABC):
    """A kind of column. Everything that depends on the kind stands in its module.

    ``label`` names it for the officer; ``align`` is how its cells are set on paper;
    ``wraps`` tells whether a long value may take several lines, ``is_figure`` whether it is
    set a little larger than text. ``shows_blank_status``: an empty column to fill in prints
    未入力 in the results.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    align: ClassVar[str] = "left"
    wraps: ClassVar[bool] = True
    is_figure: ClassVar[bool] = False
    shows_blank_status: ClassVar[bool] = True

    @abc.abstractmethod
    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The value of a cell, with every problem that there is."""

    def fits(self, _value: CellValue, _column: Column) -> bool:
        """Whether a cell looks like this kind: tells apart columns of the same header."""
        return True

    def lines(self, value: Plain, _column: Column) -> tuple[str, ...]:
        """The paragraphs of a value as they are printed; none where there is nothing."""
        text = shown(value)
        return tuple(text.split("\n")) if text else ()

    def as_json(self, value: Plain) -> object:
        """The value as ``records --json`` has it."""
        return value

    @abc.abstractmethod
    def prompt(self, column: Column) -> str:
        """What the office is to type, for the explanation in an empty master."""

    def example(self, _column: Column) -> str:
        """A value that could stand there."""
        return ""

    def words(self, _column: Column) -> tuple[str, ...]:
        """The words of its drop-down; none where anything may be typed."""
        return ()


def shown(value: Plain) -> str:
    """A value in plain text."""
    if value is None or value is False:
        return ""
    if value is True:
        return "○"
    return value.shown if isinstance(value, Number) else str(value)


def text_problems(cell: CellText, *, is_printed: bool = True) -> tuple[Problem, ...]:
    """What is told of any text: characters that no document holds, texts made dates."""
    problems: list[Problem] = []
    forbidden = forbidden_characters(cell.shown)
    if forbidden:
        shown_points = "、".join(map(code_points, forbidden))
        problems.append(Problem("control-characters", {"value": shown_points}))
    if is_printed and not cell.is_typed:
        problems.append(Problem("value-not-text", {"value": cell.shown}))
    return tuple(problems)
