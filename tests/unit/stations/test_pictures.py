from __future__ import annotations

import base64
import io
import math
import re

import pydyf
import pypdf
import pytest
from PIL import Image

from pipeline.errors import Defect
from pipeline.stations.pictures import MOST_PAGES, WIDTH, draw_pages
from pipeline.stations.printing import opens_print_dialogue, printing_page


def pdf(pages: int) -> bytes:
    """A PDF of A4 pages with a cross-reference stream, as WeasyPrint writes them."""
    document = pydyf.PDF()
    for _ in range(pages):
        content = pydyf.Stream()
        content.rectangle(100, 700, 200, 50)
        content.fill()
        document.add_object(content)
        media = pydyf.Array([0, 0, 595, 842])
        page = {"Type": "/Page", "Parent": document.pages.reference, "MediaBox": media}
        document.add_page(pydyf.Dictionary({**page, "Contents": content.reference}))
    document.catalog["Metadata"] = "1 0 R"
    stream = io.BytesIO()
    document.write(stream, version=b"1.7", identifier=b"same", compress=True)
    return stream.getvalue()


def test_each_page_is_a_small_grey_picture_of_the_same_shape() -> None:
    drawn = draw_pages(pdf(2))
    assert drawn.pages == 2
    assert drawn == draw_pages(pdf(2))
    for content in drawn.shown:
        picture = Image.open(io.BytesIO(content))
        assert picture.size == (WIDTH, math.ceil(WIDTH * 842 / 595))
        assert {picture.convert("L").getpixel(at) for at in ((120, 90), (10, 600))} == {0, 255}


def test_a_long_document_shows_its_first_pages_and_tells_the_number_of_all() -> None:
    drawn = draw_pages(pdf(MOST_PAGES + 3))
    assert (len(drawn.shown), drawn.pages) == (MOST_PAGES, MOST_PAGES + 3)


def test_the_copy_prints_when_it_is_opened_and_is_otherwise_the_document() -> None:
    original = pdf(2)
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
        opens_print_dialogue(damage(pdf(1)))


def test_the_page_holds_the_copy_and_leads_to_the_document_whatever_its_name() -> None:
    original = pdf(1)
    page = printing_page(original, '資料１ <A>&"b"').decode("utf-8")
    data = re.search(r'src="data:application/pdf;base64,([^"]+)"', page)
    assert data is not None
    assert base64.b64decode(data[1]) == opens_print_dialogue(original)
    assert 'href="../%E8%B3%87%E6%96%99%EF%BC%91%20%3CA%3E%26%22b%22.pdf"' in page
    assert "<title>資料１ &lt;A&gt;&amp;&quot;b&quot; を印刷</title>" in page
