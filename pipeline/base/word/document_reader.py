"""Read a package: its parts in, the visible :class:`WordDocument` out.

Of the tracked changes, inserted text is read as text, and deleted text is kept only as an
oddity. Of alternate contents, the one that Word 2010 and later displays is read.
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
    PassageReader,
    all_text,
    wrapper_oddities,
)
from pipeline.base.word.run_looks import Styles
from pipeline.base.word.seen import (
    Odd,
    Oddity,
    Passage,
    WordCell,
    WordDocument,
    WordRow,
    WordTable,
)
from pipeline.base.xml_parts import below, child, children, integer, is_on, local_name, value

# In twips: a column or row smaller than six points shows no text.
_MIN_SIZE: Final = 120
# A Word table has at most 63 columns.
_MAX_COLUMNS: Final = 63
_NO_LINE: Final = frozenset({None, "nil", "none"})
_WRAPPERS: Final = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_EDGE_PARTS: Final = ("header", "footer", "footnotes", "endnotes")
# The separators that Word stores as footnotes.
_NO_NOTE: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def read(package: Package) -> WordDocument:
    """Read the visible content of a file."""
    comments = {
        value(comment, "id") or "": all_text(comment)
        for part in package.related.get("comments", ())
        for comment in part
        if local_name(comment) == "comment"
    }
    styles = Styles.of(package.first("styles"), package.first("theme"))
    reading = _BlockReader(styles, comments, _commented(package.main))
    edges = [root for kind in _EDGE_PARTS for root in package.related.get(kind, ())]
    body = child(package.main, "body")
    blocks = tuple(reading.blocks(body)) if body is not None else ()
    around = tuple(passage for root in edges for passage in reading.edge(root))
    referenced = {value(each, "id") for each in below(package.main, *_COMMENT_PLACES)}
    loose = [Odd(Oddity.COMMENT, text) for key, text in comments.items() if key not in referenced]
    tags = Counter(
        value(child(properties, "tag")) or ""
        for root in (package.main, *edges)
        for properties in below(root, "sdtPr")
    )
    room = min(_page_widths(package.main), default=None)
    return WordDocument(blocks, around, tuple(loose), tags, package.properties, room)


def _commented(main: etree._Element) -> dict[etree._Element, tuple[str, ...]]:
    """For each row, the numbers of the comments that begin before it and end in or after it."""
    rows: dict[etree._Element, tuple[str, ...]] = {}
    begun: dict[str, None] = {}
    ended = {value(each, "id") for each in below(main, "commentRangeEnd")}
    for element in below(main, "commentRangeStart", "commentRangeEnd", "tr"):
        name, number = local_name(element), value(element, "id") or ""
        if name == "commentRangeStart" and number in ended:
            begun[number] = None
        elif name == "commentRangeEnd":
            begun.pop(number, None)
        elif begun:
            rows[element] = tuple(begun)
    return rows


def _page_widths(main: etree._Element) -> Iterator[int]:
    """The page width of each section without its margins, in twips."""
    for section in below(main, "sectPr"):
        size, margins = child(section, "pgSz"), child(section, "pgMar")
        sides = sum(integer(value(margins, side)) for side in ("left", "right"))
        if size is not None:
            yield integer(value(size, "w")) - sides


def read_outside(package: Package) -> tuple[Passage, ...]:
    """Every passage that is not in a table with tagged content controls."""
    styles = Styles.of(package.first("styles"), package.first("theme"))
    reading = _BlockReader(styles, {}, skips_tagged=True)
    body = child(package.main, "body")
    passages = list(_flat(reading.blocks(body))) if body is not None else []
    for kind in _EDGE_PARTS:
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
class _BlockReader:
    """Reads blocks with the styles and comments of the file."""

    styles: Styles
    comments: dict[str, str]
    commented: Mapping[etree._Element, tuple[str, ...]] = field(default_factory=dict)
    controls: int = 0
    tables: int = 0
    skips_tagged: bool = False

    def blocks(self, element: etree._Element) -> Iterator[Passage | WordTable]:
        """Passages and tables, in reading order."""
        for block in element:
            name = local_name(block)
            if name == "tbl":
                if not (self.skips_tagged and _is_tagged(block)):
                    yield self.table(block)
            elif name in ("sdt", "customXml", "ins", "moveTo") and _contains_blocks(block):
                yield from self._wrapped(block)
            elif name not in ("sectPr", "sdtPr", "sdtEndPr", "customXmlPr"):
                passage = self._passage(block, Context())
                if passage.lines or passage.odds or passage.controls:
                    yield passage

    def _wrapped(self, wrapper: etree._Element) -> Iterator[Passage | WordTable]:
        odds = wrapper_oddities(wrapper)
        if odds:
            yield Passage(odds=odds)
        content = child(wrapper, "sdtContent")
        yield from self.blocks(wrapper if content is None else content)

    def edge(self, root: etree._Element) -> Iterator[Passage]:
        """The passages of a header, of a footer, or of a part with notes."""
        containers = [root] if local_name(root) in ("hdr", "ftr") else list(root)
        for container in containers:
            if value(container, "type") not in _NO_NOTE:
                yield from _flat(self.blocks(container))

    def _passage(self, element: etree._Element, context: Context) -> Passage:
        reader = PassageReader(self.styles, self.comments, self.controls)
        reader.read(element, context)
        self.controls = reader.control_count
        return reader.passage()

    # ---- tables

    def table(self, table: etree._Element) -> WordTable:
        """Read a table with all of its rows."""
        self.tables += 1
        number = self.tables
        properties = child(table, "tblPr")
        style = value(child(properties, "tblStyle"))
        fill = self.styles.fill(child(properties, "shd")) or self.styles.table_fill(style)
        columns = child(table, "tblGrid")
        grid = (
            [
                integer(value(each, "w"), _MIN_SIZE)
                for each in columns
                if local_name(each) == "gridCol"
            ]
            if columns is not None
            else []
        )
        context = Context(table_style=style, fill=fill)
        rows = [
            self._row(row, place, grid, context, wrappers)
            for place, (row, wrappers) in enumerate(_wrapped_children(table, "tr"), start=1)
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
        at = integer(value(child(properties, "gridBefore")))
        after = integer(value(child(properties, "gridAfter")))
        odds = [*wrappers, *_row_odds(properties, shifted=bool(at or after))]
        # A comment may begin between two cells.
        begun = dict.fromkeys(self.commented.get(row, ()))
        begun |= {value(e, "id") or "": None for e in row if local_name(e) == "commentRangeStart"}
        odds += [Odd(Oddity.COMMENT, self.comments.get(number, "")) for number in begun]
        cells = []
        for cell, around in _wrapped_children(row, "tc"):
            word_cell = self._cell(cell, at, grid, context, around)
            cells.append(word_cell)
            at = word_cell.end
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
        span = integer(value(child(properties, "gridSpan")), 1)
        end = start + (span if 1 <= span <= _MAX_COLUMNS else 1)
        own = self.styles.fill(child(properties, "shd"))
        place = Context(context.table_style, own or context.fill)
        passage = self._passage(cell, place)
        odds = [*around, *_cell_odds(properties, grid[start:end]), *passage.odds]
        return WordCell(passage.lines, passage.controls, tuple(odds), start, end)


def _width(table: etree._Element, grid: list[int]) -> int:
    """The largest of the widths stated by the table, by its columns and by its rows, in twips."""
    stated = child(child(table, "tblPr"), "tblW")
    own = integer(value(stated, "w")) if value(stated, "type") == "dxa" else 0
    rows = (
        sum(
            integer(value(child(child(cell, "tcPr"), "tcW"), "w"))
            for cell, _ in _wrapped_children(row, "tc")
        )
        for row, _ in _wrapped_children(table, "tr")
    )
    return max(own, sum(grid), *rows, 0)


def _wrapped_children(
    element: etree._Element, kind: str, wrappers: tuple[Odd, ...] = ()
) -> Iterator[tuple[etree._Element, tuple[Odd, ...]]]:
    """The children of a kind, also inside of wrappers, with the oddities of the wrappers."""
    for each in element:
        name = local_name(each)
        if name == kind:
            yield each, wrappers
        elif name in _WRAPPERS:
            yield from _wrapped_children(each, kind, (*wrappers, *wrapper_oddities(each)))


def _is_tagged(table: etree._Element) -> bool:
    return next(below(table, "tag"), None) is not None


def _contains_blocks(wrapper: etree._Element) -> bool:
    return next(below(wrapper, "p", "tbl"), None) is not None


def _row_odds(properties: etree._Element | None, *, shifted: bool) -> Iterator[Odd]:
    if is_on(child(properties, "hidden")):
        yield Odd(Oddity.HIDDEN)
    height = child(properties, "trHeight")
    if value(height, "hRule") == "exact":
        # A fixed height hides text that does not fit.
        yield Odd(Oddity.HIDDEN if integer(value(height)) < _MIN_SIZE else Oddity.FIXED)
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
    stated = child(properties, "tcW")
    own = integer(value(stated, "w"), _MIN_SIZE) if value(stated, "type") == "dxa" else _MIN_SIZE
    if widths and sum(widths) < _MIN_SIZE and own <= _MIN_SIZE:
        yield Odd(Oddity.HIDDEN)
