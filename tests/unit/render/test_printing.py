from __future__ import annotations

import base64
import io
import re

import pypdf
import pytest
from support.pdf import plain

from pipeline.base.errors import Defect
from pipeline.render.pictures import draw_pages
from pipeline.render.printing import opens_print_dialogue, printing_page


def test_the_copy_prints_when_it_is_opened_and_is_otherwise_the_document() -> None:
    original = plain(2)
    copy = opens_print_dialogue(original)
    assert copy.startswith(original)
    assert copy == opens_print_dialogue(original)
    reader = pypdf.PdfReader(io.BytesIO(copy), strict=True)
    catalogue = reader.root_object
    assert str(catalogue["/OpenAction"]) == "{'/S': '/Named', '/N': '/Print'}"
    assert "/Metadata" not in catalogue
    assert len(reader.pages) == 2
    assert draw_pages(copy) == draw_pages(original)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-10],
        lambda content: re.sub(rb"/Root \d+", b"/Root 999", content),
    ],
)
def test_a_file_of_another_build_is_a_defect_and_no_traceback(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(Defect):
        opens_print_dialogue(damage(plain(1)))


def test_the_page_holds_the_copy_and_leads_to_the_document_whatever_its_name() -> None:
    original = plain(1)
    page = printing_page(original, '資料１ <A>&"b"').decode("utf-8")
    data = re.search(r'src="data:application/pdf;base64,([^"]+)"', page)
    assert data is not None
    assert base64.b64decode(data[1]) == opens_print_dialogue(original)
    assert 'href="../%E8%B3%87%E6%96%99%EF%BC%91%20%3CA%3E%26%22b%22.pdf"' in page
    assert "<title>資料１ &lt;A&gt;&amp;&quot;b&quot; を印刷</title>" in page
