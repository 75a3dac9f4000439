"""Make the PDF handout: the handout and its form in, an accessible, archivable page out.

``fill`` writes the HTML (Jinja), ``pages`` lays it out (WeasyPrint), and
``finish`` gives the file what the renderer leaves out, so that one file is both
PDF/UA-1 and PDF/A-2a. Templates are passed between offices: they see nothing
outside their folder, and every complaint of the renderer stops the run.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from pipeline.errors import ComponentMissing, Defect
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.handout import Handout, Rendered
from pipeline.stations.render_pdf.fill import TEMPLATE, fill, template_slips
from pipeline.stations.render_pdf.fonts import require_fonts
from pipeline.stations.render_pdf.limits import limited
from pipeline.stations.render_pdf.pages import (
    kept_inside,
    lay_out,
    style_slips,
    tall_rows,
    wraps_choices,
    write,
)

# One more layout for each time that a row turns out to be taller than a page.
_MOST_LAYOUTS: Final = 5
_THRESHOLDS: Final = (50_000, 20, 100)


def render_pdf(handout: Handout, form: Form) -> Rendered:
    """The PDF of one edition, with a finding for each row taller than a page.

    Columns too narrow for a choice are told as well.

    ComponentMissing for a template that is missing, broken or reaches outside of
    its folder or takes without an end, and for a missing font; Defect where the renderer
    complained.
    """
    require_fonts(form.folder)
    with _few_collections(), limited(form.folder, len(handout.rows)), kept_inside(form.folder):
        try:
            return _render(handout, form)
        except RecursionError as error:
            path, reason = form.folder / TEMPLATE, "要素の入れ子が深すぎます"
            raise ComponentMissing(
                "template-broken", path=path, place="どこか", reason=reason
            ) from error


def _render(handout: Handout, form: Form) -> Rendered:
    tall: frozenset[str] = frozenset()
    for _ in range(_MOST_LAYOUTS):
        source = fill(handout, form.folder, tall)
        document = lay_out(source, form.folder)
        found = tall_rows(document) - tall
        if not found:
            identifier = hashlib.sha256(source.encode("utf-8")).hexdigest()[:32]
            content = write(document, identifier.encode("ascii"), handout.date)
            return Rendered(content, tuple(_findings(document, handout, tall)))
        # A row that may not split and does not fit pushes the header off its page.
        tall |= found
    raise Defect("renderer-complained", reason="表の見出しが消えるページがあります")


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Collect garbage seldom: a layout is one large web of objects that all live on.

    Going through it again and again takes a fifth of the time of 1,080 rows.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _findings(document: Any, handout: Handout, tall: frozenset[str]) -> Iterator[Finding]:
    if wraps_choices(document):
        yield finding("choice-wraps")
    for row in handout.rows:
        if row.no in tall:
            yield finding("row-taller-than-page", project=int(row.no), value=row.no)


def check_pdf_template(handout: Handout, form: Form) -> tuple[Finding, ...]:
    """Every mistake of the page templates and style sheets that can be told without a page.

    ComponentMissing where the form has no page template.
    """
    if not (form.folder / TEMPLATE).is_file():
        raise ComponentMissing("template-missing", path=form.folder / TEMPLATE)
    slips = chain(template_slips(handout, form.folder), style_slips(form.folder))
    return tuple(
        finding(
            "template-broken", path=path, place=f"{line} 行目" if line else "どこか", reason=reason
        )
        for path, line, reason in slips
    )
