"""Understand a filled-in handout: its rows in, what each says of its project out.

What the reader sees wins. A check box's own state is only held against its mark: Word
sets both by a click, but whoever types ■ over □ changes the mark alone. What can't be
understood is an error of its row; nothing is guessed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.base.text import (
    BoxSeen,
    Mark,
    boxes_on,
    compare_key,
    one_line,
    parse_whole,
    without_forbidden,
)
from pipeline.model.collected import FilledRow, Line, Said, is_as_proposed, statuses
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.records import Opinion, OpinionStatus

# A label that a narrow column broke stands on two or three lines.
_MOST_PIECES = 3
# So many characters before a label may be meant as a mark.
_LONGEST_MARK = 2


def opinions(rows: Sequence[FilledRow], form: Form) -> tuple[tuple[Said, ...], tuple[Finding, ...]]:
    """What each row says, in the document's order, and what could not be understood."""
    said: list[Said] = []
    findings: list[Finding] = []
    for row in rows:
        no, name = parse_whole(row.no), one_line(row.name)
        cell = _Cell(form, row, no)
        opinion = cell.opinion()
        findings += cell.findings
        said.append(Said(no, name, cell.proposal, opinion, row.at, row.at))
    return tuple(said), tuple(findings)


@dataclass(slots=True)
class _Cell:
    """The council's cell of one row while it is understood; collects the findings."""

    form: Form
    row: FilledRow
    no: int | None
    findings: list[Finding] = field(default_factory=list)
    boxes: list[BoxSeen] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    @property
    def proposal(self) -> str | None:
        """The choice that the cell beside has marked; None where that is not clear."""
        seen, _ = _parted(self.row.proposal, self.form.labels)
        marked = {box.label for _, boxes in seen for box in boxes if box.mark is Mark.STRONG}
        return next(iter(marked)) if len(marked) == 1 else None

    def opinion(self) -> Opinion:
        """The opinion; blank where an error tells why there is none."""
        for value in self.row.unread:
            self._say("handout-cell-unread", value=value)
        seen, lines = _parted(self.row.opinion, self.form.labels)
        for states, boxes in seen:
            self._hold_against(states, boxes)
            self.boxes += boxes
        self._sort(lines)
        comment = "\n".join(self.rest) or None
        if not self._is_readable():
            return Opinion(comment=comment)
        labels = [*dict.fromkeys([*self._ticked(), *self.typed])]
        known = statuses(self.form)
        told = [word for word in self.words if known[word] is not OpinionStatus.BLANK]
        if len(labels) + len(told) > 1:
            self._say("opinion-several", value="、".join([*labels, *told]))
            return Opinion(comment=comment)
        if labels:
            return Opinion(OpinionStatus.CHOSEN, labels[0], comment)
        return Opinion(known[told[0]] if told else OpinionStatus.BLANK, None, comment)

    # ---- the lines

    def _sort(self, lines: Sequence[str]) -> None:
        """Lines that are no boxes: a word of the form, a choice in words, or a remark."""
        words = {compare_key(word): word for word in statuses(self.form)}
        labels = {compare_key(label): label for label in self.form.labels}
        for line in lines:
            key = compare_key(line).strip("()「」[]。・")
            if key in words and words[key] not in self.words:
                self.words.append(words[key])
            elif is_as_proposed(line) and not self._is_told(self.proposal):
                self._take_proposal()
            elif key in labels and not self._is_told(labels[key]):
                self.typed.append(labels[key])
            else:
                self.rest.append(line)

    def _is_told(self, label: str | None) -> bool:
        """Whether a mark or a word says so already: then the line is a remark."""
        return label in self._ticked() or label in self.typed

    def _take_proposal(self) -> None:
        if self.proposal is None:
            self._say("proposal-unreadable", value=self.no)
        else:
            self.typed.append(self.proposal)

    # ---- the boxes

    def _ticked(self) -> list[str]:
        return [box.label for box in self.boxes if box.mark is Mark.STRONG]

    def _hold_against(self, states: tuple[bool, ...], boxes: Sequence[BoxSeen]) -> None:
        """The state of each check box against the mark that is seen."""
        if len(states) != len(boxes):
            return
        for state, box in zip(states, boxes, strict=True):
            if state and box.mark in (Mark.EMPTY, Mark.NONE):
                self._say("box-cleared-by-hand", value=box.label)
            elif not state and box.mark is Mark.STRONG:
                self._say("box-marked-by-hand", value=box.label)

    def _is_readable(self) -> bool:
        """Whether every mark says something; a finding tells of each that doesn't."""
        unclear = [box.label for box in self.boxes if box.mark is None]
        if not self._ticked():
            unclear += self._without_box()
        unclear += [label for line in self.rest for label in self._perhaps_marked(line)]
        for label in dict.fromkeys(unclear):
            self._say("box-unreadable", value=label)
        return not unclear

    def _without_box(self) -> list[str]:
        """Labels that lost their box where others still have one; nobody knows if it was ticked."""
        boxed = {box.label for box in self.boxes}
        lost = [box.label for box in self.boxes if box.mark is Mark.NONE]
        lost += [label for label in self.typed if boxed and label not in boxed]
        # Every label without a box is the empty form of a file that lost its marks.
        return lost + (self.typed if set(self.typed) == set(self.form.labels) else [])

    def _perhaps_marked(self, line: str) -> Iterator[str]:
        """A label behind a sign or two that are no known mark (△ 継続)."""
        key = compare_key(line)
        for label in self.form.labels:
            before = key.removesuffix(compare_key(label))
            is_short = 0 < len(before) <= _LONGEST_MARK and len(before) < len(key)
            if is_short and not any(char.isalnum() for char in before):
                yield label

    def _say(self, code: str, **params: Any) -> None:
        self.findings.append(finding(code, at=self.row.at, project=self.no, **params))


def _parted(
    lines: Sequence[Line], labels: tuple[str, ...]
) -> tuple[list[tuple[tuple[bool, ...], tuple[BoxSeen, ...]]], list[str]]:
    """The boxes of a cell, line by line with the states of its controls, and other lines.

    A bare label counts as a box only where it has a control; else it is a word. A box
    that stands there a second time with words behind it is a remark with a bullet.
    """
    boxes: list[tuple[tuple[bool, ...], tuple[BoxSeen, ...]]] = []
    others: list[str] = []
    seen: set[str] = set()
    for line in _put_together(lines, labels):
        found, rest = boxes_on(line.text, labels)
        is_bare = all(box.mark is Mark.NONE for box in found) and not line.states
        is_again = bool(rest) and all(box.label in seen for box in found)
        if not found or is_bare or is_again:
            others.append(line.text)
            continue
        boxes.append((line.states, found))
        seen |= {box.label for box in found}
        others.append(rest)
    cleaned = (without_forbidden(text).strip() for text in others)
    return boxes, [text for text in cleaned if text]


def _put_together(lines: Sequence[Line], labels: tuple[str, ...]) -> Iterator[Line]:
    """The lines, a box whose label was broken in one piece again."""
    place = 0
    while place < len(lines):
        pieces = 1
        if not boxes_on(lines[place].text, labels)[0]:
            pieces = _pieces(lines[place : place + _MOST_PIECES], labels)
        together = lines[place : place + pieces]
        text = "".join(line.text for line in together)
        states = tuple(itertools.chain.from_iterable(line.states for line in together))
        yield Line(text, states)
        place += pieces


def _pieces(lines: Sequence[Line], labels: tuple[str, ...]) -> int:
    """How many lines make one marked box; 1 where they make none."""
    for count in range(2, len(lines) + 1):
        if not lines[0].text.strip() or not lines[count - 1].text.strip():
            break
        found, rest = boxes_on("".join(line.text for line in lines[:count]), labels)
        if len(found) == 1 and not rest and found[0].mark is not Mark.NONE:
            return count
    return 1
