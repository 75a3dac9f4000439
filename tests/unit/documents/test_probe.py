"""The made-up records that a form is checked with: they ask for everything, and hold."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from support.pdf import failures
from support.records import DATE, seed_form
from support.word import mistakes_of

from pipeline.documents import present
from pipeline.documents.probe import probe
from pipeline.model.editions import A4, DocumentFormat, Edition
from pipeline.model.handout import Handout
from pipeline.model.records import OpinionStatus
from pipeline.proof import prove
from pipeline.render.docx import render_docx
from pipeline.render.pdf import render_pdf

every_edition = pytest.mark.parametrize("edition", Edition, ids=lambda edition: edition.value)


def probed(edition: Edition) -> Handout:
    return present(probe(seed_form()), seed_form(), edition, A4, date=DATE)


def test_every_status_every_choice_and_every_awkward_text_is_asked_for() -> None:
    projects = probe(seed_form()).projects
    assert {each.opinion.status for each in projects} == set(OpinionStatus)
    assert {each.proposal.choice for each in projects} == set(seed_form().labels)
    assert {each.judgement.letter is None for each in projects} == {True, False}
    assert {each.judgement.label is None for each in projects} == {True, False}
    whole = "".join(each.name + each.proposal.text for each in projects)
    assert all(odd in whole for odd in ("&", "<>", "{{", "{%", "{#", "２2", "𠮷", "\ufa19", "\n"))
    for each in projects:
        scores = list(each.ratings.values())
        assert all(left != right for left, right in itertools.pairwise(scores))


@every_edition
def test_its_pdf_is_accessible_archivable_and_whole(edition: Edition) -> None:
    content = render_pdf(probed(edition), seed_form()).content
    assert failures(content) == []
    proof = prove(probed(edition), content, DocumentFormat.PDF)
    assert proof.lost == ()
    assert len(proof.pages["3"]) > 1


@every_edition
@pytest.mark.parametrize("version", ["Microsoft365", "Office2016"])
def test_its_word_file_is_valid_and_whole(edition: Edition, version: str, tmp_path: Path) -> None:
    content = render_docx(probed(edition), seed_form()).content
    assert mistakes_of(content, version, tmp_path) == []
    assert prove(probed(edition), content, DocumentFormat.DOCX).lost == ()
