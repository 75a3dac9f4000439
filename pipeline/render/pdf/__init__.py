"""Make the PDF of a document: document and form in, an accessible, archivable page out.

``html`` writes the HTML (Jinja), ``pages`` lays it out (WeasyPrint), and
``structure`` gives the file what the renderer leaves out, so that one file is both
PDF/UA-1 and PDF/A-2a. Templates are passed between offices: they see nothing
outside their folder, and every complaint of the renderer stops the run.
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
from pipeline.render.pdf.file_checks import file_slips
from pipeline.render.pdf.fonts import require_font
from pipeline.render.pdf.html import fill, template_slips
from pipeline.render.pdf.laid_out_tables import choices_wrap, tables
from pipeline.render.pdf.pages import lay_out, style_slips, tall_rows, write
from pipeline.render.pdf.weasyprint_loading import FatalURLFetchingError

# One more layout for each time that a row turns out to be taller than a page.
_MOST_LAYOUTS: Final = 5


def render_pdf(document: Document, form: Form) -> Rendered:
    """The PDF of one document, with a finding for each row taller than a page.

    Columns too narrow for a choice are told as well.

    ComponentMissing for a template that is missing, broken, asks for what the renderer
    can't do or reaches outside of its folder, and for a missing font or glyph.
    """
    template = form.template(document, "html")
    if template is None:
        raise ComponentMissing("template-missing", path=f"{document.template}.html")
    for path, reason in _unread(form):
        raise ComponentMissing("template-broken", path=path, place="どこか", reason=reason)
    for family in families(form.folders):
        require_font(family)
    try:
        return _render(document, template, form.folders)
    except FatalURLFetchingError as error:
        # Pictures are asked for while the page is laid out, attachments when it is written.
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
        found = tall_rows(laid_out) - tall
        if not found:
            identifier = hashlib.sha256(source.encode("utf-8")).hexdigest()[:32]
            content = write(laid_out, identifier.encode("ascii"), document.utc)
            return Rendered(content, tuple(_findings(laid_out, document, tall)))
        # A row that may not split and does not fit pushes the header off its page.
        tall |= found
    raise Defect("renderer-complained", reason="表の見出しが消えるページがあります")


def _findings(laid_out: Any, document: Document, tall: frozenset[str]) -> Iterator[Finding]:
    # Whether the columns are too narrow for the words of a choice.
    if any(choices_wrap(table) for page in laid_out.pages[:1] for table in tables(page)):
        yield finding("choice-wraps")
    for no in document.row_numbers:
        if no in tall:
            yield finding("row-taller-than-page", project=int(no), value=no)


def check_pdf_templates(documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    """Every mistake of the page templates and style sheets that can be told without a page.

    ``documents`` tell which template is for what. ComponentMissing where the form has
    no template for its handout.
    """
    for document in documents:
        path = form.template(document, "html")
        if DocumentFormat.PDF in document.formats and path is None:
            raise ComponentMissing("template-missing", path=f"{document.template}.html")
    if found := tuple(_unread(form)):
        return tuple(_broken(path, None, reason) for path, reason in found)
    slips = chain(template_slips(documents, form.folders), style_slips(form.folders))
    return tuple(_broken(*each) for each in slips)


def _unread(form: Form) -> Iterator[tuple[Path, str]]:
    return chain.from_iterable(map(file_slips, form.folders))


def _broken(path: Path, line: int | None, reason: str) -> Finding:
    place = f"{line} 行目" if line else "どこか"
    return finding("template-broken", path=path, place=place, reason=reason)
