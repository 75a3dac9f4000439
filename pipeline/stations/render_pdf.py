"""Render a handout as an accessible, archivable PDF: Jinja for the words, WeasyPrint for the page.

In: a handout and its form. Out: the bytes of one file that is both PDF/UA-1 and
PDF/A-2a. Templates are edited by people and passed between offices: they run in
a sandbox, see nothing outside their folder, and every complaint of the
renderer stops the run instead of passing silently.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import functools
import hashlib
import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

import jinja2
import jinja2.sandbox
import pydyf
import weasyprint
from weasyprint.text.ffi import ffi, fontconfig
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from pipeline.errors import ComponentMissing, Defect
from pipeline.model.editions import Paper
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.handout import (
    Box,
    Handout,
    Headings,
    OpinionCell,
    RatingColumn,
    Rendered,
    Row,
    Widths,
)

TEMPLATE: Final = "handout.html"
VARIANT: Final = "pdf/a-2a"
# The form's font as fontconfig names it; without it the page would be another one.
FONT_FAMILY: Final = "BIZ UDGothic"
# WeasyPrint writes the identifier of PDF/A or of PDF/UA; this adds the other one,
# with the extension schema that PDF/A asks for.
_PDF_UA_IDENTIFIER: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


# What a slip in a template ends in: Jinja's own errors, and those of the Python
# values that its expressions work on; a file of another encoding is one too.
_TEMPLATE_MISTAKES: Final = (
    jinja2.TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)
# A mistyped name is at least this like the one that was meant.
_NEAR: Final = 0.7
# Words of Jinja's own English sentences, which are no names of a template.
_PROSE: Final = frozenset({"object", "has", "attribute", "undefined", "model", "pipeline", "is"})


def render_pdf(handout: Handout, form: Form) -> Rendered:
    """The PDF of one edition, with a finding for each row taller than a page.

    ComponentMissing for a broken template or a missing font; Defect where the
    renderer complained of anything.
    """
    require_font(FONT_FAMILY)
    document = _lay_out(handout, form, frozenset())
    tall = _taller_than_a_page(document, handout)
    if tall:
        # A row that may not split and does not fit pushes the header off its page.
        document = _lay_out(handout, form, tall)
    return Rendered(_write(document), tuple(_tall_finding(no) for no in sorted(tall)))


def _tall_finding(no: str) -> Finding:
    return finding("row-taller-than-page", project=int(no), value=no)


def _lay_out(handout: Handout, form: Form, tall: frozenset[str]) -> Any:
    source = _fill(handout, form.folder, tall)
    fetcher = _FormFetcher(form.folder)
    with _loud(), fetcher:
        page = weasyprint.HTML(
            string=source, base_url=form.folder.resolve().as_uri() + "/", url_fetcher=fetcher
        )
        return page.render(font_config=FontConfiguration(), pdf_variant=VARIANT)


def _write(document: Any) -> bytes:
    with _loud(), warnings.catch_warnings():
        # WeasyPrint leaves the closing of its colour profile to the interpreter.
        warnings.simplefilter("ignore", ResourceWarning)
        content: bytes = document.write_pdf(
            finisher=_finish_metadata,
            pdf_variant=VARIANT,
            pdf_identifier=_identifier(document),
        )
    return content


def _finish_metadata(_document: Any, pdf: Any) -> None:
    """Name the second standard in the metadata, and leave them uncompressed for the first.

    PDF/A-2a wants metadata that any tool finds by reading the bytes.
    """
    for part in pdf.objects:
        if not isinstance(part, pydyf.Stream):
            continue
        if part.compress and part.data.endswith(b"\r\nendstream"):
            # Compressed bytes that end in a carriage return look like a line end
            # before the keyword, and a validator counts one byte less.
            part.compress = False
        if part.extra.get("Type") == "/Metadata":
            part.compress = False
            end = b"</rdf:RDF>"
            part.stream = [each.replace(end, _PDF_UA_IDENTIFIER + end) for each in part.stream]


def _identifier(document: Any) -> bytes:
    """The file's identifier: from what it says, not from the clock."""
    meta = document.metadata
    said = f"{meta.title}\n{meta.created}\n{len(document.pages)}"
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:32].encode("ascii")


def _fill(handout: Handout, folder: Path, tall: frozenset[str]) -> str:
    """The HTML of the handout; a template's mistake is told with its line."""
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    context = {
        "handout": handout,
        "tall": tall,
        "created": handout.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mm": lambda length: round(length * handout.paper.scale, 3),
    }
    try:
        return environment.get_template(TEMPLATE).render(context)
    except _TEMPLATE_MISTAKES as error:
        line = getattr(error, "lineno", None) or _line_in_template(error)
        raise ComponentMissing(
            "template-broken",
            path=folder / TEMPLATE,
            place=f"{line} 行目" if line else "場所不明",
            reason=f"{error}{_nearest(str(error), set(context))}",
        ) from error


def _line_in_template(error: BaseException) -> int | None:
    """The template's line in the traceback of a mistake that shows at run time."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(TEMPLATE):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _nearest(reason: str, context: set[str]) -> str:
    """「近い名前は title です」 for a name that the template can't have meant."""
    parts = (Handout, Row, Box, OpinionCell, Headings, Widths, RatingColumn, Paper)
    known = context | {field.name for part in parts for field in dataclasses.fields(part)}
    unknown = [name for name in re.findall(r"[a-z_]+", reason) if name not in known]
    for name in reversed(unknown):
        close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)
        if close and name not in _PROSE:
            return f"。近い名前は「{close[0]}」です"
    return ""


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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FatalURLFetchingError):
            raise ComponentMissing(
                "template-reaches-out", path=self._folder, url=str(error)
            ) from error


class _Complaints(logging.Handler):
    """Collects what the renderer would only log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextlib.contextmanager
def _loud() -> Iterator[None]:
    """Turn a logged warning of the renderer into a Defect."""
    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    silent = [h for h in logger.handlers if isinstance(h, logging.StreamHandler)]
    for handler in silent:
        logger.removeHandler(handler)
    logger.addHandler(complaints)
    try:
        yield
    finally:
        logger.removeHandler(complaints)
        for handler in silent:
            logger.addHandler(handler)
    if complaints.messages:
        raise Defect("renderer-complained", reason="; ".join(complaints.messages))


def require_font(family: str) -> None:
    """ComponentMissing unless fontconfig has ``family`` itself, not a substitute."""
    if not _has_font(family):
        raise ComponentMissing("font-missing", family=family)


@functools.cache
def _has_font(family: str) -> bool:
    config = fontconfig.FcInitLoadConfigAndFonts()
    pattern = fontconfig.FcPatternCreate()
    fontconfig.FcPatternAddString(pattern, b"family", family.encode("utf-8"))
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    result = ffi.new("FcResult *")
    matching = fontconfig.FcFontMatch(config, pattern, result)
    name = ffi.new("FcChar8 **")
    found = fontconfig.FcPatternGetString(matching, b"family", 0, name)
    matched = ffi.string(name[0]).decode("utf-8") if found == fontconfig.FcResultMatch else ""
    return bool(matched == family)


def _taller_than_a_page(document: Any, handout: Handout) -> frozenset[str]:
    """Numbers of the rows that were split although they should not: no page holds them.

    The pages' own boxes are asked, because only the layout knows a row's height.
    """
    pages: dict[int, set[int]] = {}
    order: list[int] = []
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():  # noqa: SLF001 - no public way to a row
            if box.element_tag == "tr" and box.element is not None and _in_body(box.element):
                key = id(box.element)
                if key not in pages:
                    order.append(key)
                pages.setdefault(key, set()).add(number)
    rows = dict(zip(order, handout.rows, strict=True))
    return frozenset(rows[key].no for key in order if len(pages[key]) > 1)


def _in_body(row: Any) -> bool:
    """Whether a ``tr`` is a project's and not the header's: only a project has a row header."""
    return any(cell.get("scope") == "row" for cell in row)
