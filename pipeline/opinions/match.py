"""Hold the rows of a filled-in workbook against the master: by number and by name.

In: what the rows say, and the records. Out: the rows by the number of the master's row (its
position where the form has none), and every difference. ``in_doubt`` makes the differences
doubts of the rows that they may mean.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.base.text import compare_key
from pipeline.model.collected import Matched, RowDifference, RowDifferenceKind, StatedOpinion
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.fills import called, identity_of, name_of
from pipeline.model.form import Form
from pipeline.model.records import Records, Row

# Names that share so much are one name with its wording corrected.
_ALIKE = 0.6
# The beginning of a name tells enough, and a cell may hold a million characters.
_LONGEST_COMPARED = 100


def match(said: Sequence[StatedOpinion], records: Records, form: Form) -> Matched:
    """Each row with the master's; rows of either that find none are differences.

    A row is the master's by number and name together. ``is_another`` where less than half
    of the rows are of this master.
    """
    master = _Master.of(records, form)
    paired: dict[int, StatedOpinion] = {}
    differences: list[RowDifference] = []
    for each in said:
        row = master.by_number.get(each.no) if each.no is not None else None
        kind = _kind(each, row, master)
        meant = master.named(each)
        if kind is None and row is not None and each.no is not None:
            if each.no in paired:
                differences.append(RowDifference(RowDifferenceKind.REPEATED, each, row, meant))
                continue
            paired[each.no] = each
        if kind is not None:
            of = master.meant(kind, each) or row
            differences.append(RowDifference(kind, each, of, meant))
    gone = [
        RowDifference(RowDifferenceKind.REMOVED, None, row)
        for row in records.rows
        # Without a number nothing can be its row; that is told at its own cell.
        if (number := identity_of(row)) is not None
        and number not in paired
        and not _is_told(row, differences)
    ]
    return Matched(paired, (*differences, *gone), is_another=2 * len(paired) < len(said))


def in_doubt(matched: Matched, form: Form) -> dict[int, StatedOpinion]:
    """The rows by the number of the master's, each stray row a doubt of those it may mean."""
    rows = dict(matched.opinions)
    for each in matched.differences:
        said = each.stated
        if said is None or (said.is_blank and not said.doubts):
            continue
        is_repeated = each.kind is RowDifferenceKind.REPEATED
        reason = Reason.ROW_REPEATED if is_repeated else Reason.ROW_DIFFERS
        seen = f"{said.at.address} {called(said.no, form)}「{said.name}」：{said.shown}"
        for no in each.meant:
            known = rows.get(no) or replace(said, no=no, fills={}, doubts=())
            rows[no] = replace(known, doubts=(*known.doubts, Doubt(reason, seen)))
    return rows


@dataclass(frozen=True, slots=True)
class _Master:
    """The master's rows by number and by name; those without a number by name alone."""

    names: Mapping[int, str]
    by_number: Mapping[int, Row]
    by_name: Mapping[str, Row]
    unnumbered: Mapping[str, Row]

    @classmethod
    def of(cls, records: Records, form: Form) -> _Master:
        rows = tuple(reversed(records.rows))
        named = [(compare_key(name_of(row, form)), row) for row in rows]
        return cls(
            {row.position: name_of(row, form) for row in rows},
            {number: row for row in rows if (number := identity_of(row)) is not None},
            {key: row for key, row in named if key and identity_of(row) is not None},
            {key: row for key, row in named if key and identity_of(row) is None},
        )

    def name(self, row: Row) -> str:
        """What tells a row beside its number."""
        return self.names[row.position]

    def named(self, said: StatedOpinion) -> tuple[int, ...]:
        """The numbers of the rows that a row's number or its name tells."""
        by_number = self.by_number.get(said.no) if said.no is not None else None
        found = (by_number, self.by_name.get(compare_key(said.name)))
        numbers = (identity_of(row) for row in found if row is not None)
        return tuple(dict.fromkeys(number for number in numbers if number is not None))

    def meant(self, kind: RowDifferenceKind, said: StatedOpinion) -> Row | None:
        """The row that a row's name tells, where its number tells another or none."""
        if kind is RowDifferenceKind.RENUMBERED:
            return self.by_name[compare_key(said.name)]
        if kind is RowDifferenceKind.UNNUMBERED:
            return self.unnumbered[compare_key(said.name)]
        return None


def _kind(said: StatedOpinion, row: Row | None, master: _Master) -> RowDifferenceKind | None:
    """How a row differs from the master's of its number; None where it does not."""
    key = compare_key(said.name)
    if row is not None and key == compare_key(master.name(row)):
        return None
    if key in master.by_name:
        return RowDifferenceKind.RENUMBERED
    if key in master.unnumbered:
        return RowDifferenceKind.UNNUMBERED
    if row is not None:
        is_alike = _likeness(said.name, master.name(row)) >= _ALIKE
        return RowDifferenceKind.RENAMED if is_alike else RowDifferenceKind.ADDED
    return RowDifferenceKind.ADDED


def _likeness(one: str, other: str) -> float:
    first, second = (compare_key(each)[:_LONGEST_COMPARED] for each in (one, other))
    return difflib.SequenceMatcher(None, first, second).ratio()


def _is_told(row: Row, differences: Iterable[RowDifference]) -> bool:
    """Whether a difference names the row already, so that it is not missing as well."""
    return any(each.row is row for each in differences)
