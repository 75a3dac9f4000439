"""Pictures of a PDF's pages, large enough to read, for the officer's web page.

In: the bytes of a PDF. Out: a PNG of each of its first pages. The same page gives the same
bytes. Each picture has sixteen greys: enough for text, and half the file size.
"""

from __future__ import annotations

import io
from typing import Any, Final

import pypdfium2
from PIL import Image

WIDTH: Final = 1200
# A picture takes some 45 ms and 100 KB; the further pages are in the PDF.
MOST_PAGES: Final = 12
_GREYS: Final = 16
_SHADE_OF_GREY: Final = [value // _GREYS for value in range(256)]
_PALETTE: Final = [shade * 255 // (_GREYS - 1) for shade in range(_GREYS) for _ in "rgb"]

# Load Pillow's formats now: otherwise each forked process loads them with its first picture.
Image.preinit()


def draw_pages(pdf: bytes) -> tuple[tuple[bytes, ...], int]:
    """PNGs, WIDTH pixels wide, of the first MOST_PAGES pages, and the number of all pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(document)
        shown = tuple(_png(document[number]) for number in range(min(pages, MOST_PAGES)))
    finally:
        document.close()
    return shown, pages


def _png(page: Any) -> bytes:
    drawn = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    shades = drawn.point(_SHADE_OF_GREY)
    picture = Image.frombytes("P", shades.size, shades.tobytes())
    picture.putpalette(_PALETTE)
    stream = io.BytesIO()
    # Twice as fast as zlib's default level; the file is a third larger.
    picture.save(stream, "PNG", bits=4, compress_level=1)
    return stream.getvalue()
