"""Read one cell that the council filled in: a cell as it is seen in, an answer or doubts out.

Only two kinds of answer are accepted: the printed boxes with their labels, one of them
ticked, or one known word alone; each may have remarks below. Any other content of the cell
is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.base.text import is_as_proposed, without_forbidden
from pipeline.base.word import WordCell
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.printed import FillColumn, FillKind, PrintedColumn
from pipeline.model.values import Fill, Status
from pipeline.opinions.filled_handout.marks import TICKS, BoxMark, SeenBox, boxes_of, key, labels_in
from pipeline.opinions.filled_handout.oddities import doubts_of
from pipeline.opinions.filled_handout.remarks import is_plain_remark
from pipeline.opinions.written import written

_BRACKETS: Final = "()「」『』[]【】。.・"
# In a cell without printed boxes a crossed box may mean no.
_MARKS: Final = TICKS - frozenset("☒🗹")
_BLANK: Final = Fill()


@dataclass(frozen=True, slots=True)
class Place:
    """The facts about the row and the file that are needed to read a cell.

    ``proposed`` is the choice that the cell is compared with, None if it is not certain.
    ``usual`` is the formatting of a choice without a mark. ``tags`` counts how often each
    control's tag occurs in the file.
    """

    row: int
    proposed: str | None
    usual: frozenset[str]
    tags: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CellReading:
    """The answer for a cell's column, the remark in the same cell, and every doubt."""

    answer: Fill
    remark: str | None = None
    doubts: tuple[Doubt, ...] = ()


def read_cell(cell: WordCell, column: PrintedColumn, place: Place) -> CellReading:
    """The answer in a cell; with any doubt, none of it may be accepted."""
    fill = column.fill
    if fill is None:
        raise ValueError(column)
    odd = tuple(doubts_of(cell))
    if fill.kind in (FillKind.BOXES, FillKind.WORD):
        choice = _Choice(cell, fill, place, has_remarks=column.remarks is not None)
        choice.read()
        remark = "\n".join(choice.remarks) or None
        return CellReading(choice.answer, remark, (*odd, *dict.fromkeys(choice.doubts)))
    controls = tuple(_foreign_controls(cell, fill, place))
    reading = _value(cell, fill, has_remarks=column.remarks is not None)
    return replace(reading, doubts=(*odd, *controls, *reading.doubts))


def boxes_in(cell: WordCell, labels: tuple[str, ...]) -> tuple[SeenBox, ...]:
    """The boxes of a cell, in their order."""
    lines = (boxes_of(line, labels) for line in cell.lines)
    return tuple(box for boxes in lines for box in boxes or ())


def choice_of(cell: WordCell, labels: tuple[str, ...], *, has_boxes: bool) -> str | None:
    """The one choice in a printed cell; None for any content but plain boxes or one word."""
    if not has_boxes:
        choice = next((label for label in labels if key(label) == key(cell.text)), None)
        return choice if not list(doubts_of(cell)) else None
    boxes = boxes_in(cell, labels)
    lines = [line for line in cell.lines if line.text.strip()]
    is_whole = all(boxes_of(line, labels) is not None for line in lines)
    ticked = [box.label for box in boxes if box.mark is BoxMark.TICK]
    clear = all(box.mark is not BoxMark.UNCLEAR for box in boxes)
    if tuple(box.label for box in boxes) != labels or not (is_whole and clear):
        return None
    return ticked[0] if len(ticked) == 1 and not list(doubts_of(cell)) else None


@dataclass(slots=True)
class _Choice:
    """A cell of choices while it is read."""

    cell: WordCell
    fill: FillColumn
    place: Place
    has_remarks: bool
    answer: Fill = _BLANK
    boxes: tuple[SeenBox, ...] = ()
    other_lines: list[list[str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    blocks: list[list[str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def read(self) -> None:
        """Read the boxes, then the words, then the remarks."""
        self._split_lines()
        self._check_boxes()
        self._check_controls()
        ticked = [box.label for box in self.boxes if box.mark is BoxMark.TICK]
        words = self._answer_words()
        if len(ticked) + len(words) > 1:
            self._doubt(Reason.SEVERAL, "、".join((*ticked, *words)))
        elif ticked:
            self.answer = Fill(Status.CHOSEN, ticked[0])
        elif words:
            self._answer_by_word(words[0])
        self._check_remarks()

    def _doubt(self, reason: Reason, seen: str = "") -> None:
        self.doubts.append(Doubt(reason, seen))

    def _split_lines(self) -> None:
        """Split the lines into boxes and the blocks of other lines between them."""
        boxes: list[SeenBox] = []
        self.other_lines.append([])
        for line in self.cell.lines:
            text = line.text.strip()
            if not text:
                continue
            found = boxes_of(line, self.fill.choices) if self.fill.choices else None
            if found is None or self.fill.kind is FillKind.WORD:
                self.other_lines[-1].append(without_forbidden(text))
            else:
                boxes += found
                self.other_lines.append([])
        self.boxes = tuple(boxes)

    # ---- boxes

    def _check_boxes(self) -> None:
        labels = tuple(box.label for box in self.boxes)
        if self.boxes and labels != self.fill.choices:
            self._doubt(Reason.BOXES, _shown(self.cell))
        unclear = [box for box in self.boxes if box.mark is BoxMark.UNCLEAR]
        for box in unclear:
            self._doubt(Reason.MARK, "".join(p.text for p in (*box.sign, *box.words)))
        for label in stressed(self.boxes, self.place.usual):
            self._doubt(Reason.STRESS, label)

    def _check_controls(self) -> None:
        """Check the check-box controls: none, or one around the sign of each box of the row."""
        checks = [control for control in self.cell.controls if control.checked is not None]
        tags = [control.tag for control in checks]
        own = [f"{self.fill.key}.{self.place.row}.{k + 1}" for k in range(len(self.fill.choices))]
        if any(other.of_a_row for other in self.cell.controls if other.checked is None):
            self._doubt(Reason.CONTROLS)
        if any(self.place.tags.get(tag, 0) > 1 for tag in own):
            self._doubt(Reason.COPIED)
        elsewhere = any(self.place.tags.get(tag, 0) for tag in own) and tags != own
        if elsewhere or (any(tags) and tags != own):
            self._doubt(Reason.CONTROLS)
            return
        if not checks:
            if any(box.controls != {None} for box in self.boxes):
                self._doubt(Reason.CONTROLS)
            return
        if len(checks) != len(self.boxes) or len(checks) != len(self.fill.choices):
            self._doubt(Reason.CONTROLS)
            return
        for control, box in zip(checks, self.boxes, strict=True):
            if box.controls != {control.number} or any(p.control is not None for p in box.words):
                self._doubt(Reason.CONTROLS, box.label)
            elif control.checked and box.mark is not BoxMark.TICK:
                self._doubt(Reason.STATE, box.label)

    # ---- words

    def _answer_words(self) -> list[str]:
        """The lines that consist of an answer; the other lines become blocks of remarks."""
        known = {key(word): word for word in (*self.fill.choices, *self.fill.words)}
        answers: list[str] = []
        for block in self.other_lines:
            self.blocks.append([])
            for line in block:
                word = known.get(key(line).strip(_BRACKETS))
                if word is None and not is_as_proposed(line):
                    self.blocks[-1].append(line)
                    continue
                self.blocks.append([])
                if self.fill.words.get(word or line) is not Status.BLANK:
                    answers.append(word or line)
        self.remarks = [line for block in self.blocks for line in block]
        return answers

    def _answer_by_word(self, word: str) -> None:
        """Set the answer from one known word; the cell has no other answer and no ticked box."""
        if word in self.fill.words:
            self.answer = Fill(self.fill.words[word])
        elif word in self.fill.choices:
            self.answer = Fill(Status.CHOSEN, word)
        elif self.place.proposed not in self.fill.choices:
            self._doubt(Reason.PROPOSAL, word)
        else:
            self.answer = Fill(Status.CHOSEN, self.place.proposed)
        is_status = word in self.fill.words
        if self.remarks and not is_status:
            self._doubt(Reason.LABEL_GOES_ON, "／".join((word, *self.remarks)))

    def _check_remarks(self) -> None:
        if self.remarks and not self.has_remarks:
            self._doubt(Reason.UNKNOWN_WORD, "／".join(self.remarks))
        for block in self.blocks:
            for place, line in enumerate(block):
                self._check_remark(line, begins=place == 0)
            if len(block) > 1 and not self.doubts:
                self._check_remark("".join(block), begins=False)

    def _check_remark(self, line: str, *, begins: bool) -> None:
        choices, words = self.fill.choices, tuple(self.fill.words)
        divided = self.answer.status is Status.DIVIDED
        chosen = str(self.answer.value) if self.answer.status is Status.CHOSEN else None
        if not is_plain_remark(line, chosen, choices, words, divided=divided, begins=begins):
            reason = Reason.LABEL_GOES_ON if labels_in(line, choices) else Reason.REMARK
            self._doubt(reason, line)


# ---- cells without choices


def _value(cell: WordCell, fill: FillColumn, *, has_remarks: bool) -> CellReading:
    lines = [line.text.strip() for line in cell.lines if line.text.strip()]
    rest = lines[1:] if has_remarks and _are_remarks(lines[1:], fill) else []
    reading = _answer("\n".join(lines[:1] if rest else lines), fill)
    return replace(reading, remark="\n".join(rest) or None)


def _are_remarks(lines: Sequence[str], fill: FillColumn) -> bool:
    """Whether all lines below a value are plain remarks."""
    words = tuple(fill.words)
    scale = tuple(value for value in fill.column.scale if isinstance(value, str))
    return fill.kind is not FillKind.TEXT and all(
        is_plain_remark(line, None, scale, words, begins=place == 0)
        for place, line in enumerate(lines)
    )


def _answer(text: str, fill: FillColumn) -> CellReading:
    if key(text) in {key(word) for word in fill.words}:
        # 未入力 of a results edition is the only word of a column without choices.
        return CellReading(_BLANK)
    answer = written(text, fill.column)
    is_unknown_mark = fill.kind is FillKind.MARK and text and key(text) not in _MARKS
    if answer is None or is_unknown_mark:
        return CellReading(_BLANK, doubts=(Doubt(Reason.UNKNOWN_WORD, text),))
    return CellReading(answer)


def _foreign_controls(cell: WordCell, fill: FillColumn, place: Place) -> Iterator[Doubt]:
    """Doubts about controls that belong to another cell, or that were copied."""
    own = f"{fill.key}.{place.row}"
    tags = {control.tag for control in cell.controls if control.of_a_row}
    if any(tag != own and not tag.startswith(f"{own}.") for tag in tags):
        yield Doubt(Reason.CONTROLS)
    if any(place.tags.get(tag, 0) > 1 for tag in tags):
        yield Doubt(Reason.COPIED)


def _shown(cell: WordCell) -> str:
    return "／".join(text for line in cell.lines if (text := line.text.strip()))


def stressed(boxes: Sequence[SeenBox], usual: frozenset[str]) -> Iterator[str]:
    """The labels that are emphasised without a mark."""
    for box in boxes:
        if box.mark is BoxMark.EMPTY and box.stress != usual:
            yield box.label


def usual_formatting(cells: Sequence[WordCell], labels: tuple[str, ...]) -> frozenset[str]:
    """The most frequent formatting of the boxes without a mark."""
    boxes = (box for cell in cells for box in boxes_in(cell, labels))
    formats = [box.stress for box in boxes if box.mark is BoxMark.EMPTY]
    return max(formats, key=formats.count, default=frozenset())
