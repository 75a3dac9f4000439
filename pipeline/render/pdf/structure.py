"""Finish the PDF before it is written: add what the standards require and WeasyPrint omits.

In: WeasyPrint's document and its PDF. Out: the same PDF, changed in place: each cell of a
table refers to its headers, each choice is a paragraph, and the metadata name both standards.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import pydyf

from pipeline.base.errors import ComponentMissing
from pipeline.render.pdf.laid_out_tables import LaidOutTable, contains_choices, tables

# WeasyPrint writes the identifier of PDF/A. This is the identifier of PDF/UA, with the
# extension schema that PDF/A requires.
_PDF_UA_IDENTIFIER: Final = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
# If compressed bytes end in a carriage return, a validator takes it for the line end before
# the keyword and counts one byte less than the stream's length.
BAD_END: Final = b"\r\nendstream"


def finish(document: Any, pdf: Any, *, padding: int = 0) -> None:
    """Finish the PDF in place; a finisher for ``Document.write_pdf``.

    ``padding`` empty objects are added, to get other bytes with the same meaning. Raises
    ComponentMissing if a font lacks a character and draws an empty box for it (.notdef).
    """
    undrawn = sorted({point for font in document.fonts.values() for point in font.missing})
    if undrawn:
        shown = "、".join(f"「{chr(point)}」（U+{point:04X}）" for point in undrawn)
        raise ComponentMissing("glyph-undrawn", characters=shown)
    assigner = _HeaderAssigner()
    for page in document.pages:
        for table in tables(page):
            assigner.assign(table)
            for row in table.body:
                for cell in row.children:
                    if contains_choices(cell):
                        _make_paragraphs(cell.mark, pdf)
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream):
            _finish_stream(part)
    for _ in range(padding):
        pdf.add_object(pydyf.Dictionary())


class _HeaderAssigner:
    """Gives each header its scope, and each cell the headers above it and in its row.

    WeasyPrint 70 ignores row spans when it counts columns, so that cells below a header of
    two levels would be read with another column's name. The heading of a group is a header
    of every row up to the next group, on the following pages too.
    """

    def __init__(self) -> None:
        self._element: Any = None
        self._group: list[Any] = []
        self._row_ids: list[Any] = []
        self._last_row: Any = None

    def assign(self, table: LaidOutTable) -> None:
        """Set the headers of the part of a table on one page; call it in the order of the pages."""
        if table.element is not self._element:
            self._element, self._group, self._row_ids = table.element, [], []
        above: dict[int, list[Any]] = {}
        for cell in (cell for row in table.header for cell in row.children):
            if cell.element_tag == "th":
                _attributes(cell)["Scope"] = "/Column"
                for column in _columns(cell):
                    above.setdefault(column, []).append(cell.mark["ID"])
            else:
                _attributes(cell).pop("Headers", None)
        for row in table.body:
            self._assign_row(row, above)

    def _assign_row(self, row: Any, above: dict[int, list[Any]]) -> None:
        """Set a body row's headers: first its group's and its own, then those of its columns."""
        headers = [cell for cell in row.children if cell.element_tag == "th"]
        if any(cell.element.get("scope") == "rowgroup" for cell in headers):
            self._group = [cell.mark["ID"] for cell in headers]
            for cell in headers:
                _attributes(cell)["Scope"] = "/Row"
                _attributes(cell).pop("Headers", None)
            return
        # A row without its own header has that of the row above: its name is merged.
        # The second part of a row split over pages has its name on the page before.
        if row.element is not self._last_row:
            self._row_ids = [cell.mark["ID"] for cell in headers] or self._row_ids
        self._last_row = row.element
        for cell in row.children:
            is_header = cell.element_tag == "th"
            if is_header:
                _attributes(cell)["Scope"] = "/Row"
            column_ids = [header for column in _columns(cell) for header in above.get(column, ())]
            ids = (
                self._group + column_ids if is_header else self._group + self._row_ids + column_ids
            )
            _attributes(cell)["Headers"] = pydyf.Array(dict.fromkeys(ids))


def _columns(cell: Any) -> range:
    return range(cell.grid_x, cell.grid_x + cell.colspan)


def _attributes(cell: Any) -> Any:
    """The table attributes of the cell's structure element, which WeasyPrint keeps on its box."""
    return cell.mark["A"]


def _make_paragraphs(element: Any, pdf: Any) -> None:
    """Make each line directly in a cell a paragraph: each is one choice."""
    for reference in element["K"]:
        if isinstance(reference, int):
            continue
        child = pdf.objects[int(bytes(reference).split()[0])]
        if child["S"] == "/Span":
            child["S"] = "/P"
        elif child["S"] == "/NonStruct":
            _make_paragraphs(child, pdf)


def _finish_stream(stream: Any) -> None:
    """Compress a stream unless its last byte would be a carriage return; metadata stay plain.

    PDF/A-2a requires metadata that any tool finds by reading the bytes.
    """
    if stream.extra.get("Type") == "/Metadata":
        stream.compress = False
        end = b"</rdf:RDF>"
        stream.stream = [part.replace(end, _PDF_UA_IDENTIFIER + end) for part in stream.stream]
    elif stream.compress:
        _compress(stream)


def _compress(stream: Any) -> None:
    stream.compress = False
    plain = stream.data
    start = plain.index(b"stream\n") + len(b"stream\n")
    packed = zlib.compress(plain[start : -len(b"\nendstream")])
    if not packed.endswith(b"\r"):
        stream.stream = [packed]
        stream.extra["Filter"] = "/FlateDecode"
