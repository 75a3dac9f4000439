"""``text``: prose, one paragraph per line; may be empty."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import paragraphs
from pipeline.model.columns import Column
from pipeline.model.kinds.kind import CellText, Kind, Parsed, text_problems


class Text(Kind):
    """Prose with every character unchanged."""

    name: ClassVar[str] = "text"
    label: ClassVar[str] = "文章"

    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The paragraphs, joined by line feeds."""
        text = "\n".join(paragraphs(cell.shown))
        return Parsed(text or None, text_problems(cell, is_printed=column.prints))

    def prompt(self, column: Column) -> str:
        """How to type paragraphs."""
        if column.fill:
            return "会議での意見の内容を入力します。なければ空欄のままにします。"
        if not column.prints:
            return "資料には印刷しません。"
        return "文章を入力します。段落は「。」の後の改行（Alt+Enter）で分けます。"
