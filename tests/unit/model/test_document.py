from __future__ import annotations

import pickle

import pytest
from support.records import handout, minutes, reference, summary

from pipeline.model.document import Document, template_names

EVERY_KIND = pytest.mark.parametrize(
    "document", [handout(), summary(), minutes(), reference()], ids=lambda d: d.template
)


@EVERY_KIND
def test_a_document_can_be_carried_to_another_process(document: Document) -> None:
    assert pickle.loads(pickle.dumps(document)) == document


@EVERY_KIND
def test_no_printed_text_is_empty(document: Document) -> None:
    texts = document.texts()
    assert "" not in texts
    assert document.title in texts


@EVERY_KIND
def test_columns_are_as_wide_as_the_page_or_left_to_the_template(document: Document) -> None:
    assert sum(document.columns) < document.paper.width


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (handout(), {"handout", "loop", "rows", "mark", "file_stem", "checked", "width"}),
        (summary(), {"summary", "counts", "proposed", "sections", "comment", "remark"}),
        (minutes(), {"minutes", "entries", "blank", "opinions"}),
        (reference(), {"reference", "letter", "doubt", "column_headings", "legend"}),
    ],
    ids=lambda value: getattr(value, "template", ""),
)
def test_a_template_can_use_every_name_at_any_depth(document: Document, names: set[str]) -> None:
    assert names <= template_names(type(document))


def test_one_document_does_not_lend_its_names_to_another() -> None:
    assert "doubt" not in template_names(type(summary()))
