"""Rules of Japanese text: keys to compare by, paragraphs, era dates, figures.

Keys are normalised freely (NFKC) because nobody prints them; prose keeps every
character, because NFC alone already changes 神 (U+FA19) into 神.
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

# XML 1.0 allows tab, line feed and carriage return below U+0020 and nothing else.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zero-width characters and variation selectors change no number and no mark.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]")
_LINE_BREAK = re.compile("\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c")
_SENTENCE_ENDS = ("。", "。）", "。」")
_FULLWIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)


# A character and the variation selectors that choose its shape: 葛 + U+E0100.
_WITH_SELECTORS = re.compile(
    "[^\ufe00-\ufe0f\u180b-\u180d\U000e0100-\U000e01ef]?"
    "[\ufe00-\ufe0f\u180b-\u180d\U000e0100-\U000e01ef]+|.",
    re.DOTALL,
)


def characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` as a reader sees them: each with its variation selectors."""
    return tuple(_WITH_SELECTORS.findall(text))


def code_points(character: str) -> str:
    """``U+845B U+E0100``: what stands behind a character as a reader sees it."""
    return " ".join(f"U+{ord(each):04X}" for each in character)


def visible(text: str) -> str:
    """``text`` without zero-width characters and variation selectors."""
    return _INVISIBLE.sub("", text)


def compare_key(text: str) -> str:
    """A form of ``text`` to compare by: NFKC, nothing white or without width, upper case."""
    return "".join(unicodedata.normalize("NFKC", visible(text)).split()).upper()


def forbidden_characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that XML (and so Word and PDF) can't hold."""
    if _FORBIDDEN.search(text) is None:
        return ()
    return tuple(dict.fromkeys(_FORBIDDEN.findall(_LINE_BREAK.sub("\n", text))))


def without_forbidden(text: str) -> str:
    """``text`` without the characters that XML can't hold."""
    return _FORBIDDEN.sub("", _LINE_BREAK.sub("\n", text))


def without_directions(text: str) -> str:
    """``text`` without the characters that turn the direction of writing.

    With one of them ``台帳\u202excod.exe`` is shown as if it were a Word file.
    """
    return _DIRECTIONS.sub("", text)


def half_widths(text: str) -> int:
    """The width of a text in half-width characters.

    One of ambiguous width (①, ±) counts as a full-width one, as Japanese fonts have it.
    """
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in text)


def shortened(text: str, longest: int) -> str:
    """A text of bearable length: … stands for what is cut off."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def one_line(text: str) -> str:
    """``text`` with its typed line breaks taken out, as a name is printed."""
    return _join(line.strip() for line in _LINE_BREAK.split(without_forbidden(text)))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a cell: a line break after 。 ends one, others are joined.

    In a cell that was broken by hand after every 30 characters, a full line that
    happens to end in 。 is no end either, so that it gives the same paragraphs
    as one that was typed through. The items of a list keep their lines and their indents.
    """
    typed = _LINE_BREAK.split(without_forbidden(text))
    lines = [line.strip() for line in typed]
    full = _typed_width(lines)
    items = _items(lines)
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


# 「1. 」「 1) 」「(2)」「①」「ア）」 at the beginning of a line; 2.5 is no item.
_NUMBERED = re.compile(
    "(?:[(（][0-9０-９一二三四五六七八九十ア-ンa-z]{1,3}[)）]"
    "|[0-9０-９]{1,3}(?:[.．](?![0-9０-９])|[)）])|[①-⑳]|[ア-ンa-zａ-ｚ][)）．.])"
)
# 「ア 存続」「１　駅前」: with white space alone behind it, so they have to count up.
_COUNTED = re.compile("([ア-コ]|[0-9０-９]{1,2})[ \u3000]")
_KANA = "アイウエオカキクケコ"
_BULLET = re.compile(r"[・●○◎◆◇■□▪‣*－-](?=\S|\s)")


def _items(lines: Sequence[str]) -> frozenset[int]:
    """The lines that are items of a list.

    A bullet counts behind a line that is complete and behind another one: in a cell broken
    by hand 「医療・介護」 may be torn before its point.
    """
    numbered = {k for k, line in enumerate(lines) if _NUMBERED.match(line)}
    # One number alone is a sentence that happens to begin with it.
    numbered = numbered if len(numbered) > 1 else set()
    counted = [(k, match[1]) for k, line in enumerate(lines) if (match := _COUNTED.match(line))]
    if len(counted) > 1 and _count_up([mark for _, mark in counted]):
        numbered |= {k for k, _ in counted}
    bullets = [k for k, line in enumerate(lines) if _BULLET.match(line)]
    listed: set[int] = set()
    for k in bullets:
        before = lines[k - 1] if k else ""
        if not before or k - 1 in listed or before.endswith((*_SENTENCE_ENDS, "：", ":")):
            listed.add(k)
    return frozenset(numbered | (listed if len(listed) > 1 else set()))


def _count_up(marks: Sequence[str]) -> bool:
    """Whether marks are ア, イ, ウ or 1, 2, 3, from the first one."""
    wanted = range(1, len(marks) + 1)
    numbers = [int(mark) if mark.isdecimal() else _KANA.find(mark) + 1 for mark in marks]
    return numbers == list(wanted) and len({mark.isdecimal() for mark in marks}) == 1


def _typed_width(lines: list[str]) -> float:
    """The length at which a cell was broken by hand; infinite where it was not.

    A line clearly longer than those broken inside a sentence shows that there was
    no such length; one character more is a mark left hanging at the edge.
    """
    broken = [
        len(line)
        for line, following in itertools.pairwise(lines)
        if line and following and not line.endswith(_SENTENCE_ENDS)
    ]
    width = max(broken, default=math.inf)
    return width if all(len(line) <= width + 1 for line in lines) else math.inf


def _join(lines: Iterable[str]) -> str:
    """Lines put together; a space only between two Latin words."""
    joined = ""
    for line in lines:
        latin = joined[-1:].isascii() and joined[-1:].isalnum()
        gap = " " if latin and line[:1].isascii() and line[:1].isalnum() else ""
        joined += gap + line
    return joined


def width_in_ems(text: str) -> float:
    """Width of a text in full-width characters; its longest line where it has several."""
    return max(map(half_widths, text.split("\n"))) / 2


_BRACKETS = {"（": "）", "(": ")", "「": "」", "［": "］", "[": "]", "【": "】", "〔": "〕"}


def without_brackets(text: str) -> str:
    """``（継続）`` → ``継続``: the brackets around the whole of a text taken off."""
    text = text.strip()
    if len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


_AS_PROPOSED = frozenset(
    compare_key(subject + rest)
    for subject in ("", "事務局", "原")
    for rest in ("案のとおり", "案の通り", "案どおり", "案通り", "案に同じ", "案と同じ")
)
# As the drop-downs write it.
AS_PROPOSED = "案のとおり"


def is_as_proposed(text: str) -> bool:
    """Whether a text agrees to the proposal: 案のとおり and its like."""
    return compare_key(text).rstrip("。") in _AS_PROPOSED


def figure(number: int) -> str:
    """A number as official papers write it: one digit full-width, more half-width."""
    digits = str(number)
    return digits.translate(_FULLWIDTH) if len(digits) == 1 else digits


def era_date(date: dt.date) -> str:
    """令和８年３月９日; the first year of an era is 元年. Before 1926 the western year."""
    era, year = era_of(date)
    shown = "元" if era and year == 1 else figure(year)
    return f"{era}{shown}年{figure(date.month)}月{figure(date.day)}日"


def era_of(date: dt.date) -> tuple[str, int]:
    """The era of a day and the year in it: 令和, 8; no era and the western year before 1926."""
    day = dt.date(date.year, date.month, date.day)
    for era, first in _ERAS:
        if day >= first:
            return era, day.year - first.year + 1
    return "", day.year


def as_shown(value: object) -> str:
    """A cell's value as the office typed it or sees it: TRUE, 2026/3/9; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.date):
        day = f"{value.year}/{value.month}/{value.day}"
        # A day without an hour is midnight in a workbook.
        has_hour = isinstance(value, dt.datetime) and value.time() != dt.time()
        return f"{day} {value:%H:%M}" if has_hour else day
    if isinstance(value, float):
        # 0.1 + 0.2 is 0.3 in Excel's eyes.
        return format_number(value, GENERAL)
    return str(value)


def parse_whole(value: object) -> int | None:
    """A whole number as offices type it: 4, 4.0, "4", ４, ４点, ④, 1., (1), No.1; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    match = _WHOLE.fullmatch(unicodedata.normalize("NFKC", visible(value)).strip().upper())
    return int(match["digits"]) if match else None


def parse_date(value: object) -> dt.date | None:
    """A date as offices type it: a date cell, 2026-03-09, 2026/3/9, 令和８年３月９日, R8.3.9.

    None for a short year without an era (8年3月9日): it may be meant of any era.
    """
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    if not isinstance(value, str):
        return None
    day = _HOUR.sub("", unicodedata.normalize("NFKC", visible(value)))
    match = _DATE.fullmatch(compare_key(day))
    if match is None or (not match["era"] and len(match["year"]) < _WESTERN_DIGITS):
        return None
    year = 1 if match["year"] == "元" else int(match["year"])
    try:
        if not match["era"]:
            return dt.date(year, int(match["month"]), int(match["day"]))
        return _of_era(match["era"], year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _of_era(written: str, year: int, month: int, day: int) -> dt.date | None:
    """A day of an era; None for one outside of it (平成32年, 令和元年4月30日)."""
    before: dt.date | None = None
    for era, first in _ERAS:
        if written in (era, _INITIALS[era]):
            date = dt.date(first.year + year - 1, month, day)
            return date if date >= first and (before is None or date < before) else None
        before = first
    return None


def closest(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str | None:
    """The known name that a slip is most likely meant for; None where none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def nearest(name: str, known: Sequence[str]) -> str:
    """「もしかして「build」ですか。」, or the whole list where nothing is near."""
    return near_hint(name, known) or _listed(known)


def nearest_of(name: str, known: Sequence[str]) -> str:
    """The nearest name, where there is one, and the whole list, for a short one."""
    return near_hint(name, known) + _listed(known)


def near_hint(name: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """「もしかして「build」ですか。」, or nothing."""
    close = closest(name, known, cutoff=cutoff)
    return f"もしかして「{close}」ですか。" if close else ""


def _listed(known: Sequence[str]) -> str:
    return f"使えるのは {'、'.join(known)} です。"


_WHOLE = re.compile(r"(?:NO\.?|第|\(|#)?\s*(?P<digits>-?[0-9]{1,9})\s*(?:\.0*|\)|、|点|番|号)?")
_WESTERN_DIGITS = 4
_INITIALS = {"令和": "R", "平成": "H", "昭和": "S"}
# The hour of a meeting is no part of its date.
_HOUR = re.compile(
    r"(?:[ T]|(?<=[日)]))(?:午前|午後|AM|PM)?\s*[0-9]{1,2}\s*(?::|時).*", re.DOTALL | re.IGNORECASE
)
_DATE = re.compile(
    r"(?P<era>令和|平成|昭和|[RHS])?(?P<year>元|[0-9]{1,4})[年./-](?P<month>[0-9]{1,2})[月./-]"
    r"(?P<day>[0-9]{1,2})日?(?:\([月火水木金土日](?:曜日?)?\))?"
)

# Marks in and beside choices. Beside a strong mark ○ is an empty box; without
# one it is the mark itself.
_STRONG = "■●☑✓✔✅☒◉◎★🗹レ"
_WEAK = "○◯〇⭕"
_EMPTY = "□☐▢◻◇☆×✕✗✖-―ー"
_CROSSES = frozenset("×✕✗✖")
_ANY_MARK = f"[{re.escape(_STRONG + _WEAK + _EMPTY)}]"
_MARK = rf"\[{_ANY_MARK}?\]|\({_ANY_MARK}?\)|{_ANY_MARK}|"


class Mark(enum.Enum):
    """What a mark says of the choice beside it."""

    STRONG = enum.auto()
    WEAK = enum.auto()
    EMPTY = enum.auto()
    NONE = enum.auto()


def parse_mark(value: object) -> Mark | None:
    """The mark that stands alone in a cell; None for a cell that says something else.

    A check box of Excel is TRUE or FALSE; 1, V and * are marks of plain keyboards.
    """
    if isinstance(value, bool):
        return Mark.STRONG if value else Mark.EMPTY
    key = compare_key(visible(str(value))) if value is not None else ""
    if key in ("1", "V", "X", "*", "TRUE", "済"):
        return Mark.STRONG
    if key in ("0", "FALSE"):
        return Mark.EMPTY
    return _mark(key) if re.fullmatch(_MARK, key) else None


def _mark(written: str) -> Mark:
    sign = written.strip("[]()")
    if not sign:
        return Mark.EMPTY if written else Mark.NONE
    return Mark.STRONG if sign in _STRONG else Mark.WEAK if sign in _WEAK else Mark.EMPTY


@lru_cache(maxsize=1024)
def marked_labels(
    text: str, labels: tuple[str, ...], words: tuple[str, ...] = ()
) -> tuple[str, ...] | None:
    """Those of ``labels`` (and ``words``) that a cell marks; None where it says something else.

    ``継続`` alone is chosen. Of the printed lines those with ■ ● ☑ ✓ レ are; ○ is
    a mark only where there is no stronger one and not every line has it. The
    labels without any mark are the empty form.
    """
    keys = {compare_key(label): label for label in (*labels, *words)}
    longest_first = "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))
    lines = [key for line in _LINE_BREAK.split(visible(text)) if (key := compare_key(line))]
    found = _found_in(lines, longest_first)
    if found is None:
        # A label broken by hand in the narrow column is put together again.
        found = _found_in(["".join(lines)], longest_first)
    if found is None:
        return None
    chosen = _chosen([(_mark(mark), keys[key]) for mark, key in found], labels)
    # A cross and nothing else may reject what stands beside it.
    return chosen if chosen or _CROSSES.isdisjoint("".join(lines)) else None


def _found_in(lines: Sequence[str], labels: str) -> list[tuple[str, str]] | None:
    """Marks and label keys in their order; None where a line holds anything else."""
    found: list[tuple[str, str]] = []
    for line in lines:
        inner = re.fullmatch(rf"[(「\[]({labels})[)」\]]", line)
        behind = re.fullmatch(rf"({labels})({_MARK})", line)
        if inner:
            found.append(("", inner[1]))
            continue
        if behind:
            found.append((behind[2], behind[1]))
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


def _chosen(found: Sequence[tuple[Mark, str]], labels: Sequence[str]) -> tuple[str, ...]:
    by_mark = {mark: tuple(label for m, label in found if m is mark) for mark in Mark}
    all_labels = set(labels)
    if by_mark[Mark.STRONG]:
        # ○ is an empty box in the whole form, and a mark of its own in a part of it.
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
    """「1〜11、13、20〜22」: numbers as people list them, in their order of size."""
    groups: list[list[int]] = []
    for number in sorted(set(numbers)):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    # Two neighbours are no range.
    pieces = ([f"{g[0]}〜{g[-1]}"] if len(g) > 2 else [str(n) for n in g] for g in groups)  # noqa: PLR2004
    return "、".join(piece for each in pieces for piece in each)
