"""Lay out the HTML and write the PDF with WeasyPrint.

In: HTML and the form's folders. Out: WeasyPrint's document, and its bytes. Warnings of
WeasyPrint are errors, and files are confined to the form's folders.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import logging
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipeline.base.errors import ComponentMissing, reason_of
from pipeline.render.pdf.fonts import font_configuration
from pipeline.render.pdf.html import files_of
from pipeline.render.pdf.laid_out_tables import number_of, tables
from pipeline.render.pdf.structure import BAD_END, finish
from pipeline.render.pdf.weasyprint_loading import (
    FatalURLFetchingError,
    URLFetcher,
    weasyprint,
)

VARIANT: Final = "pdf/a-2a"
# In one of 128 files a stream ends with a carriage return; the next attempt has other bytes.
_MOST_ATTEMPTS: Final = 4
# The line number and the quoted text in WeasyPrint's message about a style sheet.
_LINE: Final = re.compile(r" at (\d+):\d+")
_QUOTED: Final = re.compile("`([^`]*)`")
# Without libharfbuzz-subset embedding is slower, but its result is as good.
_HARMLESS: Final = "Using fontTools instead of HarfBuzz-Subset"


def lay_out(source: str, folders: tuple[Path, ...]) -> Any:
    """WeasyPrint's document of the HTML; relative addresses in it are files in the ``folders``.

    Raises ComponentMissing for every warning of WeasyPrint.
    """
    fetcher = _FormFetcher(folders)
    base = folders[-1].resolve().as_uri() + "/"
    with _warnings_as_errors():
        page = weasyprint.HTML(string=source, base_url=base, url_fetcher=fetcher)
        return page.render(font_config=font_configuration(folders), pdf_variant=VARIANT)


def write(document: Any, identifier: bytes, date: dt.datetime) -> bytes:
    """The document as PDF. ``identifier`` and ``date`` replace a random number and the clock."""
    with _warnings_as_errors(), _fixed_font_dates(date), warnings.catch_warnings():
        # WeasyPrint leaves it to the interpreter to close its colour profile.
        warnings.simplefilter("ignore", ResourceWarning)
        for padding in range(_MOST_ATTEMPTS):
            content: bytes = document.write_pdf(
                finisher=functools.partial(finish, padding=padding),
                pdf_variant=VARIANT,
                pdf_identifier=identifier,
            )
            if BAD_END not in content:
                break
    return content


def tall_rows(document: Any) -> frozenset[str]:
    """Numbers of the rows that do not fit on a page together with the table's header.

    WeasyPrint splits such a row in spite of the style sheet or, if the row fits without the
    header, leaves the header out.
    """
    tall: set[str] = set()
    previous: set[str] = set()
    for page in document.pages:
        for table in tables(page):
            heights = {number_of(row): row.height for row in table.body}
            if table.lost_header:
                tall.add(max(heights, key=lambda no: heights[no]))
            tall |= previous & heights.keys()
            previous = set(heights)
    return frozenset(tall - {""})


def style_mistakes(folders: tuple[Path, ...]) -> Iterator[tuple[Path, int | None, str]]:
    """What WeasyPrint would ignore in the form's style sheets: file, line and reason."""
    fetcher = _FormFetcher(folders)
    for path in files_of(folders, "*.css"):
        log = _LogCollector()
        with _captured_log(log):
            try:
                weasyprint.CSS(filename=path, url_fetcher=fetcher)
            except FatalURLFetchingError as error:
                yield path, None, f"様式のフォルダーの外（{error}）を読もうとしています"
            except OSError as error:
                yield path, None, reason_of(error)
        for message in log.messages:
            yield path, *_line_and_reason(message)


def _line_and_reason(message: str) -> tuple[int | None, str]:
    """Line and reason of a warning of WeasyPrint, in Japanese if its pattern is known."""
    line, quoted = _LINE.search(message), _QUOTED.search(message)
    if line is None:
        return None, message
    reason = f"「{quoted[1].strip()}」は使えません" if quoted else f"書き方の誤り: {message}"
    return int(line[1]), reason


class _FormFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Reads the form's own files only: no other folder, no network.

    A relative address is read from the first folder that contains the file.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        super().__init__(allowed_protocols=("file",))
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The file at ``url``; raises a fatal error for any address outside the folders."""
        parts = urlsplit(url)
        requested = Path(url2pathname(parts.path))
        requested_folder = next((f for f in self._folders if requested.is_relative_to(f)), None)
        if parts.scheme != "file" or parts.netloc or requested_folder is None:
            raise FatalURLFetchingError(url)
        for folder in self._folders:
            path = folder / requested.relative_to(requested_folder)
            if path.is_file():
                if not path.resolve().is_relative_to(folder):
                    raise FatalURLFetchingError(url)
                return super().fetch(path.as_uri(), headers)
        if not requested.resolve().is_relative_to(requested_folder):
            raise FatalURLFetchingError(url)
        return super().fetch(url, headers)


class _LogCollector(logging.Handler):
    """Collects the warnings that WeasyPrint logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not message.startswith(_HARMLESS):
            self.messages.append(message)


@contextlib.contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """Raise ComponentMissing for each warning in WeasyPrint's log.

    A warning means that the page uses something that WeasyPrint doesn't support.
    """
    log = _LogCollector()
    with _captured_log(log):
        yield
    if log.messages:
        located = (_line_and_reason(message) for message in dict.fromkeys(log.messages))
        reasons = (f"{line} 行目: {reason}" if line else reason for line, reason in located)
        raise ComponentMissing("renderer-complained", reason="、".join(reasons))


@contextlib.contextmanager
def _captured_log(log: _LogCollector) -> Iterator[None]:
    """Send WeasyPrint's warnings to ``log`` only."""
    logger = logging.getLogger("weasyprint")
    before = (logger.level, logger.propagate)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(log)
    try:
        yield
    finally:
        logger.removeHandler(log)
        logger.level, logger.propagate = before


@contextlib.contextmanager
def _fixed_font_dates(date: dt.datetime) -> Iterator[None]:
    """Make fontTools, when it subsets fonts, write the handout's date into them.

    It writes the current time into each font unless this variable is set.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(max(0, int(date.timestamp())))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
