"""The date of a meeting as an office writes it: a cell's value in, date, words and weekday out.

令和８年11月27日（金）午後２時～４時 keeps its weekday and its time on paper.
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
    """A date, and how it is printed: the office's own words as far as they go.

    ``wrong_weekday`` is the weekday that was written, where the date has another.
    """

    date: dt.date
    shown: str
    wrong_weekday: str | None = None

    @property
    def weekday(self) -> str:
        """The weekday that the date has."""
        return _WEEKDAYS[self.date.weekday()]


def read_meeting_date(value: object) -> MeetingDate | None:
    """The date of a cell; None where it can't be read as one.

    A cell that holds a date and no words is printed in era years.
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
    """The date of a text that holds nothing else."""
    plain = unicodedata.normalize("NFKC", text)
    return parse_date(text) if _DATE_ALONE.fullmatch(plain) else None


def _with_rest(date: dt.date, written: str, rest: str) -> MeetingDate | None:
    match = _REST.fullmatch(unicodedata.normalize("NFKC", rest))
    if match is None:
        return None
    # 令和８年11月27日 stands as it was typed, 2026/11/27 and R8.11.27 do not.
    day = written if "年" in written and "月" in written else era_date(date)
    said = re.search(f"[{_WEEKDAYS}]", match["weekday"] or "")
    found = MeetingDate(date, f"{day}{rest.rstrip()}")
    if said is None or said[0] == found.weekday:
        return found
    return MeetingDate(date, found.shown, wrong_weekday=said[0])


def _hour(time: dt.time) -> str:
    """午後２時30分."""
    half = "午前" if time.hour < _NOON else "午後"
    minutes = f"{figure(time.minute)}分" if time.minute else ""
    return f"{half}{figure(time.hour % _NOON)}時{minutes}"
