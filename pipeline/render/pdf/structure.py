"""Finish the PDF before it is written: what the standards ask for and WeasyPrint leaves out.

In: WeasyPrint's document and its PDF. Out: the same PDF, changed in place: each
cell of a table names its headers, a choice is a paragraph, the metadata name
both standards.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import pydyf

from pipeline.base.errors import ComponentMissing
from pipeline.render.pdf.laid_out_tables import LaidOutTable, holds_choices, tables

# WeasyPrint writes the identifier of PDF/A; this adds the one of PDF/UA, with the
# extension schema that PDF/A asks for.
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
# Compressed bytes that end in a carriage return look like a line end before the
# keyword, and a validator counts one byte less than the stream says it has.
BAD_END: Final = b"\r\nendstream"


def finish(document: Any, pdf: Any, *, padding: int = 0) -> None:
    """All of it, in place; a finisher of ``Document.write_pdf``.

    ``padding`` empty objects are added, for other bytes with the same meaning. ComponentMissing
    where a character is drawn as the empty box of a font that lacks it (.notdef).
    """
    undrawn = sorted({point for font in document.fonts.values() for point in font.missing})
    if undrawn:
        shown = "、".join(f"「{chr(point)}」（U+{point:04X}）" for point in undrawn)
        raise ComponentMissing("glyph-undrawn", characters=shown)
    naming = _Naming()
    for page in document.pages:
        for table in tables(page):
            naming.name(table)
            for row in table.body:
                for cell in row.children:
                    if holds_choices(cell):
                        _make_paragraphs(cell.mark, pdf)
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream):
            _finish_stream(part)
    for _ in range(padding):
        pdf.add_object(pydyf.Dictionary())


class _Naming:
    """Gives each header its scope and each cell the headers above it and beside it.

    WeasyPrint 70 counts columns without what the row above spans, so that cells
    below a header of two levels would be read with another column's name. A group's
    heading is a header of every row down to the next one, over pages too.
    """

    def __init__(self) -> None:
        self._element: Any = None
        self._group: list[Any] = []
        self._own: list[Any] = []
        self._row: Any = None

    def name(self, table: LaidOutTable) -> None:
        """The part of a table that lies on one page, in the order of the pages."""
        if table.element is not self._element:
            self._element, self._group, self._own = table.element, [], []
        above: dict[int, list[Any]] = {}
        for cell in (cell for row in table.header for cell in row.children):
            if cell.element_tag == "th":
                _attributes(cell)["Scope"] = "/Column"
                for column in _columns(cell):
                    above.setdefault(column, []).append(cell.mark["ID"])
            else:
                _attributes(cell).pop("Headers", None)
        for row in table.body:
            self._name_row(row, above)

    def _name_row(self, row: Any, above: dict[int, list[Any]]) -> None:
        """A row of the body: its group and its own header first, then those of its columns."""
        heads = [cell for cell in row.children if cell.element_tag == "th"]
        if any(cell.element.get("scope") == "rowgroup" for cell in heads):
            self._group = [cell.mark["ID"] for cell in heads]
            for cell in heads:
                _attributes(cell)["Scope"] = "/Row"
                _attributes(cell).pop("Headers", None)
            return
        # A row without a header of its own goes on under the one above: its name is merged.
        # One that goes on over a page has its name on the page before.
        if row.element is not self._row:
            self._own = [cell.mark["ID"] for cell in heads] or self._own
        self._row = row.element
        for cell in row.children:
            is_header = cell.element_tag == "th"
            if is_header:
                _attributes(cell)["Scope"] = "/Row"
            over = [name for column in _columns(cell) for name in above.get(column, ())]
            names = self._group + over if is_header else self._group + self._own + over
            _attributes(cell)["Headers"] = pydyf.Array(dict.fromkeys(names))


def _columns(cell: Any) -> range:
    return range(cell.grid_x, cell.grid_x + cell.colspan)


def _attributes(cell: Any) -> Any:
    """The table attributes of the cell's structure element, which WeasyPrint left on its box."""
    return cell.mark["A"]


def _make_paragraphs(element: Any, pdf: Any) -> None:
    """Turn each line directly in a cell into a paragraph, as it is meant."""
    for reference in element["K"]:
        if isinstance(reference, int):
            continue
        child = pdf.objects[int(bytes(reference).split()[0])]
        if child["S"] == "/Span":
            child["S"] = "/P"
        elif child["S"] == "/NonStruct":
            _make_paragraphs(child, pdf)


def _finish_stream(stream: Any) -> None:
    """Compress it now unless that would end it badly; leave metadata as they are.

    PDF/A-2a wants metadata that any tool finds by reading the bytes.
    """
    if stream.extra.get("Type") == "/Metadata":
        stream.compress = False
        end = b"</rdf:RDF>"
        stream.stream = [each.replace(end, _PDF_UA_IDENTIFIER + end) for each in stream.stream]
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
