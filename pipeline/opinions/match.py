"""Match the rows of a filled-in workbook with the master's rows, by number and by name.

In: the opinions of the rows, and the records. Out: the opinions by the number of the master's
row (its position if the form has no numbers), and every difference.
``with_difference_doubts`` turns each difference into a doubt about the rows that it may refer
to.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.base.text import compare_key
from pipeline.model.collected import Matched, RowDifference, RowDifferenceKind, StatedOpinion
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.fills import identity_of, name_of, row_label
from pipeline.model.form import Form
from pipeline.model.records import Records, Row

# Names with at least this similarity are the same name with corrected wording.
_SIMILAR = 0.6
# The beginning of a name is enough, and a cell may contain a million characters.
_LONGEST_COMPARED = 100


def match(opinions: Sequence[StatedOpinion], records: Records, form: Form) -> Matched:
    """Pair each row with a row of the master; a row without a partner is a difference.

    Two rows match if both number and name are the same. ``is_of_another_master``: fewer than
    half of the rows match, so the workbook belongs to another master.
    """
    master = _Master.of(records, form)
    paired: dict[int, StatedOpinion] = {}
    differences: list[RowDifference] = []
    for opinion in opinions:
        row = master.by_number.get(opinion.no) if opinion.no is not None else None
        kind = _kind(opinion, row, master)
        numbers = master.possible_numbers(opinion)
        if kind is None and row is not None and opinion.no is not None:
            if opinion.no in paired:
                differences.append(RowDifference(RowDifferenceKind.REPEATED, opinion, row, numbers))
                continue
            paired[opinion.no] = opinion
        if kind is not None:
            candidate = master.row_with_name(kind, opinion) or row
            differences.append(RowDifference(kind, opinion, candidate, numbers))
    removed = [
        RowDifference(RowDifferenceKind.REMOVED, None, row)
        for row in records.rows
        # A row without a number cannot be matched; its missing number is reported elsewhere.
        if (number := identity_of(row)) is not None
        and number not in paired
        and not _is_reported(row, differences)
    ]
    return Matched(
        paired, (*differences, *removed), is_of_another_master=2 * len(paired) < len(opinions)
    )


def with_difference_doubts(matched: Matched, form: Form) -> dict[int, StatedOpinion]:
    """The opinions by the number of the master's row.

    An unmatched row becomes a doubt about each row of the master that it may refer to.
    """
    rows = dict(matched.opinions)
    for difference in matched.differences:
        stated = difference.stated
        if stated is None or (stated.is_blank and not stated.doubts):
            continue
        is_repeated = difference.kind is RowDifferenceKind.REPEATED
        reason = Reason.ROW_REPEATED if is_repeated else Reason.ROW_DIFFERS
        seen = f"{stated.at.address} {row_label(stated.no, form)}「{stated.name}」：{stated.shown}"
        for no in difference.candidates:
            known = rows.get(no) or replace(stated, no=no, fills={}, doubts=())
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
        """The name that identifies a row in addition to its number."""
        return self.names[row.position]

    def possible_numbers(self, stated: StatedOpinion) -> tuple[int, ...]:
        """The numbers of the master's rows that have the opinion's number or its name."""
        by_number = self.by_number.get(stated.no) if stated.no is not None else None
        found = (by_number, self.by_name.get(compare_key(stated.name)))
        numbers = (identity_of(row) for row in found if row is not None)
        return tuple(dict.fromkeys(number for number in numbers if number is not None))

    def row_with_name(self, kind: RowDifferenceKind, stated: StatedOpinion) -> Row | None:
        """The row with the opinion's name, if its number leads to another row or to none."""
        if kind is RowDifferenceKind.RENUMBERED:
            return self.by_name[compare_key(stated.name)]
        if kind is RowDifferenceKind.UNNUMBERED:
            return self.unnumbered[compare_key(stated.name)]
        return None


def _kind(stated: StatedOpinion, row: Row | None, master: _Master) -> RowDifferenceKind | None:
    """How a row differs from the master's row of the same number; None if it does not differ."""
    key = compare_key(stated.name)
    if row is not None and key == compare_key(master.name(row)):
        return None
    if key in master.by_name:
        return RowDifferenceKind.RENUMBERED
    if key in master.unnumbered:
        return RowDifferenceKind.UNNUMBERED
    if row is not None:
        is_similar = _similarity(stated.name, master.name(row)) >= _SIMILAR
        return RowDifferenceKind.RENAMED if is_similar else RowDifferenceKind.ADDED
    return RowDifferenceKind.ADDED


def _similarity(one: str, other: str) -> float:
    first, second = (compare_key(name)[:_LONGEST_COMPARED] for name in (one, other))
    return difflib.SequenceMatcher(None, first, second).ratio()


def _is_reported(row: Row, differences: Iterable[RowDifference]) -> bool:
    """Whether a difference already refers to the row, so that it is not reported as missing."""
    return any(difference.row is row for difference in differences)
