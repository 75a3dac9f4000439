"""Rules of Japanese text: keys to compare by, paragraphs, era dates, figures.

Keys are normalised freely (NFKC) because nobody prints them; prose keeps every
character, because NFC alone already changes 神 (U+FA19) into 神.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable

# XML 1.0 allows tab, line feed and carriage return below U+0020 and nothing else.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c")
_SENTENCE_ENDS = ("。", "。）", "。」")
_FULLWIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)


def compare_key(text: str) -> str:
    """A form of ``text`` to compare by: NFKC, no white space, upper case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def forbidden_characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that XML (and so Word and PDF) can't hold."""
    return tuple(dict.fromkeys(_FORBIDDEN.findall(_LINE_BREAK.sub("\n", text))))


def without_forbidden(text: str) -> str:
    """``text`` without the characters that XML can't hold."""
    return _FORBIDDEN.sub("", _LINE_BREAK.sub("\n", text))


def one_line(text: str) -> str:
    """``text`` with its typed line breaks taken out, as a name is printed."""
    return _join(line.strip() for line in _LINE_BREAK.split(without_forbidden(text)))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a cell: a line break after 。 ends one, others are joined.

    In a cell that was broken by hand after every 30 characters, a full line that
    happens to end in 。 is no end either, so that it gives the same paragraphs
    as one that was typed through.
    """
    lines = [line.strip() for line in _LINE_BREAK.split(without_forbidden(text))]
    full = _typed_width(lines)
    done: list[str] = []
    open_lines: list[str] = []
    for line in lines:
        if line:
            open_lines.append(line)
        if open_lines and (not line or (line.endswith(_SENTENCE_ENDS) and len(line) < full)):
            done.append(_join(open_lines))
            open_lines = []
    if open_lines:
        done.append(_join(open_lines))
    return tuple(done)


def _typed_width(lines: list[str]) -> float:
    """The length at which a cell was broken by hand; infinite where it was not."""
    broken = [
        len(line)
        for line, following in itertools.pairwise(lines)
        if line and following and not line.endswith(_SENTENCE_ENDS)
    ]
    return max(broken, default=math.inf)


def _join(lines: Iterable[str]) -> str:
    """Lines put together; a space only between two Latin words."""
    joined = ""
    for line in lines:
        latin = joined[-1:].isascii() and joined[-1:].isalnum()
        gap = " " if latin and line[:1].isascii() and line[:1].isalnum() else ""
        joined += gap + line
    return joined


def figure(number: int) -> str:
    """A number as official papers write it: one digit full-width, more half-width."""
    digits = str(number)
    return digits.translate(_FULLWIDTH) if len(digits) == 1 else digits


def era_date(date: dt.date) -> str:
    """令和８年３月９日; the first year of an era is 元年. Before 1926 the western year."""
    for era, first in _ERAS:
        if date >= first:
            year = date.year - first.year + 1
            shown = "元" if year == 1 else figure(year)
            return f"{era}{shown}年{figure(date.month)}月{figure(date.day)}日"
    return f"{date.year}年{figure(date.month)}月{figure(date.day)}日"


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
    match = _WHOLE.fullmatch(compare_key(value))
    return int(match["digits"]) if match else None


def parse_date(value: object) -> dt.date | None:
    """A date as offices type it: a date cell, 2026-03-09, 2026/3/9, 令和８年３月９日, R8.3.9."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    match = _DATE.match(compare_key(value))
    if match is None:
        return None
    year = 1 if match["year"] == "元" else int(match["year"])
    if match["era"]:
        year += (
            next(first.year for era, first in _ERAS if match["era"] in (era, _INITIALS[era])) - 1
        )
    try:
        return dt.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


_WHOLE = re.compile(r"(?:NO\.?|第|\()?(?P<digits>\d{1,9})(?:\.0*|\)|点|番|号)?")
_INITIALS = {"令和": "R", "平成": "H", "昭和": "S"}
# What may follow the day: a weekday in brackets, or nothing.
_DATE = re.compile(
    r"(?P<era>令和|平成|昭和|[RHS])?(?P<year>元|\d{1,4})[年./-](?P<month>\d{1,2})[月./-]"
    r"(?P<day>\d{1,2})日?(?:\([月火水木金土日](?:曜日?)?\))?(?:T?0{1,2}:00(?::00)?)?$"
)
