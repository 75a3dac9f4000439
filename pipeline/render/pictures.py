"""Pictures of a PDF's pages, large enough to read, for the page that an officer looks at.

In: the bytes of a PDF. Out: a PNG of each of its first pages, the same bytes for the same
page: PDFium draws in sixteen greys, which are plenty for text and take half the room.
"""

from __future__ import annotations

import io
from typing import Any, Final

import pypdfium2
from PIL import Image

WIDTH: Final = 1200
# A picture takes some 45 ms and 100 KB; of a longer document the PDF shows the rest.
MOST_PAGES: Final = 12
_GREYS: Final = 16
_TO_SHADE: Final = [value // _GREYS for value in range(256)]
_PALETTE: Final = [shade * 255 // (_GREYS - 1) for shade in range(_GREYS) for _ in "rgb"]

# Otherwise loaded with the first picture, by each process that was forked.
Image.preinit()


def draw_pages(pdf: bytes) -> tuple[tuple[bytes, ...], int]:
    """PNGs, WIDTH pixels wide, of the first MOST_PAGES pages, and how many pages there are."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(document)
        shown = tuple(_png(document[number]) for number in range(min(pages, MOST_PAGES)))
    finally:
        document.close()
    return shown, pages


def _png(page: Any) -> bytes:
    drawn = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    shades = drawn.point(_TO_SHADE)
    picture = Image.frombytes("P", shades.size, shades.tobytes())
    picture.putpalette(_PALETTE)
    stream = io.BytesIO()
    # Twice as quick as zlib's own choice, and a third larger.
    picture.save(stream, "PNG", bits=4, compress_level=1)
    return stream.getvalue()
