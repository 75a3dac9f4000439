"""The texts of both opinion workbooks, which their writer and their reader share."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from pipeline.base.text import AS_PROPOSED, compare_key
from pipeline.model.collected import BookKind
from pipeline.model.columns import Column, plain
from pipeline.model.fills import naming_column, seen_columns
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of

ENTRY_NAME: Final = "当日入力.xlsx"
# The labels of the lines on the sheet about the workbook, by key.
ABOUT: Final = {
    "kind": "種類",
    "master": "台帳",
    "sha256": "台帳の照合値（SHA-256）",
    "form": "様式",
    "choices": "選択肢",
    "session": "回",
    "date": "開催日",
    "number": "資料番号",
    "council": "会議名",
    "head": "表の上の文",
    "rows": "行の照合値",
}
# The explanation on that sheet for the officer.
ABOUT_HELP: Final = {
    BookKind.ENTRY: (
        "会議の当日に意見を入力するブックです。",
        "入力して保存した後、資料を作る画面にこのファイルをドラッグすると、意見を読み取ります。",
        "入力欄のほかは、書き間違いを防ぐために保護しています（パスワードはありません）。",
        "この下の表は、どの台帳から作ったかの控えです。変更しないでください。",
    ),
    BookKind.RESULTS: (
        "画面で入れた意見と、記入された資料から集めた意見です。台帳の隣に置いてください。",
        "次に資料を作るとき、台帳の意見とあわせて結果版に使われます。",
        "空欄は未入力です。賛成とはみなしません。",
        "読み取りに疑いがある意見は取らずに「確認すること」に書いてあります。「確認」に「確認済」と入れるまで使われません。",
        "この下の表は、どの台帳の意見かの控えです。変更しないでください。",
    ),
}
# The label of the list of drop-down words on that sheet.
DROP_DOWN_LABEL: Final = "選べる言葉（{}）"
# Separates the choices in one cell: a choice can contain any character but a line feed.
CHOICE_SEPARATOR: Final = "\n"


# The roles of the table's columns that are not columns of the form.
ASKED: Final = "asked"
CONFIRMATION: Final = "settled"
ORIGIN: Final = "origin"
NO: Final = "no"
NAME: Final = "name"


def fill_role(column: Column) -> str:
    """The role of the table's column for a form's column that the council fills in."""
    return f"fill {column.key}"


def seen_role(column: Column) -> str:
    """The role of the table's column for a form's column that the council sees."""
    return f"seen {column.key}"


def headers(form: Form) -> dict[str, str]:
    """The headers of the table's columns by role, in the order of a results workbook.

    Every header is unique: a name that occurs twice gets the headings above it as a prefix,
    or a number as a suffix.
    """
    no, name = form.of_kind("no"), naming_column(form)
    texts = [column for column in seen_columns(form) if column not in compared(form)]
    titles = {
        NO: _titles(no, "行"),
        NAME: _titles(name, "名前"),
        **{seen_role(column): _titles(column) for column in compared(form)},
        **{fill_role(column): _titles(column) for column in form.fills},
        ASKED: ("確認すること",) * 2,
        CONFIRMATION: ("確認",) * 2,
        ORIGIN: ("読み取り元",) * 2,
        **{seen_role(column): _titles(column, before="会議で示した") for column in texts},
    }
    short = Counter(compare_key(pair[0]) for pair in titles.values())
    chosen = {role: pair[short[compare_key(pair[0])] > 1] for role, pair in titles.items()}
    return _numbered(chosen)


def compared(form: Form) -> tuple[Column, ...]:
    """The columns with which a column to fill in is compared."""
    against = {column.against for column in form.fills}
    return tuple(column for column in seen_columns(form) if column.key in against)


def _titles(column: Column | None, default: str = "", *, before: str = "") -> tuple[str, str]:
    """The short header of a column, and the long one for a name that occurs twice."""
    if column is None:
        return default, default
    # A heading may contain fields of 会議情報, whose values are unknown when reading.
    path = (re.sub(r"\{\w+\}", "", plain(heading)) for heading in column.under)
    return before + column.name, before + "／".join((*path, column.name))


def _numbered(titles: dict[str, str]) -> dict[str, str]:
    """The titles with a number after each repeated one."""
    counts: Counter[str] = Counter()
    unique: dict[str, str] = {}
    for role, title in titles.items():
        counts[compare_key(title)] += 1
        count = counts[compare_key(title)]
        unique[role] = title if count == 1 else f"{title}（{count}）"
    return unique


# The word in the drop-down of the column 確認.
SETTLED: Final = "確認済"
# The sheet that lists the differences from the printed document, and its headers.
EDITS_SHEET: Final = "資料の書き換え"
EDIT_HEADERS: Final = ("No", "箇所", "種類", "台帳", "記入された資料", "場所")


def row_digest(no: int | None, texts: Iterable[str]) -> str:
    """The number of a row and a digest of its texts, to recognise a changed row."""
    text = "\x1f".join(map(compare_key, texts))
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{no}:{digits}"


def words(column: Column, form: Form) -> tuple[str, ...]:
    """The words in the drop-down of a column; empty if any text may be typed."""
    if not column.is_choice:
        return kind_of(column).words(column)
    agrees = (AS_PROPOSED,) if column.against else ()
    return (*agrees, *column.choices, *form.words.opinions)
