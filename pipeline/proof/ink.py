"""Check whether a text is visible: a page in, the contrast at any place on it out.

The structure tree of a PDF may contain invisible text: white on white, outside of the page,
below a picture. Therefore the page is rendered and its pixels are checked.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any, Final

import pypdfium2_raw as pdfium

from pipeline.proof.read_back import Rectangle

_WHITE: Final = 0xFFFFFFFF
# Of 255 levels of grey; at one pixel per point, thin strokes are pale.
_MIN_CONTRAST: Final = 25


class Ink:
    """A page rendered in grey, one pixel per point."""

    def __init__(self, page: Any) -> None:
        self._width = math.ceil(pdfium.FPDF_GetPageWidthF(page))
        self._height = math.ceil(pdfium.FPDF_GetPageHeightF(page))
        size = (self._width, self._height)
        bitmap = pdfium.FPDFBitmap_CreateEx(*size, pdfium.FPDFBitmap_Gray, None, 0)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, *size, _WHITE)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, pdfium.FPDF_GRAYSCALE)
            self._stride = pdfium.FPDFBitmap_GetStride(bitmap)
            start = pdfium.FPDFBitmap_GetBuffer(bitmap)
            self._pixels = ctypes.string_at(start, self._stride * self._height)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def shows(self, at: Rectangle, characters: int) -> bool:
        """Whether the first and the last of the ``characters`` in ``at`` are visible."""
        if characters == 1:
            return self._has_contrast(at)
        wide = (at.right - at.left) / max(1, characters)
        first = Rectangle(at.left, at.bottom, at.left + wide, at.top)
        last = Rectangle(at.right - wide, at.bottom, at.right, at.top)
        return self._has_contrast(first) and self._has_contrast(last)

    def _has_contrast(self, at: Rectangle) -> bool:
        left, right = int(at.left) - 1, math.ceil(at.right) + 1
        top, bottom = self._height - math.ceil(at.top) - 1, self._height - int(at.bottom) + 1
        if left < -1 or top < -1 or right > self._width + 1 or bottom > self._height + 1:
            return False
        left, right = max(0, left), min(right, self._width)
        top, bottom = max(0, top), min(bottom, self._height)
        middle = (top + bottom) // 2
        pixels = b""
        # Most characters have ink in the middle, so one or two rows of pixels are usually enough.
        for y in (*range(middle, bottom), *range(top, middle)):
            start = y * self._stride
            pixels += self._pixels[start + left : start + right]
            if pixels and max(pixels) - min(pixels) >= _MIN_CONTRAST:
                return True
        return False
