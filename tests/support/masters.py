"""Masters made in code, in the layout of the sample master."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model.form import MEETING_SHEET
from support.records import seed_form, seed_records

HEADERS = {
    "no": "No",
    "name": "事業名",
    "progress": "③進捗状況",
    "feasibility": "⑤実現可能性",
    "regional_merit": "⑥広域メリット",
    "letter": "判定",
    "label": "判定区分",
    "reason": "事務局案（説明）",
    "proposal": "事務局案（方針）",
    "opinion": "懇談会意見",
    "comment": "懇談会意見（内容）",
}


# The columns of the seed: all except the council's opinions.
_KEYS = tuple(key for key in HEADERS if key not in ("opinion", "comment"))


def row(no: int = 1, **changes: Any) -> dict[str, Any]:
    """The cells of a project that causes no finding; ``changes`` replace some of them.

    Raises KeyError for a key that the shipped form lacks: a misspelt key would make a test
    meaningless.
    """
    plain = {
        "no": no,
        "name": f"事業{no}",
        "progress": 4,
        "feasibility": 4,
        "regional_merit": 4,
        "letter": "A",
        "label": "継続",
        "reason": "取組を続ける。",
        "proposal": "継続",
        "opinion": None,
        "comment": None,
    }
    for key in changes:
        seed_form().column(key)
    return {**plain, **changes}


def seed_rows() -> list[dict[str, Any]]:
    """The 18 projects of the seed."""
    rows: list[dict[str, Any]] = [dict(each.values) for each in seed_records().rows]
    return [row(**{key: values[key] for key in _KEYS}) for values in rows]


def write_master(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    meeting: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] = HEADERS,
) -> Path:
    """Write one master; ``meeting`` is the content of 会議情報, title → value."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = seed_form().words.sheet
    sheet.append(list(headers.values()))
    for cells in rows:
        sheet.append([cells[key] for key in headers])
    if meeting:
        info = book.create_sheet(MEETING_SHEET)
        for title, value in meeting.items():
            info.append([title, value])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def with_opinions(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with opinions; every kind of opinion in turn."""
    words = ["継続", "見直し", "意見なし", "保留", "意見が分かれた"]
    return [{**each, "opinion": words[i % len(words)]} for i, each in enumerate(rows)]
