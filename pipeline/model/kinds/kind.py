"""The base class of the kinds of columns: read a cell, print a value, explain the input."""

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
    """The content of a cell: its value, and its text as the office sees it.

    ``is_typed``: the text is the one that was typed; for a date or a fraction it may differ.
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
    """A problem in a cell: the code of its finding and the parameters of the message."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed cell; ``value`` is None if the cell is empty or not valid."""

    value: Plain = None
    problems: tuple[Problem, ...] = ()


class Kind(abc.ABC):
    """A kind of column. All code that depends on the kind is in its module.

    ``label`` is its name for the officer; ``align`` is the alignment of its cells on paper;
    ``wraps``: a long value may take several lines; ``is_figure``: it is printed a little
    larger than text. ``shows_blank_status``: an empty column to fill in prints 未入力 in the
    edition 結果版.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    align: ClassVar[str] = "left"
    wraps: ClassVar[bool] = True
    is_figure: ClassVar[bool] = False
    shows_blank_status: ClassVar[bool] = True

    @abc.abstractmethod
    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The value of a cell, with all problems in it."""

    def fits(self, _value: CellValue, _column: Column) -> bool:
        """Whether a cell looks like this kind; distinguishes columns with the same header."""
        return True

    def lines(self, value: Plain, _column: Column) -> tuple[str, ...]:
        """The printed paragraphs of a value; () for an empty one."""
        text = shown(value)
        return tuple(text.split("\n")) if text else ()

    def as_json(self, value: Plain) -> object:
        """The value as ``records --json`` prints it."""
        return value

    @abc.abstractmethod
    def prompt(self, column: Column) -> str:
        """The instruction for the office in an empty master: what to type."""

    def example(self, _column: Column) -> str:
        """A valid value as an example."""
        return ""

    def words(self, _column: Column) -> tuple[str, ...]:
        """The words of its drop-down; () if any text may be typed."""
        return ()


def shown(value: Plain) -> str:
    """A value in plain text."""
    if value is None or value is False:
        return ""
    if value is True:
        return "○"
    return value.shown if isinstance(value, Number) else str(value)


def text_problems(cell: CellText, *, is_printed: bool = True) -> tuple[Problem, ...]:
    """The problems of any text: characters not allowed in documents, texts turned into dates."""
    problems: list[Problem] = []
    forbidden = forbidden_characters(cell.shown)
    if forbidden:
        shown_points = "、".join(map(code_points, forbidden))
        problems.append(Problem("control-characters", {"value": shown_points}))
    if is_printed and not cell.is_typed:
        problems.append(Problem("value-not-text", {"value": cell.shown}))
    return tuple(problems)
