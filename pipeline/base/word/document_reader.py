"""Read a package: its parts in, the :class:`WordDocument` as it is seen out.

Deleted text is no text (its words are kept as an oddity), inserted text is; of alternate
contents the one that Word since 2010 draws is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.base.word.package import Package
from pipeline.base.word.passages import (
    Context,
    Reader,
    note_of_wrapper,
    words_of,
)
from pipeline.base.word.run_looks import Looks
from pipeline.base.word.seen import (
    Odd,
    Oddity,
    Passage,
    WordCell,
    WordDocument,
    WordRow,
    WordTable,
)
from pipeline.base.xml_parts import below, child, children, is_on, local, value, whole

# Twentieths of a point: a column or a row of less than six points shows no letter.
_NARROWEST: Final = 120
# A table of Word has at most 63 columns.
_MOST_COLUMNS: Final = 63
_NO_LINE: Final = frozenset({None, "nil", "none"})
_AROUND: Final = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_EDGES: Final = ("header", "footer", "footnotes", "endnotes")
# The separators that Word keeps among its notes.
_NO_NOTE: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def read(package: Package) -> WordDocument:
    """The file as it is seen."""
    comments = {
        value(each, "id") or "": words_of(each)
        for part in package.related.get("comments", ())
        for each in part
        if local(each) == "comment"
    }
    looks = Looks.of(package.first("styles"), package.first("theme"))
    reading = _Reading(looks, comments, _commented(package.main))
    edges = [root for kind in _EDGES for root in package.related.get(kind, ())]
    body = child(package.main, "body")
    blocks = tuple(reading.blocks(body)) if body is not None else ()
    around = tuple(each for root in edges for each in reading.edge(root))
    told = {value(each, "id") for each in below(package.main, *_COMMENT_PLACES)}
    loose = [Odd(Oddity.COMMENT, text) for key, text in comments.items() if key not in told]
    tags = Counter(
        value(child(each, "tag")) or ""
        for root in (package.main, *edges)
        for each in below(root, "sdtPr")
    )
    room = min(_rooms(package.main), default=None)
    return WordDocument(blocks, around, tuple(loose), tags, package.properties, room)


def _commented(main: etree._Element) -> dict[etree._Element, tuple[str, ...]]:
    """The comments that were begun above a row and go on in it, by their numbers."""
    rows: dict[etree._Element, tuple[str, ...]] = {}
    begun: dict[str, None] = {}
    ended = {value(each, "id") for each in below(main, "commentRangeEnd")}
    for each in below(main, "commentRangeStart", "commentRangeEnd", "tr"):
        name, number = local(each), value(each, "id") or ""
        if name == "commentRangeStart" and number in ended:
            begun[number] = None
        elif name == "commentRangeEnd":
            begun.pop(number, None)
        elif begun:
            rows[each] = tuple(begun)
    return rows


def _rooms(main: etree._Element) -> Iterator[int]:
    """The width between the margins of each section's page."""
    for section in below(main, "sectPr"):
        size, margins = child(section, "pgSz"), child(section, "pgMar")
        sides = sum(whole(value(margins, side)) for side in ("left", "right"))
        if size is not None:
            yield whole(value(size, "w")) - sides


def read_outside(package: Package) -> tuple[Passage, ...]:
    """Every passage outside of the tables that hold controls with tags."""
    looks = Looks.of(package.first("styles"), package.first("theme"))
    reading = _Reading(looks, {}, skips_tagged=True)
    body = child(package.main, "body")
    passages = list(_flat(reading.blocks(body))) if body is not None else []
    for kind in _EDGES:
        for root in package.related.get(kind, ()):
            passages += reading.edge(root)
    return tuple(passages)


def _flat(blocks: Iterator[Passage | WordTable]) -> Iterator[Passage]:
    for block in blocks:
        if isinstance(block, Passage):
            yield block
        else:
            yield from (cell for row in block.rows for cell in row.cells)


_COMMENT_PLACES: Final = ("commentReference", "commentRangeStart")


@dataclass(slots=True)
class _Reading:
    """Reads blocks; knows the looks and comments of the file."""

    looks: Looks
    comments: dict[str, str]
    commented: Mapping[etree._Element, tuple[str, ...]] = field(default_factory=dict)
    controls: int = 0
    tables: int = 0
    skips_tagged: bool = False

    def blocks(self, element: etree._Element) -> Iterator[Passage | WordTable]:
        """Passages and tables, in reading order."""
        for each in element:
            name = local(each)
            if name == "tbl":
                if not (self.skips_tagged and _is_tagged(each)):
                    yield self.table(each)
            elif name in ("sdt", "customXml", "ins", "moveTo") and _holds_blocks(each):
                yield from self._wrapped(each)
            elif name not in ("sectPr", "sdtPr", "sdtEndPr", "customXmlPr"):
                passage = self._passage(each, Context())
                if passage.lines or passage.odds or passage.controls:
                    yield passage

    def _wrapped(self, wrapper: etree._Element) -> Iterator[Passage | WordTable]:
        odd = note_of_wrapper(wrapper)
        if odd:
            yield Passage(odds=odd)
        content = child(wrapper, "sdtContent")
        yield from self.blocks(wrapper if content is None else content)

    def edge(self, root: etree._Element) -> Iterator[Passage]:
        """The passages of a header, a footer, or of notes."""
        holders = [root] if local(root) in ("hdr", "ftr") else list(root)
        for holder in holders:
            if value(holder, "type") not in _NO_NOTE:
                yield from _flat(self.blocks(holder))

    def _passage(self, element: etree._Element, context: Context) -> Passage:
        reader = Reader(self.looks, self.comments, self.controls)
        reader.take(element, context)
        self.controls = reader.numbered
        return reader.passage()

    # ---- tables

    def table(self, table: etree._Element) -> WordTable:
        """A table with all of its rows."""
        self.tables += 1
        number = self.tables
        properties = child(table, "tblPr")
        style = value(child(properties, "tblStyle"))
        fill = self.looks.fill(child(properties, "shd")) or self.looks.table_fill(style)
        columns = child(table, "tblGrid")
        grid = (
            [whole(value(each, "w"), _NARROWEST) for each in columns if local(each) == "gridCol"]
            if columns is not None
            else []
        )
        context = Context(table_style=style, fill=fill)
        rows = [
            self._row(row, place, grid, context, wrappers)
            for place, (row, wrappers) in enumerate(_inside(table, "tr"), start=1)
        ]
        floats = child(properties, "tblpPr") is not None
        return WordTable(number, tuple(rows), len(grid), _width(table, grid), floats)

    def _row(
        self,
        row: etree._Element,
        place: int,
        grid: list[int],
        context: Context,
        wrappers: tuple[Odd, ...],
    ) -> WordRow:
        properties = child(row, "trPr")
        at = whole(value(child(properties, "gridBefore")))
        after = whole(value(child(properties, "gridAfter")))
        odds = [*wrappers, *_row_odds(properties, shifted=bool(at or after))]
        # A comment may begin between two cells.
        begun = dict.fromkeys(self.commented.get(row, ()))
        begun |= {value(e, "id") or "": None for e in row if local(e) == "commentRangeStart"}
        odds += [Odd(Oddity.COMMENT, self.comments.get(number, "")) for number in begun]
        cells = []
        for cell, around in _inside(row, "tc"):
            made = self._cell(cell, at, grid, context, around)
            cells.append(made)
            at = made.end
        return WordRow(
            place,
            tuple(cells),
            is_heading=is_on(child(properties, "tblHeader")),
            is_deleted=child(properties, "del") is not None,
            odds=tuple(odds),
        )

    def _cell(
        self,
        cell: etree._Element,
        start: int,
        grid: list[int],
        context: Context,
        around: tuple[Odd, ...],
    ) -> WordCell:
        properties = child(cell, "tcPr")
        span = whole(value(child(properties, "gridSpan")), 1)
        end = start + (span if 1 <= span <= _MOST_COLUMNS else 1)
        own = self.looks.fill(child(properties, "shd"))
        place = Context(context.table_style, own or context.fill)
        passage = self._passage(cell, place)
        odds = [*around, *_cell_odds(properties, grid[start:end]), *passage.odds]
        return WordCell(passage.lines, passage.controls, tuple(odds), start, end)


def _width(table: etree._Element, grid: list[int]) -> int:
    """The widest of what the table, its columns and its rows say that it is."""
    told = child(child(table, "tblPr"), "tblW")
    own = whole(value(told, "w")) if value(told, "type") == "dxa" else 0
    rows = (
        sum(whole(value(child(child(cell, "tcPr"), "tcW"), "w")) for cell, _ in _inside(row, "tc"))
        for row, _ in _inside(table, "tr")
    )
    return max(own, sum(grid), *rows, 0)


def _inside(
    element: etree._Element, kind: str, wrappers: tuple[Odd, ...] = ()
) -> Iterator[tuple[etree._Element, tuple[Odd, ...]]]:
    """The children of a kind, also those inside of wrappers, with what is odd about these."""
    for each in element:
        name = local(each)
        if name == kind:
            yield each, wrappers
        elif name in _AROUND:
            yield from _inside(each, kind, (*wrappers, *note_of_wrapper(each)))


def _is_tagged(table: etree._Element) -> bool:
    return next(below(table, "tag"), None) is not None


def _holds_blocks(wrapper: etree._Element) -> bool:
    return next(below(wrapper, "p", "tbl"), None) is not None


def _row_odds(properties: etree._Element | None, *, shifted: bool) -> Iterator[Odd]:
    if is_on(child(properties, "hidden")):
        yield Odd(Oddity.HIDDEN)
    height = child(properties, "trHeight")
    if value(height, "hRule") == "exact":
        # A fixed height cuts off what is longer.
        yield Odd(Oddity.HIDDEN if whole(value(height)) < _NARROWEST else Oddity.FIXED)
    if child(properties, "ins") is not None:
        yield Odd(Oddity.INSERTED)
    if shifted:
        yield Odd(Oddity.SHIFTED)


def _cell_odds(properties: etree._Element | None, widths: list[int]) -> Iterator[Odd]:
    merged = child(properties, "vMerge")
    if merged is not None or child(properties, "hMerge") is not None:
        yield Odd(Oddity.MERGED_DOWN, value(merged) or "continue")
    for name in ("cellDel", "cellIns", "cellMerge"):
        if child(properties, name) is not None:
            yield Odd(Oddity.INSERTED)
    lines = children(child(properties, "tcBorders"))
    if any(value(lines.get(name)) not in _NO_LINE for name in ("tl2br", "tr2bl")):
        yield Odd(Oddity.DRAWING, "斜線")
    told = child(properties, "tcW")
    own = whole(value(told, "w"), _NARROWEST) if value(told, "type") == "dxa" else _NARROWEST
    if widths and sum(widths) < _NARROWEST and own <= _NARROWEST:
        yield Odd(Oddity.HIDDEN)
