"""The proof of a finished file: how many values were checked, and which are missing.

The stage ``proof`` reads the file back and makes it; the run's manifest contains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.catalogue import ONE_OF_SEVERAL


@dataclass(frozen=True, slots=True)
class MissingValue:
    """One value that is not in its place. ``code`` is the code of its finding.

    ``project`` is None for a value outside of the rows; ``column`` is the printed name of the
    place, ``shown`` is the text that is there instead (empty for none).
    """

    code: str
    column: str
    value: str
    shown: str = ""
    project: str | None = None

    @property
    def place(self) -> str:
        """「No.3 事業名」."""
        return f"No.{self.project} {self.column}" if self.project is not None else self.column

    def params(self, file: str, *, others: int = 0) -> dict[str, Any]:
        """The parameters of the finding; ``others``: number of other lost values in the file."""
        return {
            "file": file,
            "place": self.place,
            "value": self.value,
            "shown": f"「{self.shown}」" if self.shown else "なし",
            "more": ONE_OF_SEVERAL.format(others + 1) if others else "",
        }


@dataclass(frozen=True, slots=True)
class Band:
    """The part of a row on one page (from 1): its edges in points from the page's bottom."""

    page: int
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Proof:
    """The number of values that were checked in one file, the lost ones, and the rows' places.

    ``pages`` are the pages (from 1) of each project by its number, ``bands`` the places on
    them; both are empty for a Word file, because only Word paginates it.
    """

    values: int
    lost: tuple[MissingValue, ...] = ()
    pages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """The number of values that are in their place."""
        return self.values - min(self.values, len(self.lost))

    def as_json(self) -> dict[str, object]:
        """The proof in the manifest."""
        pages = {number: list(on) for number, on in self.pages.items()}
        return {"values": self.values, "found": self.found, **({"pages": pages} if pages else {})}
