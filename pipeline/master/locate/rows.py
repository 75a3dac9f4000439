"""Which rows below a header hold projects: a reading in, rows and notices out.

A blank row, a note (※ …), a total and a repeated header are no projects. A row
that only might be one is told of, and a row with a gap where its number or name
should be is kept, so that the gap becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.base.text import compare_key, parse_whole
from pipeline.master.locate.header import Reading
from pipeline.master.locate.names import header_key
from pipeline.model.findings import Finding, finding

_NOTE = re.compile(r"[※*]|\(?注[0-9):：]|\(?備考[):：]|出典|資料[:：]|以上$|凡例")
_TOTAL = re.compile(r"(?:総?合計|小計|総計|計|平均(?:点|値)?|件数|事業数)(?:\(.*\))?[:：]?\d*件?")
_SHOWN = 30
# A heading that is merged over so many columns is no project's name.
_HEADING_WIDTH = 3

Words = Mapping[int, str]


def project_rows(reading: Reading) -> tuple[tuple[range, ...], tuple[Finding, ...]]:
    """The rows of each project, and a notice for every row left out that says something."""
    rows: list[range] = []
    left_out: list[tuple[int, int, str]] = []
    for block in _blocks(reading):
        words = _words(reading, block)
        if not words or _is_repeated_header(reading, block):
            continue
        if _is_note(reading, block, words) or _is_total(reading, block, words):
            continue
        if _is_lone(reading, block, words):
            column = min(words)
            left_out.append((block.start, column, words[column]))
        else:
            rows.append(block)
    return tuple(rows), tuple(_notices(reading, left_out))


def _blocks(reading: Reading) -> Iterator[range]:
    """The rows below the header; rows under one merged number or name go together."""
    anchors = _anchors(reading)
    row = reading.rows.stop
    while row <= len(reading.sheet.rows):
        last = anchors.get(row, row)
        yield range(row, last + 1)
        row = last + 1


def _anchors(reading: Reading) -> dict[int, int]:
    """First row → last row, where a number or name is merged down over one project."""
    sheet = reading.sheet
    identity = {reading.columns[key]: key for key in ("no", "name") if key in reading.columns}
    anchors: dict[int, int] = {}
    for merge in sheet.merged:
        if merge.first_row not in reading.data_rows or merge.first_row == merge.last_row:
            continue
        covered = [c for c in identity if merge.first_column <= c <= merge.last_column]
        below = range(merge.first_row + 1, min(merge.last_row, len(sheet.rows)) + 1)
        if covered and not any(sheet.value(r, c) is not None for r in below for c in identity):
            last = min(merge.last_row, len(sheet.rows))
            anchors[merge.first_row] = max(last, anchors.get(merge.first_row, 0))
    return anchors


def _words(reading: Reading, block: range) -> dict[int, str]:
    """Column → text of the filled cells in the table's columns.

    A cell whose formula failed counts: its row must not vanish.
    """
    sheet = reading.sheet
    words: dict[int, str] = {}
    for column in reading.used:
        for row in block:
            value = sheet.value(row, column)
            if value is not None and str(value).strip():
                words.setdefault(column, str(value).strip())
            elif (row, column) in sheet.unresolved or (row, column) in sheet.errors:
                words.setdefault(column, sheet.errors.get((row, column), "="))
    return words


def _is_repeated_header(reading: Reading, block: range) -> bool:
    """Whether the row says what a header row says, as at the top of a second page."""
    row = _header_words(reading, block.start).items()
    return bool(row) and any(row <= _header_words(reading, h).items() for h in reading.rows)


def _header_words(reading: Reading, row: int) -> dict[int, str]:
    values = enumerate(reading.sheet.rows[row - 1], start=1)
    return {column: header_key(str(value)) for column, value in values if value is not None}


def _identity(reading: Reading, words: Words) -> list[str]:
    """The words that stand where number and name should."""
    columns = [reading.columns[key] for key in ("no", "name") if key in reading.columns]
    return [words[column] for column in columns if column in words]


def _is_numbered(reading: Reading, words: Words) -> bool:
    return parse_whole(words.get(reading.columns.get("no", 0))) is not None


def _first_word(reading: Reading, block: range) -> str:
    """The first filled cell of the whole row, in or out of the table's columns."""
    values = reading.sheet.rows[block.start - 1]
    return next((str(v).strip() for v in values if v is not None and str(v).strip()), "")


def _is_note(reading: Reading, block: range, words: Words) -> bool:
    """A note stands alone in its row, wherever it begins."""
    first = compare_key(_first_word(reading, block))
    return len(words) == 1 and not _is_numbered(reading, words) and bool(_NOTE.match(first))


def _is_total(reading: Reading, block: range, words: Words) -> bool:
    if _is_numbered(reading, words):
        return False
    candidates = (*_identity(reading, words), _first_word(reading, block))
    return any(_TOTAL.fullmatch(compare_key(word)) for word in candidates)


def _is_lone(reading: Reading, block: range, words: Words) -> bool:
    """One filled cell that is no name: a number prepared for later, a heading, a remark."""
    if len(words) > 1:
        return False
    column = next(iter(words))
    if column != reading.columns.get("name"):
        return True
    return any(
        merge.first_row == block.start
        and merge.first_column <= column <= merge.last_column
        and merge.last_column - merge.first_column + 1 >= _HEADING_WIDTH
        for merge in reading.sheet.merged
    )


def _notices(reading: Reading, left_out: list[tuple[int, int, str]]) -> Iterator[Finding]:
    """One notice a row; numbers prepared for later share one."""
    numbers = [(row, column, word) for row, column, word in left_out if parse_whole(word)]
    if numbers:
        row, column, word = numbers[0]
        shown = word if len(numbers) == 1 else f"{word}〜{numbers[-1][2]}"
        yield finding("row-left-out", at=reading.sheet.ref(row, column), value=shown)
    for row, column, word in left_out:
        if (row, column, word) not in numbers:
            yield finding("row-left-out", at=reading.sheet.ref(row, column), value=word[:_SHOWN])
