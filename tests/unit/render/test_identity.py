"""Every Word file tells whose it is, in properties that Word itself shows and keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.records import handout, known_meeting, minutes, reference, seed_form, summary
from support.word import converted_by, mistakes_of

from pipeline.base.word import open_package
from pipeline.model.document import Document
from pipeline.model.editions import Edition
from pipeline.model.identity import digests_of, owner_of
from pipeline.model.printed_handout import row_digests
from pipeline.render.docx import render_docx

FORM = seed_form()


def properties(document: Document) -> dict[str, str]:
    return dict(open_package(render_docx(document, FORM).content).properties)


@pytest.mark.parametrize("make", [handout, summary, minutes, reference])
def test_every_kind_of_document_tells_form_number_council_session_and_day(make: object) -> None:
    document = make(known_meeting())  # type: ignore[operator]
    told = properties(document)
    found = owner_of(told)
    assert found is not None
    assert (found.form, found.council, found.session, found.date) == (
        "shiryo1",
        "共生ビジョン懇談会",
        "第２回",
        "2026-03-09",
    )
    assert told["版"] == FORM.words.of(document.edition)


def test_the_handout_tells_each_row_as_it_was_printed() -> None:
    made = handout(known_meeting())
    told = digests_of(properties(made))
    assert len(told.pop("around").split()) > 3
    assert told == row_digests(made, FORM)
    assert len(told) == 18
    # Both editions print the same rows.
    assert row_digests(handout(known_meeting(), Edition.RESULTS), FORM) == told


def test_the_same_document_has_the_same_bytes() -> None:
    made = handout(known_meeting())
    assert render_docx(made, FORM).content == render_docx(made, FORM).content


def test_word_finds_no_mistake_in_them(tmp_path: Path) -> None:
    content = render_docx(handout(known_meeting()), FORM).content
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


def test_libreoffice_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(render_docx(handout(known_meeting()), FORM).content)
    again = open_package(converted_by(path, "docx", tmp_path).read_bytes())
    assert dict(again.properties) == properties(handout(known_meeting()))
