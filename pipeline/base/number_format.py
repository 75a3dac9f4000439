"""Format a number as Excel shows it: a value and a number format in, the text out.

Supports the part of Excel's notation that tables of councils use: sections, digits and
thousands, decimals, percent, literal text, the section for text. No library for this is
maintained. Source: ECMA-376 Part 1, 18.8.31; compared with the display of Excel and LibreOffice.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

GENERAL: Final = "General"
# The parts of a format: quoted text, an escaped character, a space as wide as a character,
# a fill character, a condition or colour, digits, anything else.
_TOKEN: Final = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<digits>[#0?.,]+)|(?P<other>.)',
    re.DOTALL,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_CURRENCY: Final = re.compile(r"\$([^-]*)(?:-.*)?")
# The most characters that Excel's General shows, with the decimal point but without the sign.
_GENERAL_WIDTH: Final = 11
# General inside a longer format: General"点".
_GENERAL_WORD: Final = re.compile(r"General|G/標準", re.IGNORECASE)
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# Letters of dates, times, exponents and fractions.
_OTHER_NOTATION: Final = re.compile("[ymdhsegaYMDHSEGA年月日時分秒/]")
# Built-in formats by number, as in Japanese Excel (ECMA-376 18.8.30).
BUILT_IN: Final = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: "#,##0;-#,##0;-",
    42: '"¥"#,##0;"¥"-#,##0;"¥"-',
    43: "#,##0.00;-#,##0.00;-",
    44: '"¥"#,##0.00;"¥"-#,##0.00;"¥"-',
    49: "@",
}


def format_number(value: float, code: str) -> str:
    """``-960`` with ``#,##0;"▲"#,##0`` → ``▲960``. An unknown notation is shown as General."""
    if not is_number_format(code):
        return _general(value)
    section, magnitude = _section_for(value, code)
    return _fill(section, magnitude)


def is_number_format(code: str) -> bool:
    """Whether a format is for numbers and differs from General: no date format, no text format."""
    plain = _LITERALS.sub("", code).strip()
    if plain in {"", "@"}:
        return not plain and bool(code.strip())
    rest = _GENERAL_WORD.sub("", plain)
    if not rest:
        return code.strip() != plain
    return not _OTHER_NOTATION.search(rest)


def _section_for(value: float, code: str) -> tuple[str, float]:
    """The section that applies to the value, and the value to print with it."""
    sections = _sections(code)
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _is_met(value, *condition):
                return section, value if value >= 0 or condition is None else abs(value)
        return sections[-1], value
    if value < 0 and len(sections) > 1:
        return sections[1], abs(value)
    if value == 0 and len(sections) > 2:  # noqa: PLR2004 - plus, minus, zero
        return sections[2], 0
    return sections[0], value


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    """The parts between semicolons; a semicolon inside quotes does not count."""
    parts = [""]
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":
            parts.append("")
        else:
            parts[-1] += token[0]
    return tuple(parts)


def _condition(section: str) -> tuple[str, float] | None:
    for token in _TOKEN.finditer(section):
        match = _CONDITION.fullmatch((token["bracket"] or "").strip())
        if match:
            return match[1], float(match[2])
    return None


def _is_met(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound,
        ">": value > bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _fill(section: str, value: float) -> str:
    """The section filled with the digits of the value."""
    if _GENERAL_WORD.search(_LITERALS.sub("", section)):
        section = _GENERAL_WORD.sub(lambda _: f'"{_general(abs(value))}"', section)
    tokens = list(_TOKEN.finditer(section))
    scale = 100 if any(token["other"] == "%" for token in tokens) else 1
    places = [token["digits"] for token in tokens if token["digits"]]
    digits = _digits(abs(value) * scale, "".join(places)) if places else ""
    shown = ""
    for token in tokens:
        if token["digits"]:
            shown, digits = shown + digits, ""
        else:
            shown += _literal(token, value)
    return f"-{shown}" if value < 0 and re.search("[1-9]", shown) else shown


def _literal(token: re.Match[str], value: float) -> str:
    if token["text"] is not None or token["escaped"] is not None:
        return token["text"] if token["text"] is not None else token["escaped"]
    if token["bracket"] is not None:
        currency = _CURRENCY.fullmatch(token["bracket"])
        return currency[1] if currency else ""
    if token["other"] == "@":
        return _general(value)
    return token["other"] or ""


def _digits(value: float, places: str) -> str:
    """Format a number that is not negative with digit places such as ``#,##0.00``."""
    # Each comma after the last digit place divides by a thousand.
    thousands = len(places) - len(places.rstrip(","))
    whole, _, fraction = places.rstrip(",").partition(".")
    exact = Decimal(repr(value)) / (Decimal(1000) ** thousands)
    rounded = exact.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    zeros = sum(place == "0" for place in whole)
    before = before.lstrip("0").rjust(zeros, "0") if zeros != 1 else (before.lstrip("0") or "0")
    if "," in whole:
        before = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", before)
    shown_digits = len(fraction)
    while shown_digits and fraction[shown_digits - 1] == "#" and after[shown_digits - 1] == "0":
        shown_digits -= 1
    return f"{before}.{after[:shown_digits]}" if "." in places and fraction else before


def _general(value: float) -> str:
    """The value as Excel shows it in General format, in a column that is wide enough."""
    width = _GENERAL_WIDTH + (value < 0)
    exact = f"{Decimal(repr(value)):f}"
    exact = exact.rstrip("0").rstrip(".") if "." in exact else exact
    if len(exact) <= width:
        return exact
    whole = len(exact.partition(".")[0])
    if whole <= width and abs(value) >= 10**-4:
        rounded = f"{value:.{max(width - whole - 1, 0)}f}"
        return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded
    digits, _, exponent = f"{value:.5E}".partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
