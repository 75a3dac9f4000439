"""Widths of columns and breaks of headings: what is printed in, millimetres and lines out.

A form may give widths; the others come from kind and content, and the sum is always that of
the paper between its margins. Sizes are those of the shared templates, in millimetres for a
full-width character; ``scale`` enlarges them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import width_in_ems
from pipeline.model.columns import BREAK, Column
from pipeline.model.kinds import kind_of

BODY_EM: Final = 2.6458
FIGURE_EM: Final = 3.0
HEAD_EM: Final = 2.55
SMALL_HEAD_EM: Final = 2.05
NOTE_EM: Final = 2.25
# Left and right of a text together: the cell's padding and its rules.
PADDING: Final = 1.6
# Least characters a line, by kind: what may break still reads as words.
_FEWEST: Final = {"name": 6.0, "text": 6.0, "word": 3.0, "choice": 3.0}
_MOST_WORDS: Final = 6.0
# A heading of so many characters stands on one line; a longer one may break.
_WHOLE_HEADING: Final = 5.0
# Room beside the boxes for remarks, where the paper has any.
_REMARK_EMS: Final = 10.0
# A heading that is shared with others.
_SHARED_EMS: Final = 3.0
# Room for a number that is filled in by hand.
_NUMBER_EMS: Final = 5.0
# Word sets Latin letters and figures a quarter of a character apart from Japanese.
_GAP_EMS: Final = 0.25
_GAPS: Final = re.compile(r"(?<=[!-~])(?=[^\s!-~])|(?<=[^\s!-~])(?=[!-~])")
# A box and the space behind it.
_BOX_EMS: Final = 1.5
# Text is set at this part of its size at least: 5.6 points.
_SMALLEST: Final = 0.75
# Prose wider than this is no easier to read.
_WIDEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """A column with what is printed in it: its texts and, as its heading, pieces.

    ``boxes`` are the words behind the boxes of its cells, those of columns inside included;
    ``blank`` is what the results say in a cell that nobody filled in.
    """

    column: Column
    heading: str
    texts: tuple[str, ...]
    boxes: tuple[str, ...] = ()
    blank: str = ""


@dataclass(frozen=True, slots=True)
class _Need:
    """Millimetres: what a column needs at least, what it would take, and its text's amount."""

    least: float
    most: float
    amount: float


def column_widths(
    printed: Sequence[ColumnContent], room: float, *, scale: float = 1.0, enlarged: float = 1.0
) -> tuple[float, ...]:
    """Millimetres for each column; their sum is ``room``, whatever the columns ask for.

    Widths that the form gives are those of its own paper, ``enlarged`` times; where they leave
    too little for the others (a column was added), they give up what they do not need.
    """
    needs = [_need(each, scale) for each in printed]
    fixed = [each.column.width for each in printed]
    given = [None if width is None else width * enlarged for width in fixed]
    free = [k for k, width in enumerate(given) if width is None]
    widths = {k: width for k, width in enumerate(given) if width is not None}
    short = sum(widths.values()) + sum(needs[k].least for k in free) - room
    if free and short > 0:
        widths = _narrowed(widths, printed, needs, short)
    shared = _shared([needs[k] for k in free], room - sum(widths.values()))
    widths |= dict(zip(free, shared, strict=True))
    return _adding_up([widths[k] for k in range(len(printed))], room, is_fixed=not free)


def _narrowed(
    widths: Mapping[int, float],
    printed: Sequence[ColumnContent],
    needs: Sequence[_Need],
    short: float,
) -> dict[int, float]:
    """The given widths without what is short, taken from where there is more than is needed.

    Words give it up last: they are short, and one more line in a bracket is ugly.
    """
    spare = {k: max(width - needs[k].least, 0.0) for k, width in widths.items()}
    others = {k: more * (printed[k].column.kind != "word") for k, more in spare.items()}
    spare = others if sum(others.values()) >= short else spare
    whole = sum(spare.values())
    taken = min(short, whole)
    narrowed = {
        k: width - (taken * spare[k] / whole if whole else 0.0) for k, width in widths.items()
    }
    # What nobody has to spare is taken from all alike, the columns without a width too.
    share = 1 - (short - taken) / (sum(narrowed.values()) + short - taken)
    return {k: width * share for k, width in narrowed.items()}


def fitting_scale(printed: Sequence[ColumnContent], room: float, scale: float) -> float:
    """The scale, smaller where the columns would not fit, but never so small as to be unread."""
    least = sum(min(each.column.width or math.inf, _need(each, scale).least) for each in printed)
    return scale if least <= room else max(scale * room / least, scale * _SMALLEST)


def _adding_up(widths: list[float], room: float, *, is_fixed: bool) -> tuple[float, ...]:
    """The widths in hundredths of a millimetre; the last takes what rounding leaves."""
    rounded = [round(width, 2) for width in widths]
    if rounded and not is_fixed:
        rounded[-1] = round(room - sum(rounded[:-1]), 2)
    return tuple(rounded)


def _need(each: ColumnContent, scale: float) -> _Need:
    """What a column needs, from its kind, its heading and its texts."""
    column, kind = each.column, kind_of(each.column)
    em = (FIGURE_EM if kind.is_figure else BODY_EM) * scale
    padding = PADDING * scale
    longest = max(map(_text_ems, each.texts), default=0.0)
    if column.fill:
        longest = max(longest, _room_to_fill_in(each))
    heading = _heading_need(each, scale)
    box = _BOX_EMS + max(map(width_in_ems, each.boxes), default=-_BOX_EMS)
    if column.boxes:
        least = max(box * BODY_EM * scale + padding, heading)
        # Remarks are written below the boxes, by hand or afterwards.
        more = _REMARK_EMS if column.fill else 0.0
        return _Need(least, least + more * em, more)
    heading = max(heading, box * BODY_EM * scale + padding)
    if not kind.wraps:
        least = max(longest * em + padding, heading)
        return _Need(least, least, 0.0)
    whole = width_in_ems(each.blank) if column.fill else 0.0
    fewest = min(longest, max(_FEWEST.get(column.kind, _MOST_WORDS), whole))
    most = min(longest, _WIDEST) * em + padding
    least = max(fewest * em + padding, heading)
    # What is still to be filled in takes its share of the room as well.
    amount = max(_amount(each.texts), _REMARK_EMS if column.fill else 0.0)
    return _Need(least, max(least, most), amount)


def _text_ems(text: str) -> float:
    """Characters that a text takes on one line, in Word too."""
    return max(
        width_in_ems(line) + _GAP_EMS * len(_GAPS.findall(line)) for line in text.split("\n")
    )


def _room_to_fill_in(each: ColumnContent) -> float:
    """Characters that a column needs although nothing stands in it yet: its words, a hand."""
    column, blank = each.column, width_in_ems(each.blank)
    if column.is_choice:
        return max(*(width_in_ems(choice) for choice in column.choices), blank)
    by_kind = {"score": blank, "mark": blank, "number": max(blank, _NUMBER_EMS)}
    return by_kind.get(column.kind, _REMARK_EMS)


def _amount(texts: Sequence[str]) -> float:
    """How much text a column holds: characters, the long cells counting more."""
    if not texts:
        return 0.0
    sizes = [sum(width_in_ems(line) for line in text.split("\n")) for text in texts]
    return math.sqrt(sum(math.pow(size, 1.5) for size in sizes) / len(sizes)) + 1


def _heading_need(each: ColumnContent, scale: float) -> float:
    """What the longest piece of a heading needs; one without breaks may break anywhere."""
    em = (SMALL_HEAD_EM if each.column.kind == "score" else HEAD_EM) * scale
    pieces = [width_in_ems(piece) for piece in each.heading.split(BREAK)]
    longest = max(pieces, default=0.0)
    if not each.heading and each.column.under:
        # It shares the heading above it, which may break anywhere.
        longest = _SHARED_EMS
    if BREAK not in each.heading:
        longest = min(longest, _WHOLE_HEADING)
    return longest * em + PADDING * scale


def _shared(needs: Sequence[_Need], room: float) -> list[float]:
    """The room shared out: least widths first, the rest by the amounts of text."""
    least = sum(need.least for need in needs)
    if least >= room:
        return [need.least * room / least for need in needs]
    widths = [need.least for need in needs]
    rest = room - least
    open_ones = [k for k, need in enumerate(needs) if need.most > need.least]
    while open_ones and rest > 0.01:  # noqa: PLR2004 - a hundredth of a millimetre
        whole = sum(needs[k].amount for k in open_ones) or 1.0
        given = {k: rest * needs[k].amount / whole for k in open_ones}
        full = [k for k in open_ones if widths[k] + given[k] >= needs[k].most]
        if not full:
            return [width + given.get(k, 0.0) for k, width in enumerate(widths)]
        for k in full:
            rest -= needs[k].most - widths[k]
            widths[k] = needs[k].most
        open_ones = [k for k in open_ones if k not in full]
    whole = sum(widths)
    return [width * room / whole for width in widths] if whole else widths


def heading_lines(words: str, width: float, em: float) -> tuple[str, ...]:
    """A heading in lines: at its allowed breaks, and only where it does not fit.

    One without breaks that does not fit is parted evenly, so that no line has one character.
    """
    if BREAK in words:
        return _in_lines(words.split(BREAK), "", width, em)
    count = math.ceil(width_in_ems(words) * em / max(em, width - PADDING / 2))
    if count <= 1 or not words.strip():
        return (words,)
    each = math.ceil(len(words) / count)
    bracket = max(words.find("（"), words.find("("))
    if count == 2 and bracket > 0 and max(bracket, len(words) - bracket) * em <= width:  # noqa: PLR2004 - two lines
        return words[:bracket], words[bracket:]
    return tuple(words[at : at + each] for at in range(0, len(words), each))


def note_lines(words: str, width: float) -> tuple[str, ...]:
    """A note in lines: at the spaces that its writer typed behind others than ※."""
    pieces = re.split(r"(?<![※*＊]) ", words) if words else []
    return _in_lines(pieces, " ", width, NOTE_EM)


def _in_lines(pieces: Sequence[str], between: str, width: float, em: float) -> tuple[str, ...]:
    lines: list[str] = []
    for piece in pieces:
        joined = between.join([*lines[-1:], piece]) if lines else piece
        if lines and width_in_ems(joined) * em <= width - PADDING:
            lines[-1] = joined
        else:
            lines.append(piece)
    return tuple(line for line in lines if line)
