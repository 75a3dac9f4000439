"""Rules of Japanese text: comparison keys, paragraphs, era dates, digits.

Keys are normalised (NFKC), because they are never printed. Prose keeps every character,
because even NFC changes 神 (U+FA19) into 神.
"""

from __future__ import annotations

import datetime as dt
import difflib
import enum
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.base.number_format import GENERAL, format_number

# Below U+0020, XML 1.0 allows only tab, line feed and carriage return.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zero-width characters and variation selectors do not change a number or a mark.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]")
_LINE_BREAK = re.compile("\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c")
_SENTENCE_ENDS = ("。", "。）", "。」")
_FULLWIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)


# A character and the variation selectors that select its shape: 葛 + U+E0100.
_CHARACTER = re.compile(
    "[^\ufe00-\ufe0f\u180b-\u180d\U000e0100-\U000e01ef]?"
    "[\ufe00-\ufe0f\u180b-\u180d\U000e0100-\U000e01ef]+|.",
    re.DOTALL,
)


def characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` as a reader sees them, each with its variation selectors."""
    return tuple(_CHARACTER.findall(text))


def code_points(character: str) -> str:
    """The code points of one visible character: ``U+845B U+E0100``."""
    return " ".join(f"U+{ord(point):04X}" for point in character)


def without_invisible(text: str) -> str:
    """``text`` without zero-width characters and variation selectors."""
    return _INVISIBLE.sub("", text)


def compare_key(text: str) -> str:
    """``text`` for comparison: NFKC, upper case, no white space, no zero-width characters."""
    return "".join(unicodedata.normalize("NFKC", without_invisible(text)).split()).upper()


def forbidden_characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that XML (and so Word and PDF) can't contain."""
    if _FORBIDDEN.search(text) is None:
        return ()
    return tuple(dict.fromkeys(_FORBIDDEN.findall(_LINE_BREAK.sub("\n", text))))


def without_forbidden(text: str) -> str:
    """``text`` without the characters that XML can't contain."""
    return _FORBIDDEN.sub("", _LINE_BREAK.sub("\n", text))


def without_directions(text: str) -> str:
    """``text`` without the characters that change the direction of writing.

    With such a character, ``台帳\u202excod.exe`` looks like the name of a Word file.
    """
    return _DIRECTIONS.sub("", text)


def half_widths(text: str) -> int:
    """The width of a text in half-width characters.

    A character of ambiguous width (①, ±) counts as full-width, as in Japanese fonts.
    """
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in text)


def shortened(text: str, longest: int) -> str:
    """``text`` with at most ``longest`` characters; … replaces the rest."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def one_line(text: str) -> str:
    """``text`` without its typed line breaks, as a name is printed."""
    return _join(line.strip() for line in _LINE_BREAK.split(without_forbidden(text)))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a cell: a line break after 。 ends a paragraph, other lines are joined.

    A person may have typed a line break after every 30 characters, for example. Then a full
    line that happens to end in 。 does not end a paragraph, so that the cell gives the same
    paragraphs as one without line breaks. List items keep their own lines and indents.
    """
    typed = _LINE_BREAK.split(without_forbidden(text))
    lines = [line.strip() for line in typed]
    full = _typed_width(lines)
    items = _list_items(lines)
    done: list[str] = []
    open_lines: list[str] = []
    for place, line in enumerate(lines):
        if place in items and open_lines:
            done.append(_join(open_lines))
            open_lines = []
        if line:
            open_lines.append(typed[place].rstrip() if place in items else line)
        ends = line.endswith(_SENTENCE_ENDS) and (len(line) < full or bool(items))
        if open_lines and (not line or ends):
            done.append(_join(open_lines))
            open_lines = []
    if open_lines:
        done.append(_join(open_lines))
    return tuple(done)


# 「1. 」「 1) 」「(2)」「①」「ア）」 at the beginning of a line; 2.5 is not an item.
_NUMBERED = re.compile(
    "(?:[(（][0-9０-９一二三四五六七八九十ア-ンa-z]{1,3}[)）]"
    "|[0-9０-９]{1,3}(?:[.．](?![0-9０-９])|[)）])|[①-⑳]|[ア-ンa-zａ-ｚ][)）．.])"
)
# 「ア 存続」「１　駅前」: only white space after the mark, so the marks must be consecutive.
_COUNTED = re.compile("([ア-コ]|[0-9０-９]{1,2})[ \u3000]")
_KANA = "アイウエオカキクケコ"
_BULLET = re.compile(r"[・●○◎◆◇■□▪‣*－-](?=\S|\s)")


def _list_items(lines: Sequence[str]) -> frozenset[int]:
    """The indices of the lines that are items of a list.

    A bullet starts an item only after a complete line or after another item. If a person typed
    the line breaks, a line may also begin with the ・ of 「医療・介護」.
    """
    numbered = {k for k, line in enumerate(lines) if _NUMBERED.match(line)}
    # A single number is not a list: the sentence happens to begin with it.
    numbered = numbered if len(numbered) > 1 else set()
    counted = [(k, match[1]) for k, line in enumerate(lines) if (match := _COUNTED.match(line))]
    if len(counted) > 1 and _are_consecutive([mark for _, mark in counted]):
        numbered |= {k for k, _ in counted}
    bullets = [k for k, line in enumerate(lines) if _BULLET.match(line)]
    listed: set[int] = set()
    for k in bullets:
        before = lines[k - 1] if k else ""
        if not before or k - 1 in listed or before.endswith((*_SENTENCE_ENDS, "：", ":")):
            listed.add(k)
    return frozenset(numbered | (listed if len(listed) > 1 else set()))


def _are_consecutive(marks: Sequence[str]) -> bool:
    """Whether the marks are consecutive from the first one: ア, イ, ウ or 1, 2, 3."""
    wanted = range(1, len(marks) + 1)
    numbers = [int(mark) if mark.isdecimal() else _KANA.find(mark) + 1 for mark in marks]
    return numbers == list(wanted) and len({mark.isdecimal() for mark in marks}) == 1


def _typed_width(lines: list[str]) -> float:
    """The line length at which a person typed the line breaks; infinite if there is none.

    The cell has no such length if a line is longer than the lines broken inside a sentence.
    One character more is allowed: a punctuation mark may be after the edge.
    """
    broken = [
        len(line)
        for line, following in itertools.pairwise(lines)
        if line and following and not line.endswith(_SENTENCE_ENDS)
    ]
    width = max(broken, default=math.inf)
    return width if all(len(line) <= width + 1 for line in lines) else math.inf


def _join(lines: Iterable[str]) -> str:
    """Join lines, with a space only between two Latin words."""
    joined = ""
    for line in lines:
        latin = joined[-1:].isascii() and joined[-1:].isalnum()
        gap = " " if latin and line[:1].isascii() and line[:1].isalnum() else ""
        joined += gap + line
    return joined


def width_in_ems(text: str) -> float:
    """The width of the longest line of a text, in full-width characters."""
    return max(map(half_widths, text.split("\n"))) / 2


_BRACKETS = {"（": "）", "(": ")", "「": "」", "［": "］", "[": "]", "【": "】", "〔": "〕"}


def without_brackets(text: str) -> str:
    """``（継続）`` → ``継続``: remove the brackets around a whole text."""
    text = text.strip()
    if len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


_AS_PROPOSED = frozenset(
    compare_key(subject + rest)
    for subject in ("", "事務局", "原")
    for rest in ("案のとおり", "案の通り", "案どおり", "案通り", "案に同じ", "案と同じ")
)
# The text in the drop-down lists.
AS_PROPOSED = "案のとおり"


def is_as_proposed(text: str) -> bool:
    """Whether a text accepts the proposal: 案のとおり or a variant of it."""
    return compare_key(text).rstrip("。") in _AS_PROPOSED


def figure(number: int) -> str:
    """A number as in official documents: one digit is full-width, several are half-width."""
    digits = str(number)
    return digits.translate(_FULLWIDTH) if len(digits) == 1 else digits


def era_date(date: dt.date) -> str:
    """令和８年３月９日; the first year of an era is 元年. Western year for dates before 1926."""
    era, year = era_of(date)
    shown = "元" if era and year == 1 else figure(year)
    return f"{era}{shown}年{figure(date.month)}月{figure(date.day)}日"


def era_of(date: dt.date) -> tuple[str, int]:
    """The era and the year in it: 令和, 8. Before 1926: an empty era and the western year."""
    day = dt.date(date.year, date.month, date.day)
    for era, first in _ERAS:
        if day >= first:
            return era, day.year - first.year + 1
    return "", day.year


def as_shown(value: object) -> str:
    """A cell's value as a user types or sees it: TRUE, 2026/3/9; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.date):
        day = f"{value.year}/{value.month}/{value.day}"
        # A workbook stores a date without a time as midnight.
        has_hour = isinstance(value, dt.datetime) and value.time() != dt.time()
        return f"{day} {value:%H:%M}" if has_hour else day
    if isinstance(value, float):
        # Excel shows 0.1 + 0.2 as 0.3.
        return format_number(value, GENERAL)
    return str(value)


def parse_whole(value: object) -> int | None:
    """An integer as users type it: 4, 4.0, "4", ４, ４点, ④, 1., (1), No.1; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    match = _WHOLE.fullmatch(
        unicodedata.normalize("NFKC", without_invisible(value)).strip().upper()
    )
    return int(match["digits"]) if match else None


def parse_date(value: object) -> dt.date | None:
    """A date as users type it: a date cell, 2026-03-09, 2026/3/9, 令和８年３月９日, R8.3.9.

    None for a short year without an era (8年3月9日): it may belong to any era.
    """
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    if not isinstance(value, str):
        return None
    day = _HOUR.sub("", unicodedata.normalize("NFKC", without_invisible(value)))
    match = _DATE.fullmatch(compare_key(day))
    if match is None or (not match["era"] and len(match["year"]) < _WESTERN_DIGITS):
        return None
    year = 1 if match["year"] == "元" else int(match["year"])
    try:
        if not match["era"]:
            return dt.date(year, int(match["month"]), int(match["day"]))
        return _date_in_era(match["era"], year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _date_in_era(written: str, year: int, month: int, day: int) -> dt.date | None:
    """A date in an era; None for a date outside the era (平成32年, 令和元年4月30日)."""
    before: dt.date | None = None
    for era, first in _ERAS:
        if written in (era, _INITIALS[era]):
            date = dt.date(first.year + year - 1, month, day)
            return date if date >= first and (before is None or date < before) else None
        before = first
    return None


def closest(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str | None:
    """The known name that is most similar to ``name``; None if none is similar."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def nearest(name: str, known: Sequence[str]) -> str:
    """「もしかして「build」ですか。」, or the list of all names if none is similar."""
    return near_hint(name, known) or _list_of_names(known)


def nearest_of(name: str, known: Sequence[str]) -> str:
    """The most similar name, if there is one, and the list of all names, for a short list."""
    return near_hint(name, known) + _list_of_names(known)


def near_hint(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """「もしかして「build」ですか。」, or an empty text if no name is similar."""
    close = closest(name, known, cutoff=cutoff)
    return f"もしかして「{close}」ですか。" if close else ""


def _list_of_names(known: Sequence[str]) -> str:
    return f"使えるのは {'、'.join(known)} です。"


_WHOLE = re.compile(r"(?:NO\.?|第|\(|#)?\s*(?P<digits>-?[0-9]{1,9})\s*(?:\.0*|\)|、|点|番|号)?")
_WESTERN_DIGITS = 4
_INITIALS = {"令和": "R", "平成": "H", "昭和": "S"}
# The time of a meeting, which is not part of its date.
_HOUR = re.compile(
    r"(?:[ T]|(?<=[日)]))(?:午前|午後|AM|PM)?\s*[0-9]{1,2}\s*(?::|時).*", re.DOTALL | re.IGNORECASE
)
_DATE = re.compile(
    r"(?P<era>令和|平成|昭和|[RHS])?(?P<year>元|[0-9]{1,4})[年./-](?P<month>[0-9]{1,2})[月./-]"
    r"(?P<day>[0-9]{1,2})日?(?:\([月火水木金土日](?:曜日?)?\))?"
)

# Marks in or next to choices. If a cell has a strong mark, ○ is an empty box; else ○ is the
# mark itself.
_STRONG = "■●☑✓✔✅☒◉◎★🗹レ"
_WEAK = "○◯〇⭕"
_EMPTY = "□☐▢◻◇☆×✕✗✖-―ー"
_CROSSES = frozenset("×✕✗✖")
_ANY_MARK = f"[{re.escape(_STRONG + _WEAK + _EMPTY)}]"
_MARK = rf"\[{_ANY_MARK}?\]|\({_ANY_MARK}?\)|{_ANY_MARK}|"


class Mark(enum.Enum):
    """The meaning of a mark for the choice next to it."""

    STRONG = enum.auto()
    WEAK = enum.auto()
    EMPTY = enum.auto()
    NONE = enum.auto()


def parse_mark(value: object) -> Mark | None:
    """The mark in a cell that contains only a mark; None for any other cell.

    A check box of Excel is TRUE or FALSE; 1, V and * are marks that users type.
    """
    if isinstance(value, bool):
        return Mark.STRONG if value else Mark.EMPTY
    key = compare_key(without_invisible(str(value))) if value is not None else ""
    if key in ("1", "V", "X", "*", "TRUE", "済"):
        return Mark.STRONG
    if key in ("0", "FALSE"):
        return Mark.EMPTY
    return _classify_mark(key) if re.fullmatch(_MARK, key) else None


def _classify_mark(written: str) -> Mark:
    sign = written.strip("[]()")
    if not sign:
        return Mark.EMPTY if written else Mark.NONE
    return Mark.STRONG if sign in _STRONG else Mark.WEAK if sign in _WEAK else Mark.EMPTY


@lru_cache(maxsize=1024)
def marked_labels(
    text: str, labels: tuple[str, ...], words: tuple[str, ...] = ()
) -> tuple[str, ...] | None:
    """The ``labels`` (and ``words``) that a cell marks; None if it contains anything else.

    A single ``継続`` is chosen. Of the printed lines, those with ■ ● ☑ ✓ レ are chosen. ○ is
    a mark only if there is no stronger mark and not every line has it. All labels without
    any mark are the empty form.
    """
    keys = {compare_key(label): label for label in (*labels, *words)}
    longest_first = "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))
    lines = [
        key for line in _LINE_BREAK.split(without_invisible(text)) if (key := compare_key(line))
    ]
    found = _find_labels(lines, longest_first)
    if found is None:
        # A label may have a typed line break, because its column is narrow.
        found = _find_labels(["".join(lines)], longest_first)
    if found is None:
        return None
    chosen = _choose([(_classify_mark(mark), keys[key]) for mark, key in found], labels)
    # If a cross is the only mark, it may reject the label next to it.
    return chosen if chosen or _CROSSES.isdisjoint("".join(lines)) else None


def _find_labels(lines: Sequence[str], labels: str) -> list[tuple[str, str]] | None:
    """Marks and label keys in their order; None if a line contains anything else."""
    found: list[tuple[str, str]] = []
    for line in lines:
        bracketed = re.fullmatch(rf"[(「\[]({labels})[)」\]]", line)
        marked_after = re.fullmatch(rf"({labels})({_MARK})", line)
        if bracketed:
            found.append(("", bracketed[1]))
            continue
        if marked_after:
            found.append((marked_after[2], marked_after[1]))
            continue
        place = 0
        for match in re.finditer(rf"({_MARK})({labels})[、,・/]?", line):
            if match.start() != place:
                return None
            found.append((match[1], match[2]))
            place = match.end()
        if place != len(line):
            return None
    return found


def _choose(found: Sequence[tuple[Mark, str]], labels: Sequence[str]) -> tuple[str, ...]:
    by_mark = {mark: tuple(label for m, label in found if m is mark) for mark in Mark}
    all_labels = set(labels)
    if by_mark[Mark.STRONG]:
        # In the whole form ○ is an empty box; in a part of the form it is a mark.
        is_form = all_labels <= {label for _, label in found}
        return by_mark[Mark.STRONG] + (() if is_form else by_mark[Mark.WEAK])
    if by_mark[Mark.WEAK]:
        is_empty_form = len(by_mark[Mark.WEAK]) == len(found) and all_labels <= set(
            by_mark[Mark.WEAK]
        )
        return () if is_empty_form else by_mark[Mark.WEAK]
    unmarked = by_mark[Mark.NONE]
    return () if by_mark[Mark.EMPTY] or all_labels <= set(unmarked) else unmarked


def ranges(numbers: Iterable[int]) -> str:
    """「1〜11、13、20〜22」: sorted numbers as a list of ranges."""
    groups: list[list[int]] = []
    for number in sorted(set(numbers)):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    # Two consecutive numbers are not written as a range.
    pieces = ([f"{g[0]}〜{g[-1]}"] if len(g) > 2 else [str(n) for n in g] for g in groups)  # noqa: PLR2004
    return "、".join(piece for group in pieces for piece in group)
