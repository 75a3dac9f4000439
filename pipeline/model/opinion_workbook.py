"""What both workbooks look like: the words that writing and reading must agree on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.model.collected import AS_PROPOSED
from pipeline.model.form import Form

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
}
# One choice a line in its cell: a label may hold any other character.
CHOICES_BETWEEN: Final = "\n"


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of the table."""

    no: str
    name: str
    proposal: str
    opinion: str
    comment: str
    asked: str
    settled: str
    origin: str
    reason: str


def headers(form: Form) -> Headers:
    """The headers in the words of the form."""
    heading = form.file.headings.opinion
    return Headers(
        no=form.column("no").title,
        name=form.column("name").title,
        proposal="事務局案",
        opinion=heading,
        comment=f"{heading}（内容）",
        asked="確認すること",
        settled="確認",
        origin="読み取り元",
        reason="会議で示した説明",
    )


# What the drop-down of the column 確認 offers.
SETTLED: Final = "確認済"
# The sheet that lists what is not as it was printed, and its headers.
EDITS_SHEET: Final = "資料の書き換え"
EDIT_HEADERS: Final = ("No", "箇所", "種類", "印刷したとき（台帳）", "記入された資料", "場所")


def words(form: Form) -> tuple[str, ...]:
    """What the drop-down offers."""
    return (AS_PROPOSED, *form.labels, *form.file.opinion.said)
