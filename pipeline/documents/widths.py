"""Compute column widths and heading lines: printed texts in, millimetres and lines out.

A form may give widths. The other widths follow from kind and content. Their sum is always
the paper's width between the margins. The sizes are those of the shared templates, in
millimetres for a full-width character (em); ``scale`` multiplies them.
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
# The cell's padding and borders, left and right together, in millimetres.
PADDING: Final = 1.6
# Least characters a line, by kind: broken text is still readable.
_FEWEST: Final = {"name": 6.0, "text": 6.0, "word": 3.0, "choice": 3.0}
_MOST_WORDS: Final = 6.0
# A heading of up to so many characters is on one line; a longer one may break.
_WHOLE_HEADING: Final = 5.0
# Extra width of a column with boxes for remarks, if the paper has room.
_REMARK_EMS: Final = 10.0
# Least characters of a heading that several columns share.
_SHARED_HEADING_EMS: Final = 3.0
# Characters of a number that is filled in by hand.
_NUMBER_EMS: Final = 5.0
# Word adds a quarter of a character between Japanese and Latin letters or figures.
_GAP_EMS: Final = 0.25
_GAPS: Final = re.compile(r"(?<=[!-~])(?=[^\s!-~])|(?<=[^\s!-~])(?=[!-~])")
# A box and the space after it.
_BOX_EMS: Final = 1.5
# The smallest part of its normal size at which text is printed: 5.6 points.
_SMALLEST: Final = 0.75
# A wider column of prose is no easier to read.
_WIDEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """A column with its printed texts; ``heading`` contains marks of allowed breaks.

    ``boxes`` are the texts after the boxes of its cells, including those of inner columns.
    ``blank`` is the word that the results edition prints for a blank opinion.
    """

    column: Column
    heading: str
    texts: tuple[str, ...]
    boxes: tuple[str, ...] = ()
    blank: str = ""


@dataclass(frozen=True, slots=True)
class _Need:
    """The least and the greatest useful width in millimetres, and the amount of text."""

    least: float
    most: float
    amount: float


def column_widths(
    contents: Sequence[ColumnContent], room: float, *, scale: float = 1.0, enlarged: float = 1.0
) -> tuple[float, ...]:
    """The width of each column in millimetres; their sum is ``room``, whatever they need.

    Widths given by the form are multiplied by ``enlarged``. If they leave too little room for
    the other columns (a column was added), they are reduced towards their least widths.
    """
    needs = [_need(content, scale) for content in contents]
    fixed = [content.column.width for content in contents]
    form_widths = [None if width is None else width * enlarged for width in fixed]
    free = [k for k, width in enumerate(form_widths) if width is None]
    widths = {k: width for k, width in enumerate(form_widths) if width is not None}
    shortage = sum(widths.values()) + sum(needs[k].least for k in free) - room
    if free and shortage > 0:
        widths = _narrowed(widths, contents, needs, shortage)
    distributed = _distributed([needs[k] for k in free], room - sum(widths.values()))
    widths |= dict(zip(free, distributed, strict=True))
    return _rounded_widths([widths[k] for k in range(len(contents))], room, is_fixed=not free)


def _narrowed(
    widths: Mapping[int, float],
    contents: Sequence[ColumnContent],
    needs: Sequence[_Need],
    shortage: float,
) -> dict[int, float]:
    """The form's widths reduced by ``shortage`` millimetres, where they exceed the least width.

    Columns of words are reduced last: an extra line break in a short word is ugly.
    """
    spare = {k: max(width - needs[k].least, 0.0) for k, width in widths.items()}
    without_words = {
        k: surplus * (contents[k].column.kind != "word") for k, surplus in spare.items()
    }
    spare = without_words if sum(without_words.values()) >= shortage else spare
    total = sum(spare.values())
    removed = min(shortage, total)
    narrowed = {
        k: width - (removed * spare[k] / total if total else 0.0) for k, width in widths.items()
    }
    # The rest is removed from all columns in proportion, those without a given width too.
    share = 1 - (shortage - removed) / (sum(narrowed.values()) + shortage - removed)
    return {k: width * share for k, width in narrowed.items()}


def fitting_scale(contents: Sequence[ColumnContent], room: float, scale: float) -> float:
    """The scale, reduced if the columns do not fit, but only down to a readable size."""
    least = sum(
        min(content.column.width or math.inf, _need(content, scale).least) for content in contents
    )
    return scale if least <= room else max(scale * room / least, scale * _SMALLEST)


def _rounded_widths(widths: list[float], room: float, *, is_fixed: bool) -> tuple[float, ...]:
    """The widths rounded to hundredths of a millimetre; the last one absorbs the rounding."""
    rounded = [round(width, 2) for width in widths]
    if rounded and not is_fixed:
        rounded[-1] = round(room - sum(rounded[:-1]), 2)
    return tuple(rounded)


def _need(content: ColumnContent, scale: float) -> _Need:
    """The width that a column needs for its kind, its heading and its texts."""
    column, kind = content.column, kind_of(content.column)
    em = (FIGURE_EM if kind.is_figure else BODY_EM) * scale
    padding = PADDING * scale
    longest = max(map(_text_ems, content.texts), default=0.0)
    if column.fill:
        longest = max(longest, _room_to_fill_in(content))
    heading = _heading_need(content, scale)
    box = _BOX_EMS + max(map(width_in_ems, content.boxes), default=-_BOX_EMS)
    if column.boxes:
        least = max(box * BODY_EM * scale + padding, heading)
        # Remarks are written below the boxes, by hand or with the results.
        remark = _REMARK_EMS if column.fill else 0.0
        return _Need(least, least + remark * em, remark)
    heading = max(heading, box * BODY_EM * scale + padding)
    if not kind.wraps:
        least = max(longest * em + padding, heading)
        return _Need(least, least, 0.0)
    blank = width_in_ems(content.blank) if column.fill else 0.0
    least_ems = min(longest, max(_FEWEST.get(column.kind, _MOST_WORDS), blank))
    most = min(longest, _WIDEST) * em + padding
    least = max(least_ems * em + padding, heading)
    # A column that is still empty needs a share of the room too.
    amount = max(_amount(content.texts), _REMARK_EMS if column.fill else 0.0)
    return _Need(least, max(least, most), amount)


def _text_ems(text: str) -> float:
    """The width of a text's longest line in characters, with the gaps that Word adds."""
    return max(
        width_in_ems(line) + _GAP_EMS * len(_GAPS.findall(line)) for line in text.split("\n")
    )


def _room_to_fill_in(content: ColumnContent) -> float:
    """The characters that an empty column needs: for its words, or for handwriting."""
    column, blank = content.column, width_in_ems(content.blank)
    if column.is_choice:
        return max(*(width_in_ems(choice) for choice in column.choices), blank)
    by_kind = {"score": blank, "mark": blank, "number": max(blank, _NUMBER_EMS)}
    return by_kind.get(column.kind, _REMARK_EMS)


def _amount(texts: Sequence[str]) -> float:
    """The amount of text in a column, in characters; long cells have more weight."""
    if not texts:
        return 0.0
    sizes = [sum(width_in_ems(line) for line in text.split("\n")) for text in texts]
    return math.sqrt(sum(math.pow(size, 1.5) for size in sizes) / len(sizes)) + 1


def _heading_need(content: ColumnContent, scale: float) -> float:
    """The width that a heading's longest piece needs; without marks it may break anywhere."""
    em = (SMALL_HEAD_EM if content.column.kind == "score" else HEAD_EM) * scale
    pieces = [width_in_ems(piece) for piece in content.heading.split(BREAK)]
    longest = max(pieces, default=0.0)
    if not content.heading and content.column.under:
        # The column shares the heading above it, which may break anywhere.
        longest = _SHARED_HEADING_EMS
    if BREAK not in content.heading:
        longest = min(longest, _WHOLE_HEADING)
    return longest * em + PADDING * scale


def _distributed(needs: Sequence[_Need], room: float) -> list[float]:
    """The room distributed: first the least widths, then the rest by the amounts of text."""
    least = sum(need.least for need in needs)
    if least >= room:
        return [need.least * room / least for need in needs]
    widths = [need.least for need in needs]
    rest = room - least
    growing = [k for k, need in enumerate(needs) if need.most > need.least]
    while growing and rest > 0.01:  # noqa: PLR2004 - a hundredth of a millimetre
        total = sum(needs[k].amount for k in growing) or 1.0
        extra = {k: rest * needs[k].amount / total for k in growing}
        filled = [k for k in growing if widths[k] + extra[k] >= needs[k].most]
        if not filled:
            return [width + extra.get(k, 0.0) for k, width in enumerate(widths)]
        for k in filled:
            rest -= needs[k].most - widths[k]
            widths[k] = needs[k].most
        growing = [k for k in growing if k not in filled]
    total = sum(widths)
    return [width * room / total for width in widths] if total else widths


def heading_lines(words: str, width: float, em: float) -> tuple[str, ...]:
    """A heading in lines, broken at its allowed breaks, and only if it does not fit.

    Without allowed breaks it is divided evenly, so that no line has a single character.
    """
    if BREAK in words:
        return _in_lines(words.split(BREAK), "", width, em)
    count = math.ceil(width_in_ems(words) * em / max(em, width - PADDING / 2))
    if count <= 1 or not words.strip():
        return (words,)
    length = math.ceil(len(words) / count)
    bracket = max(words.find("（"), words.find("("))
    if count == 2 and bracket > 0 and max(bracket, len(words) - bracket) * em <= width:  # noqa: PLR2004 - two lines
        return words[:bracket], words[bracket:]
    return tuple(words[start : start + length] for start in range(0, len(words), length))


def note_lines(words: str, width: float) -> tuple[str, ...]:
    """A note in lines, broken at its spaces, but not after ※."""
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
