"""The inputs of the benchmark: long masters, many masters, Word files to convert."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from benchmarks.measuring import PIPELINE, SAME_FILES, SAMPLE, cost


def long_master(path: Path, projects: int) -> Path:
    """A master with the sample's 18 projects repeated and numbered up to ``projects``."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number in range(len(rows) + 1, projects + 1):
        repeated = rows[(number - 1) % len(rows)]
        sheet.append([number, f"{repeated[1]}{number}", *repeated[2:]])
    book.save(path)
    return path


def corrected(path: Path, title: str, text: str) -> Path:
    """The sample with ``text`` appended to the first project's cell in the column ``title``."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == title)
    cell = sheet.cell(2, column)
    cell.value = f"{cell.value or ''}{text}"
    book.save(path)
    return path


def many_masters(folder: Path, masters: int) -> Path:
    """A folder with ``masters`` copies of the sample."""
    folder.mkdir()
    for number in range(1, masters + 1):
        shutil.copy(SAMPLE, folder / f"台帳{number:03}.xlsx")
    return folder


def word_files(place: Path) -> list[str]:
    """The paths of the two Word files that LibreOffice converts."""
    command = (*PIPELINE, "build", str(SAMPLE), *SAME_FILES, "--format", "docx")
    cost((*command, "--output", "word"), place)
    meeting, results = sorted(str(path) for path in (place / "word").glob("*/*.docx"))
    return [meeting, results]
