"""The made-up records for checking a form: they contain every case and are printed completely."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from support.forms import FACILITIES, INSIDE, NEXT_YEAR, PANEL, PLAIN, form_of
from support.pdf import failures
from support.records import DATE, seed_form
from support.word import mistakes_of

from pipeline.documents import present
from pipeline.documents.probe import probe
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.form import Form
from pipeline.model.handout import Handout
from pipeline.model.values import Status
from pipeline.proof import prove
from pipeline.render.docx import render_docx
from pipeline.render.pdf import render_pdf

FORMS = {
    "shiryo1": seed_form(),
    "panel": form_of(PANEL),
    "inside": form_of(INSIDE),
    "facilities": form_of(FACILITIES),
    "plain": form_of(PLAIN),
    "next_year": form_of(NEXT_YEAR),
}
every_edition = pytest.mark.parametrize(
    ("form", "edition"),
    [
        pytest.param(form, edition, id=f"{name}-{edition.value}")
        for name, form in FORMS.items()
        for edition in form.editions
    ],
)


def probed(form: Form, edition: Edition) -> Handout:
    return present(probe(form), form, edition, form.paper, date=DATE)


def test_records_contain_every_status_choice_and_special_character() -> None:
    rows = probe(seed_form()).rows
    opinions = {row.fill("opinion").status for row in rows}
    assert opinions == set(Status) - {Status.WRITTEN}
    assert {row.text("proposal") for row in rows} == set(seed_form().column("proposal").choices)
    for key in ("letter", "label"):
        assert {row.values[key] is None for row in rows} == {True, False}
    whole = "".join(row.name + row.text("reason") for row in rows)
    assert all(odd in whole for odd in ("&", "<>", "{{", "{%", "{#", "２2", "𠮷", "\ufa19", "\n"))
    for row in rows:
        scores = [row.values[key] for key in ("progress", "feasibility", "regional_merit")]
        assert all(left != right for left, right in itertools.pairwise(scores))


@every_edition
def test_pdf_of_the_records_is_accessible_archivable_and_complete(
    form: Form, edition: Edition
) -> None:
    content = render_pdf(probed(form, edition), form).content
    assert failures(content) == []
    proof = prove(probed(form, edition), content, DocumentFormat.PDF)
    assert proof.lost == ()
    assert len(proof.pages["3"]) > 1 or form.paper.is_landscape


@every_edition
@pytest.mark.parametrize("version", ["Microsoft365", "Office2016"])
def test_word_file_of_the_records_is_valid_and_complete(
    form: Form, edition: Edition, version: str, tmp_path: Path
) -> None:
    content = render_docx(probed(form, edition), form).content
    assert mistakes_of(content, version, tmp_path) == []
    assert prove(probed(form, edition), content, DocumentFormat.DOCX).lost == ()
