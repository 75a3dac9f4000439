"""Make the Word file of a document: document and form in, the bytes of a .docx out.

The template is the form's ``<document>.docx``, an ordinary Word file that contains Jinja
commands. ``template`` fills it with docxtpl. ``finishing`` sets in the XML what Jinja can't
express inside a valid Word file (column widths, check boxes, the size of A3). The archive
is packed again with fixed times and a fixed order, so that the same document gives the
same bytes on any day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.base.archives import pack, parts
from pipeline.base.errors import ComponentMissing
from pipeline.base.templating import template_errors
from pipeline.model.document import Document, Rendered, template_names
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.handout import Handout
from pipeline.render.docx.finishing import finish
from pipeline.render.docx.identity_properties import with_identity
from pipeline.render.docx.mistakes import Mistake, paragraph_on
from pipeline.render.docx.row_heights import tall_rows
from pipeline.render.docx.template import (
    by_paragraph,
    fill,
    filled_parts,
    mistakes_in,
    open_template,
    sandbox,
)


def render_docx(document: Document, form: Form) -> Rendered:
    """The document as a Word file, with a finding for each handout row taller than a page.

    Raises ComponentMissing if the form has no Word template (``template-missing``) or the
    template has a mistake (``template-broken``: it names the file, the paragraph and, for a
    misspelt name, the nearest known name).
    """
    path = form.template(document, "docx")
    try:
        filled = fill(path, document)
    except Mistake as mistake:
        raise ComponentMissing("template-broken", **_values(path, mistake)) from mistake
    tall = tall_rows(document) if isinstance(document, Handout) else frozenset()
    finished = (finish(name, part, document, tall) for name, part in parts(filled))
    content = pack(with_identity(finished, document).items())
    sorted_numbers = sorted(tall, key=int)
    findings = (finding("row-taller-than-page", project=int(no), value=no) for no in sorted_numbers)
    return Rendered(content, tuple(findings))


def check_docx_template(document: Document, form: Form) -> tuple[Finding, ...]:
    """Every mistake of a document's Word template that can be found without filling it.

    Raises ComponentMissing if the form has no such template.
    """
    path = form.template(document, "docx")
    try:
        template = open_template(path, type(document))
    except Mistake as mistake:
        return (finding("template-broken", **_values(path, mistake)),)
    mistakes = list(mistakes_in(template))
    if not mistakes:
        for root in filled_parts(template):
            source = by_paragraph(template.patch_xml(etree.tostring(root, encoding="unicode")))
            found = template_errors(sandbox(document), source, template_names(type(document)))
            mistakes += (Mistake(reason, paragraph_on(source, line)) for line, reason in found)
    return tuple(finding("template-broken", **_values(path, mistake)) for mistake in mistakes)


def _values(path: Path | None, mistake: Mistake) -> dict[str, Any]:
    """The values of the finding ``template-broken``: path, place and reason."""
    place = f"段落「{mistake.paragraph}」" if mistake.paragraph else "どこか"
    return {"path": path, "place": place, "reason": mistake.reason}
