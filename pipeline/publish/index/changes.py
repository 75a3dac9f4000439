"""Compare two runs of one master: two manifests in, the differences out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model.manifest import Manifest, RowValues, shown


@dataclass(frozen=True, slots=True)
class Field:
    """One value that differs; an empty text means an empty cell."""

    key: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of both runs and its values that differ."""

    project: RowValues
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences of two runs."""

    added: tuple[RowValues, ...]
    removed: tuple[RowValues, ...]
    changed: tuple[Changed, ...]

    @property
    def any(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.removed or self.changed)


def changes(before: Manifest, after: Manifest, *, is_next_meeting: bool = False) -> Changes:
    """The differences, in the order of the newer run.

    Between two meetings the council's columns are cleared; that is not a change.

    A row is identified by its name or, if the name changed, by its number: a new number or a
    new name is a change, not a removed row and an added row.
    """
    old, new = before.records.rows, after.records.rows
    # Only one of the manifests has the title of a column that was added or removed.
    titles = {c.key: c.title for manifest in (before, after) for c in manifest.records.columns}
    pairs = _pairs(old, new)
    kept = {id(project) for project in pairs.values()}
    changed = (
        Changed(
            new[place],
            tuple(
                field
                for field in _fields(pairs[place], new[place], after.words, titles)
                if not (is_next_meeting and field.key in after.filled)
            ),
        )
        for place in sorted(pairs)
        if pairs[place] != new[place]
    )
    return Changes(
        added=tuple(project for place, project in enumerate(new) if place not in pairs),
        removed=tuple(project for project in old if id(project) not in kept),
        changed=tuple(row for row in changed if row.fields),
    )


def _pairs(old: Sequence[RowValues], new: Sequence[RowValues]) -> Mapping[int, RowValues]:
    """The older row of each newer row, by the index of the newer one."""
    pairs: dict[int, RowValues] = {}
    for key in ("name", "no"):
        paired = {id(project) for project in pairs.values()}
        unpaired = [project for project in old if id(project) not in paired]
        candidates = {getattr(project, key): project for project in unpaired}
        counts = Counter(getattr(project, key) for project in unpaired)
        for place, project in enumerate(new):
            value = getattr(project, key)
            if place not in pairs and counts[value] == 1:
                pairs[place] = candidates[value]
                counts[value] = 0
    return pairs


def _fields(
    before: RowValues, after: RowValues, words: Mapping[str, str], titles: Mapping[str, str]
) -> Iterator[Field]:
    for key in dict.fromkeys((*after.values, *before.values)):
        old, new = (_text(row.values.get(key), words) for row in (before, after))
        if old != new:
            yield Field(key, titles.get(key, key), old, new)


def _text(value: Any, words: Mapping[str, str]) -> str:
    """A value as text; a blank cell of a column to fill in is empty."""
    is_blank = isinstance(value, Mapping) and value.get("status") == "blank"
    return "" if is_blank else shown(value, words)
