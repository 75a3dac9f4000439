"""Make pages of the HTML and a file of the pages: WeasyPrint, made loud and kept inside.

In: HTML and the form's folder. Out: WeasyPrint's document, and its bytes.
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
# One file in 128 ends a stream badly; the next attempt has other bytes.
_MOST_WRITINGS: Final = 4
# How it tells of a line in a style sheet.
_LINE: Final = re.compile(r" at (\d+):\d+")
_QUOTED: Final = re.compile("`([^`]*)`")
# Without libharfbuzz-subset the fonts are embedded more slowly, and just as well.
_HARMLESS: Final = "Using fontTools instead of HarfBuzz-Subset"


def lay_out(source: str, folders: tuple[Path, ...]) -> Any:
    """The document of the HTML; relative addresses in it are files of the ``folders``.

    ComponentMissing where the renderer complained.
    """
    fetcher = _FormFetcher(folders)
    base = folders[-1].resolve().as_uri() + "/"
    with _loud():
        page = weasyprint.HTML(string=source, base_url=base, url_fetcher=fetcher)
        return page.render(font_config=font_configuration(folders), pdf_variant=VARIANT)


def write(document: Any, identifier: bytes, date: dt.datetime) -> bytes:
    """The document as PDF. ``identifier`` and ``date`` stand for chance and the clock."""
    with _loud(), _dated(date), warnings.catch_warnings():
        # WeasyPrint leaves the closing of its colour profile to the interpreter.
        warnings.simplefilter("ignore", ResourceWarning)
        for padding in range(_MOST_WRITINGS):
            content: bytes = document.write_pdf(
                finisher=functools.partial(finish, padding=padding),
                pdf_variant=VARIANT,
                pdf_identifier=identifier,
            )
            if BAD_END not in content:
                break
    return content


def tall_rows(document: Any) -> frozenset[str]:
    """Numbers of the rows that no page holds together with the table's header.

    Such a row is split in spite of the style sheet or, where it would fit
    without the header, the header is left out.
    """
    tall: set[str] = set()
    last: set[str] = set()
    for page in document.pages:
        for table in tables(page):
            heights = {number_of(row): row.height for row in table.body}
            if table.lost_header:
                tall.add(max(heights, key=lambda no: heights[no]))
            tall |= last & heights.keys()
            last = set(heights)
    return frozenset(tall - {""})


def style_slips(folders: tuple[Path, ...]) -> Iterator[tuple[Path, int | None, str]]:
    """What the renderer would leave out of each style sheet of the form: file, line, reason."""
    fetcher = _FormFetcher(folders)
    for path in files_of(folders, "*.css"):
        complaints = _Complaints()
        with _listening(complaints):
            try:
                weasyprint.CSS(filename=path, url_fetcher=fetcher)
            except FatalURLFetchingError as error:
                yield path, None, f"様式のフォルダーの外（{error}）を読もうとしています"
            except OSError as error:
                yield path, None, reason_of(error)
        for message in complaints.messages:
            yield path, *_told(message)


def _told(message: str) -> tuple[int | None, str]:
    """Line and reason of what the renderer complained of, in Japanese as far as it is known."""
    line, what = _LINE.search(message), _QUOTED.search(message)
    if line is None:
        return None, message
    reason = f"「{what[1].strip()}」は使えません" if what else f"書き方の誤り: {message}"
    return int(line[1]), reason


class _FormFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the form's own files and nothing else: no other folder, no network.

    An address relative to the page is looked for in each folder; the first that has it wins.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        super().__init__(allowed_protocols=("file",))
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The file behind ``url``; a fatal error for anything outside of the folders."""
        parts = urlsplit(url)
        asked = Path(url2pathname(parts.path))
        own = next((f for f in self._folders if asked.is_relative_to(f)), None)
        if parts.scheme != "file" or parts.netloc or own is None:
            raise FatalURLFetchingError(url)
        for folder in self._folders:
            path = folder / asked.relative_to(own)
            if path.is_file():
                if not path.resolve().is_relative_to(folder):
                    raise FatalURLFetchingError(url)
                return super().fetch(path.as_uri(), headers)
        if not asked.resolve().is_relative_to(own):
            raise FatalURLFetchingError(url)
        return super().fetch(url, headers)


class _Complaints(logging.Handler):
    """Collects what the renderer would only log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not message.startswith(_HARMLESS):
            self.messages.append(message)


@contextlib.contextmanager
def _loud() -> Iterator[None]:
    """ComponentMissing for what the renderer only logs: the page asks for what it can't do."""
    complaints = _Complaints()
    with _listening(complaints):
        yield
    if complaints.messages:
        told = (_told(each) for each in dict.fromkeys(complaints.messages))
        reasons = (f"{line} 行目: {reason}" if line else reason for line, reason in told)
        raise ComponentMissing("renderer-complained", reason="、".join(reasons))


@contextlib.contextmanager
def _listening(complaints: _Complaints) -> Iterator[None]:
    """Have the renderer complain there and nowhere else."""
    logger = logging.getLogger("weasyprint")
    before = (logger.level, logger.propagate)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(complaints)
    try:
        yield
    finally:
        logger.removeHandler(complaints)
        logger.level, logger.propagate = before


@contextlib.contextmanager
def _dated(date: dt.datetime) -> Iterator[None]:
    """Have fontTools, where it subsets the fonts, date them by the handout.

    It writes the clock's time into each font unless this variable is set.
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
