from __future__ import annotations

import pickle

import pytest
from support.records import handout, minutes, reference, summary

from pipeline.model.document import Document, template_names

EVERY_KIND = pytest.mark.parametrize(
    "document", [handout(), summary(), minutes(), reference()], ids=lambda d: d.template
)


@EVERY_KIND
def test_document_can_be_pickled(document: Document) -> None:
    assert pickle.loads(pickle.dumps(document)) == document


@EVERY_KIND
def test_texts_contain_the_title_and_no_empty_text(document: Document) -> None:
    texts = document.texts()
    assert "" not in texts
    assert document.title in texts


@EVERY_KIND
def test_columns_fit_on_the_paper(document: Document) -> None:
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
def test_template_names_include_nested_fields(document: Document, names: set[str]) -> None:
    assert names <= template_names(type(document))


def test_template_names_exclude_those_of_other_documents() -> None:
    assert "doubt" not in template_names(type(summary()))
