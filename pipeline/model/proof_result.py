"""What a finished file was found to hold: every value looked for, and the lost ones.

Made by the stage ``proof``, which reads the file back; kept in the run's manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.catalogue import ONE_OF_SEVERAL


@dataclass(frozen=True, slots=True)
class Lost:
    """One value that is not in its place. ``code`` names the catalogue's sentence.

    ``project`` is None for what stands outside of the rows; ``column`` is the printed
    name of the place, ``shown`` what stands there instead (empty for nothing).
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
        """What fills the catalogue's sentence; ``others`` are lost in the same file."""
        return {
            "file": file,
            "place": self.place,
            "value": self.value,
            "shown": f"「{self.shown}」" if self.shown else "なし",
            "more": ONE_OF_SEVERAL.format(others + 1) if others else "",
        }


@dataclass(frozen=True, slots=True)
class Band:
    """A row's part on one page (from 1): where its ink begins and ends, in points from below."""

    page: int
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Proof:
    """How many values were looked for in one file, which were not found, and where rows lie.

    ``pages`` has the pages (from 1) of each project by its number, ``bands`` the place on them;
    both are empty for a Word file, whose pages only Word knows.
    """

    values: int
    lost: tuple[Lost, ...] = ()
    pages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """How many of the values are in their place."""
        return self.values - min(self.values, len(self.lost))

    def as_json(self) -> dict[str, object]:
        """The proof as the manifest keeps it."""
        pages = {number: list(on) for number, on in self.pages.items()}
        return {"values": self.values, "found": self.found, **({"pages": pages} if pages else {})}
