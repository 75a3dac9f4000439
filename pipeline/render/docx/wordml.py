"""Names and units of WordprocessingML that several modules here use."""

from __future__ import annotations

from typing import Final

WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_2010: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
TWIPS_PER_MM: Final = 1440 / 25.4
