"""Read an ``.xls`` in a separate process: the file on standard input, JSON out.

In a damaged compound file, calamine may follow the sector chains until memory is exhausted
and abort the process; Python can't catch that. Therefore :func:`read_legacy` runs
this file as a script; it imports only calamine.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from typing import Any

import python_calamine

MEMORY_LIMIT = 2**30
TIME_LIMIT = 15


class LegacyUnreadableError(Exception):
    """calamine could not read the file, or its process ended early."""


def read_legacy(content: bytes, area_limit: int) -> list[dict[str, Any]]:
    """The sheets of an ``.xls``: name, visible, merged (from 0), height, width, rows.

    ``rows`` is empty if a sheet is larger than ``area_limit`` cells.
    LegacyUnreadableError if calamine fails, aborts or takes too long.
    """
    command = [sys.executable, "-I", __file__, str(area_limit)]
    try:
        run = subprocess.run(  # noqa: S603 - our own script, and no shell
            command, input=content, capture_output=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LegacyUnreadableError from error
    if run.returncode:
        raise LegacyUnreadableError
    sheets: list[dict[str, Any]] = json.loads(run.stdout)
    for sheet in sheets:
        sheet["rows"] = [[_decoded(value) for value in row] for row in sheet["rows"]]
    return sheets


def _decoded(value: Any) -> Any:
    """A value as calamine returned it; JSON contains dates as ``{"datetime": "…"}``."""
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    if kind == "seconds":
        return dt.timedelta(seconds=text)
    if kind == "time":
        return dt.time.fromisoformat(text)
    moment = dt.datetime.fromisoformat(text)
    return moment if kind == "datetime" else moment.date()


def _encoded(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return {"seconds": value.total_seconds()}
    for kind, known in (("datetime", dt.datetime), ("date", dt.date), ("time", dt.time)):
        if isinstance(value, known):
            return {kind: value.isoformat()}
    return value


def _sheets(content: bytes, area_limit: int) -> list[dict[str, Any]]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        height, width = sheet.total_height, sheet.total_width
        fits = height * width <= area_limit
        rows = sheet.to_python(skip_empty_area=False) if fits else []
        sheets.append(
            {
                "name": meta.name,
                "visible": meta.visible == python_calamine.SheetVisibleEnum.Visible,
                "merged": sheet.merged_cell_ranges or [],
                "height": height,
                "width": width,
                "rows": [[_encoded(value) for value in row] for row in rows],
            }
        )
    return sheets


def _main() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has no such module

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    sheets = _sheets(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    _main()
