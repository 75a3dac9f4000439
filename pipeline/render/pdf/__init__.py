"""Make the PDF of a document: document and form in, an accessible, archivable file out.

``html`` writes the HTML (Jinja), ``pages`` lays it out (WeasyPrint), and ``structure`` adds
what WeasyPrint leaves out, so that the file is both PDF/UA-1 and PDF/A-2a. Offices pass
templates on: a template can read only files in its folder, and every warning of WeasyPrint
stops the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from pipeline.base.errors import ComponentMissing, Defect
from pipeline.model.document import Document, Rendered
from pipeline.model.editions import DocumentFormat
from pipeline.model.findings import Finding, finding
from pipeline.model.font_families import families
from pipeline.model.form import Form
from pipeline.render.pdf.file_checks import file_mistakes
from pipeline.render.pdf.fonts import require_font
from pipeline.render.pdf.html import fill, template_mistakes
from pipeline.render.pdf.laid_out_tables import choices_wrap, tables
from pipeline.render.pdf.pages import lay_out, style_mistakes, tall_rows, write
from pipeline.render.pdf.weasyprint_loading import FatalURLFetchingError

# One further layout each time that another row is found to be taller than a page.
_MOST_LAYOUTS: Final = 5


def render_pdf(document: Document, form: Form) -> Rendered:
    """The PDF of one document, with a finding for each row taller than a page.

    Another finding reports columns that are too narrow for a choice.

    Raises ComponentMissing for a template that is missing, broken, uses what WeasyPrint
    doesn't support or reads outside its folder, and for a missing font or glyph.
    """
    template = form.template(document, "html")
    if template is None:
        raise ComponentMissing("template-missing", path=f"{document.template}.html")
    for path, reason in _forbidden_files(form):
        raise ComponentMissing("template-broken", path=path, place="どこか", reason=reason)
    for family in families(form.folders):
        require_font(family)
    try:
        return _render(document, template, form.folders)
    except FatalURLFetchingError as error:
        # WeasyPrint reads pictures during the layout and attachments when it writes the file.
        folder = template.parent
        raise ComponentMissing("template-reaches-out", path=folder, url=str(error)) from error
    except RecursionError as error:
        reason = "要素の入れ子が深すぎます"
        raise ComponentMissing(
            "template-broken", path=template, place="どこか", reason=reason
        ) from error


def _render(document: Document, template: Path, folders: tuple[Path, ...]) -> Rendered:
    tall: frozenset[str] = frozenset()
    for _ in range(_MOST_LAYOUTS):
        source = fill(document, template, folders, tall)
        laid_out = lay_out(source, folders)
        new = tall_rows(laid_out) - tall
        if not new:
            identifier = hashlib.sha256(source.encode("utf-8")).hexdigest()[:32]
            content = write(laid_out, identifier.encode("ascii"), document.utc)
            return Rendered(content, tuple(_findings(laid_out, document, tall)))
        # If a row does not fit on a page and may not split, WeasyPrint drops the table's header.
        tall |= new
    raise Defect("renderer-complained", reason="表の見出しが消えるページがあります")


def _findings(laid_out: Any, document: Document, tall: frozenset[str]) -> Iterator[Finding]:
    # Every row has the same choices and widths, so the first page is enough.
    if any(choices_wrap(table) for page in laid_out.pages[:1] for table in tables(page)):
        yield finding("choice-wraps")
    for no in document.row_numbers:
        if no in tall:
            yield finding("row-taller-than-page", project=int(no), value=no)


def check_pdf_templates(documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    """Every mistake of the HTML templates and style sheets that can be found without rendering.

    ``documents`` are the documents of the form, which name their templates. Raises
    ComponentMissing if the form has no template for a document that is made as a PDF.
    """
    for document in documents:
        path = form.template(document, "html")
        if DocumentFormat.PDF in document.formats and path is None:
            raise ComponentMissing("template-missing", path=f"{document.template}.html")
    if forbidden := tuple(_forbidden_files(form)):
        return tuple(_template_broken(path, None, reason) for path, reason in forbidden)
    mistakes = chain(template_mistakes(documents, form.folders), style_mistakes(form.folders))
    return tuple(_template_broken(*mistake) for mistake in mistakes)


def _forbidden_files(form: Form) -> Iterator[tuple[Path, str]]:
    return chain.from_iterable(map(file_mistakes, form.folders))


def _template_broken(path: Path, line: int | None, reason: str) -> Finding:
    place = f"{line} 行目" if line else "どこか"
    return finding("template-broken", path=path, place=place, reason=reason)
