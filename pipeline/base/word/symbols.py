"""Marks in the symbol fonts that Word inserts: font and code in, a Unicode character out."""

from __future__ import annotations

import sys
import unicodedata
from typing import Final

from lxml import etree

from pipeline.base.xml_parts import value

# A symbol font has 256 characters; Word adds F000 to their codes.
_CODE: Final = 0xFF
# For a symbol without a known Unicode character.
UNKNOWN_SIGN: Final = "\ufffd"
_SYMBOLS: Final = {
    "WINGDINGS": {
        0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0xA1: "○",
        0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "WINGDINGS 2": {0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0xA2: "■"},
}  # fmt: skip
_OTHERS: Final = frozenset({"WINGDINGS 3", "WEBDINGS", "SYMBOL", "ZAPF DINGBATS", "MARLETT"})


def in_font(text: str, font: str) -> str:
    """The text as displayed: in a symbol font, each letter is a symbol."""
    if font in _OTHERS:
        return "".join(char if char.isspace() else _other(char) for char in text)
    signs = _SYMBOLS.get(font)
    if signs is None:
        return "".join(_other(char) if "\uf000" <= char <= "\uf0ff" else char for char in text)
    return "".join(_sign(char, signs) for char in text)


def _is_symbol(char: str) -> bool:
    """Whether a symbol font displays it; Japanese characters are displayed in another font."""
    return char <= "\xff" or "\uf000" <= char <= "\uf0ff"


def _other(char: str) -> str:
    return UNKNOWN_SIGN if _is_symbol(char) else char


def _sign(char: str, signs: dict[int, str]) -> str:
    if char.isspace() or not _is_symbol(char):
        return char
    return signs.get(ord(char) & _CODE, UNKNOWN_SIGN)


def symbol(piece: etree._Element) -> str:
    """The character of a ``w:sym`` element."""
    font, code = (value(piece, "font") or "").upper(), value(piece, "char") or ""
    try:
        number = int(code, 16)
    except ValueError:
        return UNKNOWN_SIGN
    if font in _SYMBOLS:
        return _SYMBOLS[font].get(number & _CODE, UNKNOWN_SIGN)
    is_letter = _CODE < number <= sys.maxunicode and unicodedata.category(chr(number)) != "Co"
    return chr(number) if is_letter and font not in _OTHERS else UNKNOWN_SIGN
