"""Make pages of the HTML and a file of the pages: WeasyPrint, made loud and kept inside.

In: HTML and the form's folder. Out: WeasyPrint's document, and its bytes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipeline.errors import ComponentMissing, Defect
from pipeline.stations.render_pdf.engine import (
    FatalURLFetchingError,
    FontConfiguration,
    URLFetcher,
    weasyprint,
)
from pipeline.stations.render_pdf.finish import BAD_END, finish
from pipeline.stations.render_pdf.tables import choices_wrap, number_of, tables

VARIANT: Final = "pdf/a-2a"
# One file in 128 ends a stream badly; the next attempt has other bytes.
_MOST_WRITINGS: Final = 4
# Without libharfbuzz-subset the fonts are embedded more slowly, and just as well.
_HARMLESS: Final = "Using fontTools instead of HarfBuzz-Subset"


def lay_out(source: str, folder: Path) -> Any:
    """The document of the HTML; relative addresses in it are files of ``folder``.

    ComponentMissing where the page asks for anything outside of the folder;
    Defect where the renderer complained.
    """
    fetcher = _FormFetcher(folder)
    base = folder.resolve().as_uri() + "/"
    with _loud():
        try:
            page = weasyprint.HTML(string=source, base_url=base, url_fetcher=fetcher)
            return page.render(font_config=FontConfiguration(), pdf_variant=VARIANT)
        except FatalURLFetchingError as error:
            raise ComponentMissing("template-reaches-out", path=folder, url=str(error)) from error


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


def wraps_choices(document: Any) -> bool:
    """Whether the page's columns are too narrow for the words of a choice."""
    return any(choices_wrap(table) for page in document.pages[:1] for table in tables(page))


class _FormFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the form's own files and nothing else: no other folder, no network."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file",))
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The file behind ``url``; a fatal error for anything outside of the folder."""
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(self._folder):
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
    """Turn what the renderer logs as a warning into a Defect."""
    complaints = _Complaints()
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
    if complaints.messages:
        raise Defect("renderer-complained", reason="; ".join(dict.fromkeys(complaints.messages)))


@contextlib.contextmanager
def _dated(date: dt.datetime) -> Iterator[None]:
    """Have fontTools, where it subsets the fonts, date them by the handout.

    It writes the clock's time into each font unless this variable is set.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    utc = date if date.tzinfo else date.replace(tzinfo=dt.UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(max(0, int(utc.timestamp())))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
