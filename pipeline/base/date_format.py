"""Format a date as Excel shows it: a date and a number format in, the text out.

Supports the part of Excel's notation that Japanese offices use for dates: western years and
era years, months, days, weekdays, literal text. Source: ECMA-376 Part 1, 18.8.31.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from pipeline.base.text import era_of

# Built-in date formats by number, as in Japanese Excel (ECMA-376 18.8.30). Number 14 is missing:
# it is the system's short date, 2026/3/9.
_ERA_SHORT, _ERA_LONG = "ge.m.d", 'ggge"年"m"月"d"日"'
BUILT_IN_DATES: Final = {
    **dict.fromkeys((27, 36, 50, 57), _ERA_SHORT),
    **dict.fromkeys((28, 29, 51, 54, 58), _ERA_LONG),
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"'),
    **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
}
_TOKEN: Final = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|(?P<skipped>_.|\*.|\[\$[^\]]*\])'
    r"|(?P<part>([A-Za-z])\5*)|(?P<other>.)",
    re.DOTALL,
)
_WEEKDAYS: Final = "月火水木金土日"
_LETTERS: Final = {"令和": "R", "平成": "H", "昭和": "S"}


def format_date(value: dt.date, code: str) -> str | None:
    """``2026-03-09`` with ``ggge"年"m"月"d"日"`` → ``令和8年3月9日``.

    None for a notation with other parts than those of a date (hours, English names), and for a
    date before the known eras.
    """
    era, year = era_of(value)
    parts = {
        "yyyy": f"{value.year}",
        "yy": f"{value.year % 100:02}",
        "ggg": era,
        "gg": era[:1],
        "g": _LETTERS.get(era, ""),
        "e": "元" if year == 1 and "gannen" in code else f"{year}",
        "ee": f"{year:02}",
        "m": f"{value.month}",
        "mm": f"{value.month:02}",
        "d": f"{value.day}",
        "dd": f"{value.day:02}",
        "aaa": _WEEKDAYS[value.weekday()],
        "aaaa": f"{_WEEKDAYS[value.weekday()]}曜日",
    }
    shown = ""
    # The section after a semicolon is for texts: yyyy/m/d;@
    for token in _TOKEN.finditer(code.partition(";")[0]):
        if token["part"] is not None:
            part = parts.get(token["part"].lower(), "")
            if not part:
                return None
            shown += part
        elif token["skipped"] is None:
            shown += token["text"] or token["escaped"] or token["other"] or ""
    return shown if shown.strip() and _is_date_notation(code) else None


def _is_date_notation(code: str) -> bool:
    """Whether the notation has a part of a date, no digits, and no brackets except [$…]."""
    tokens = list(_TOKEN.finditer(code))
    return any(t["part"] for t in tokens) and not any(t["other"] in {"[", "0", "#"} for t in tokens)
