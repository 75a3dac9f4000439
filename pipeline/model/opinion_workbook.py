"""What both workbooks look like: the words that writing and reading must agree on."""

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
# The lines of the sheet about the workbook, by what they mean.
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
# What the sheet says to whoever opens it.
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
# What it tells of its drop-downs.
OFFERED: Final = "選べる言葉（{}）"
# One choice a line in its cell: a label may hold any other character.
CHOICES_BETWEEN: Final = "\n"


# The columns of the table that are none of the form's.
ASKED: Final = "asked"
SETTLED_BY: Final = "settled"
ORIGIN: Final = "origin"
NO: Final = "no"
NAME: Final = "name"


def fill_role(column: Column) -> str:
    """What names the table's column for one that is filled in."""
    return f"fill {column.key}"


def seen_role(column: Column) -> str:
    """What names the table's column for one that the council has before it."""
    return f"seen {column.key}"


def headers(form: Form) -> dict[str, str]:
    """The headers of the table's columns by what they hold, in the order of a results workbook.

    No two are alike: a name that occurs twice has the headings above it in front.
    """
    no, name = form.of_kind("no"), naming_column(form)
    texts = [column for column in seen_columns(form) if column not in compared(form)]
    titles = {
        NO: _titles(no, "行"),
        NAME: _titles(name, "名前"),
        **{seen_role(column): _titles(column) for column in compared(form)},
        **{fill_role(column): _titles(column) for column in form.fills},
        ASKED: ("確認すること",) * 2,
        SETTLED_BY: ("確認",) * 2,
        ORIGIN: ("読み取り元",) * 2,
        **{seen_role(column): _titles(column, before="会議で示した") for column in texts},
    }
    short = Counter(compare_key(each[0]) for each in titles.values())
    chosen = {role: each[short[compare_key(each[0])] > 1] for role, each in titles.items()}
    return _numbered(chosen)


def compared(form: Form) -> tuple[Column, ...]:
    """The columns that some column to fill in is compared with."""
    against = {column.against for column in form.fills}
    return tuple(column for column in seen_columns(form) if column.key in against)


def _titles(column: Column | None, default: str = "", *, before: str = "") -> tuple[str, str]:
    """The header of a column, and the one that it has where another is the same."""
    if column is None:
        return default, default
    # A heading may hold words of 会議情報, which the reader of a workbook need not know.
    path = (re.sub(r"\{\w+\}", "", plain(heading)) for heading in column.under)
    return before + column.name, before + "／".join((*path, column.name))


def _numbered(titles: dict[str, str]) -> dict[str, str]:
    """The titles with a number behind those that stand there already."""
    seen: Counter[str] = Counter()
    done: dict[str, str] = {}
    for role, title in titles.items():
        seen[compare_key(title)] += 1
        count = seen[compare_key(title)]
        done[role] = title if count == 1 else f"{title}（{count}）"
    return done


# What the drop-down of the column 確認 offers.
SETTLED: Final = "確認済"
# The sheet that lists what is not as it was printed, and its headers.
EDITS_SHEET: Final = "資料の書き換え"
EDIT_HEADERS: Final = ("No", "箇所", "種類", "台帳", "記入された資料", "場所")


def row_digest(no: int | None, texts: Iterable[str]) -> str:
    """What tells the name and the proposals of a row from any others', with its number."""
    told = "\x1f".join(map(compare_key, texts))
    digits = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{no}:{digits}"


def words(column: Column, form: Form) -> tuple[str, ...]:
    """What the drop-down of a column offers; nothing where anything may be typed."""
    if not column.is_choice:
        return kind_of(column).words(column)
    agrees = (AS_PROPOSED,) if column.against else ()
    return (*agrees, *column.choices, *form.words.opinions)
