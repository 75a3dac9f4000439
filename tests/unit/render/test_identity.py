"""Each Word file records form and meeting in custom properties, which Word shows and keeps."""

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


def properties_of(document: Document) -> dict[str, str]:
    return dict(open_package(render_docx(document, FORM).content).properties)


@pytest.mark.parametrize("make", [handout, summary, minutes, reference])
def test_each_document_records_form_council_session_and_date(make: object) -> None:
    document = make(known_meeting())  # type: ignore[operator]
    properties = properties_of(document)
    found = owner_of(properties)
    assert found is not None
    assert (found.form, found.council, found.session, found.date) == (
        "shiryo1",
        "共生ビジョン懇談会",
        "第２回",
        "2026-03-09",
    )
    assert properties["版"] == FORM.words.of(document.edition)


def test_handout_records_a_digest_of_each_printed_row() -> None:
    source = handout(known_meeting())
    digests = digests_of(properties_of(source))
    assert len(digests.pop("around").split()) > 3
    assert digests == row_digests(source, FORM)
    assert len(digests) == 18
    # Both editions print the same rows.
    assert row_digests(handout(known_meeting(), Edition.RESULTS), FORM) == digests


def test_the_same_document_has_the_same_bytes() -> None:
    source = handout(known_meeting())
    assert render_docx(source, FORM).content == render_docx(source, FORM).content


def test_word_file_with_properties_is_valid(tmp_path: Path) -> None:
    content = render_docx(handout(known_meeting()), FORM).content
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


def test_libreoffice_keeps_the_properties(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(render_docx(handout(known_meeting()), FORM).content)
    again = open_package(converted_by(path, "docx", tmp_path).read_bytes())
    assert dict(again.properties) == properties_of(handout(known_meeting()))
