from __future__ import annotations

import io
import math

from PIL import Image
from support.pdf import plain

from pipeline.render.pictures import MOST_PAGES, WIDTH, draw_pages


def test_each_page_is_a_small_grey_picture_of_the_same_shape() -> None:
    pictures, pages = draw_pages(plain(2))
    assert pages == 2
    assert pictures == draw_pages(plain(2))[0]
    for content in pictures:
        picture = Image.open(io.BytesIO(content))
        assert picture.size == (WIDTH, math.ceil(WIDTH * 842 / 595))
        darkest, lightest = picture.convert("L").getextrema()
        assert (darkest, lightest) == (0, 255)


def test_long_document_returns_its_first_pages_and_the_number_of_all() -> None:
    pictures, pages = draw_pages(plain(MOST_PAGES + 3))
    assert (len(pictures), pages) == (MOST_PAGES, MOST_PAGES + 3)
