"""Whether there is ink where a text should be: a page in, a look at any place of it out.

The tags of a PDF can tell a text that nobody sees: white on white, cut off by its
box, beyond the paper's edge, below a picture. Drawing the page tells.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2_raw as pdfium

from pipeline.proof.reading import Rectangle

_WHITE: Final = 0xFFFFFFFF
# Of 255 levels of grey; thin strokes at a point a pixel are pale.
_LEAST_CONTRAST: Final = 25
# Of a text's width and height; the edge of a letter may lie on the edge of its box.
_MOST_CUT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where a group of drawings stands on its page: PDF's six numbers."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the group as a point of the page."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def within(self, outer: Matrix) -> Matrix:
        """The matrix of a group that lies in another group."""
        e, f = outer.at(self.e, self.f)
        return Matrix(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            e,
            f,
        )

    def around(self, points: Iterable[tuple[float, float]]) -> Rectangle:
        """The rectangle of the page around points of the group."""
        moved = [self.at(*point) for point in points]
        across, up = [x for x, _ in moved], [y for _, y in moved]
        return Rectangle(min(across), min(up), max(across), max(up))


# What a drawing stands in that is in no group.
PAGE: Final = Matrix()


def is_cut(drawing: Any, at: Rectangle, matrix: Matrix) -> bool:
    """Whether a text reaches out of the box that it is shown through (``overflow: hidden``).

    Ink may lie in its place all the same: what comes next stands there.
    """
    clip = pdfium.FPDFPageObj_GetClipPath(drawing)
    for k in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        points = list(_points(clip, k))
        if points:
            box = matrix.around(points)
            wide, high = (at.right - at.left) * _MOST_CUT, (at.top - at.bottom) * _MOST_CUT
            if (
                at.left + wide < box.left
                or at.right - wide > box.right
                or at.bottom + high < box.bottom
                or at.top - high > box.top
            ):
                return True
    return False


def _points(clip: Any, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for k in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, k)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value


class Ink:
    """A page drawn in grey, one pixel a point."""

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
        """Whether the first and the last of so many characters in ``at`` can be seen."""
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
        seen = b""
        # Most letters have ink in the middle: a line or two are enough to see it.
        for y in (*range(middle, bottom), *range(top, middle)):
            start = y * self._stride
            seen += self._pixels[start + left : start + right]
            if seen and max(seen) - min(seen) >= _LEAST_CONTRAST:
                return True
        return False
