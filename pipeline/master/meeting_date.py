"""The date of a meeting as an office writes it: a cell's value in, date, text and weekday out.

令和８年11月27日（金）午後２時～４時 is printed with its weekday and its time.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import era_date, figure, one_line, parse_date

_WEEKDAYS: Final = "月火水木金土日"
_DATE_ALONE: Final = re.compile(
    r"\s*(?:令和|平成|昭和|[RHS])?\s*(?:元|[0-9]{1,4})\s*[年./-]\s*[0-9]{1,2}\s*[月./-]"
    r"\s*[0-9]{1,2}(?:\s*日)?",
    re.IGNORECASE,
)
_REST: Final = re.compile(
    r"\s*(?P<weekday>[(\[]?\s*[月火水木金土日](?:曜日?)?(?:\s*[・,、]?\s*祝日?)?\s*[)\]]?)?"
    r"(?P<hour>(?:[\sT,、]*(?:午前|午後|正午|AM|PM|朝|夜)?\s*[0-9]{1,2}\s*(?::|時)|[\s,、]*正午).*)?\s*",
    re.DOTALL | re.IGNORECASE,
)
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class MeetingDate:
    """A date and its printed text, in the office's own words if possible.

    ``wrong_weekday`` is the written weekday, if the date has another one.
    """

    date: dt.date
    shown: str
    wrong_weekday: str | None = None

    @property
    def weekday(self) -> str:
        """The weekday of the date."""
        return _WEEKDAYS[self.date.weekday()]


def read_meeting_date(value: object) -> MeetingDate | None:
    """The date of a cell, or None if it contains no valid date.

    A date value without words is printed in era years.
    """
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return MeetingDate(value.date(), era_date(value.date()) + _hour(value.time()))
    if not isinstance(value, str):
        date = parse_date(value)
        return MeetingDate(date, era_date(date)) if date else None
    text = one_line(value).strip()
    for end in range(len(text), 0, -1):
        date = _date_alone(text[:end])
        if date is not None:
            return _with_rest(date, text[:end], text[end:])
    return None


def _date_alone(text: str) -> dt.date | None:
    """The date of a text that contains only a date, else None."""
    plain = unicodedata.normalize("NFKC", text)
    return parse_date(text) if _DATE_ALONE.fullmatch(plain) else None


def _with_rest(date: dt.date, written: str, rest: str) -> MeetingDate | None:
    match = _REST.fullmatch(unicodedata.normalize("NFKC", rest))
    if match is None:
        return None
    # 令和８年11月27日 is printed as typed; 2026/11/27 and R8.11.27 are printed in era years.
    day = written if "年" in written and "月" in written else era_date(date)
    weekday = re.search(f"[{_WEEKDAYS}]", match["weekday"] or "")
    found = MeetingDate(date, f"{day}{rest.rstrip()}")
    if weekday is None or weekday[0] == found.weekday:
        return found
    return MeetingDate(date, found.shown, wrong_weekday=weekday[0])


def _hour(time: dt.time) -> str:
    """午後２時30分."""
    half = "午前" if time.hour < _NOON else "午後"
    minutes = f"{figure(time.minute)}分" if time.minute else ""
    return f"{half}{figure(time.hour % _NOON)}時{minutes}"
