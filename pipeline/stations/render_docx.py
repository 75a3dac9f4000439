"""Make the Word handout: the handout and its form in, the bytes of a .docx out.

The page is the form's ``handout.docx``, an ordinary Word file with Jinja in it,
filled by docxtpl. Three things are done around docxtpl:

- Before: Jinja is sandboxed, strict about unknown names, and escapes every
  value so that each character of the handout comes out as it is.
- After: what can't be written with Jinja inside a valid Word file is set in the
  XML: the exact column widths, the state of the check boxes, the size of A3.
- At the end: the archive is packed again with fixed times and a fixed order, so
  that the same handout gives the same bytes on any day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import escape

from pipeline.errors import ComponentMissing
from pipeline.model.form import Form
from pipeline.model.handout import (
    Box,
    Handout,
    Headings,
    OpinionCell,
    RatingColumn,
    Rendered,
    Row,
    Widths,
)

TEMPLATE_NAME: Final = "handout.docx"

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_2010: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_TWIPS_PER_MM: Final = 1440 / 25.4
# Word refuses an alias or a tag that is longer.
_LONGEST_ALIAS: Final = 64
# A page of text is some 100 kB of XML; a template that makes this much is looping.
_MOST_XML: Final = 200_000_000
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# XML parsers turn these into spaces or drop them unless they are references.
_REFERENCES: Final = {ord(c): f"&#{ord(c)};" for c in "\t\n\r"}


def render_docx(handout: Handout, form: Form) -> Rendered:
    """The handout as a Word file.

    ComponentMissing where the form has no Word template (``template-missing``)
    or the template has a mistake (``template-broken``, which names the file, the
    paragraph and, for a misspelt name, the nearest known one).
    """
    path = form.folder / TEMPLATE_NAME
    try:
        rendered = _fill(path, handout)
    except _Mistake as mistake:
        raise ComponentMissing(
            "template-broken",
            path=path,
            place=f"段落「{mistake.paragraph}」" if mistake.paragraph else "どこか",
            reason=mistake.reason,
        ) from mistake
    return Rendered(_pack(_finish(name, part, handout) for name, part in _parts(rendered)))


def _parts(package: bytes) -> Iterator[tuple[str, bytes]]:
    """Every part of a Word file: its name and its bytes."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A Word file of parts: names in order, times fixed, the same bytes every day."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The list of content types comes first in every Office file.
        for name, content in sorted(parts, key=lambda part: (not part[0].startswith("["), part[0])):
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            # As on Windows, so that the bytes don't tell where the file was made.
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()


# --- filling the template ---------------------------------------------------------


_NOT_WORD: Final = "Word の文書（.docx）として開けません"
_ENDLESS: Final = "くり返しが多すぎて、資料が大きくなりすぎます"
_TORN: Final = "くり返しや条件の始まりと終わりが、段落・行・セルの途中で食い違っています"


class _Mistake(Exception):
    """A mistake in the template: why, and the text of the paragraph it stands in."""

    def __init__(self, reason: str, paragraph: str = "") -> None:
        super().__init__(reason, paragraph)
        self.reason = reason
        self.paragraph = paragraph


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl carries no types
    """docxtpl without what it does to the text after rendering.

    It replaces ``{_{`` and interprets tabs and line feeds wherever they stand, so
    also in the office's own text, and its parser drops broken XML in silence.
    Here a value stays as it is and broken XML is a mistake of the template.
    """

    def render_xml_part(
        self, src_xml: str, _part: object, context: Mapping[str, object], jinja_env: Environment
    ) -> str:
        """The part rendered; _Mistake where Jinja or the result's XML is broken."""
        # A line a paragraph: a line number then tells the paragraph.
        source = re.sub(r"<w:p(?=[ >])", "\n<w:p", src_xml)
        try:
            rendered = _generate(jinja_env, source, context)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise _explained(error, source, jinja_env) from error
        try:
            etree.fromstring(rendered)
        except etree.XMLSyntaxError as error:
            raise _Mistake(_TORN, _paragraph(rendered, error.lineno)) from error
        return rendered

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Nothing: the properties come from the handout, not from the template."""


def _generate(environment: Environment, source: str, context: Mapping[str, object]) -> str:
    """The source rendered; _Mistake where there is no end to it."""
    pieces = []
    size = 0
    for piece in environment.from_string(source).generate(context):
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_XML:
            raise _Mistake(_ENDLESS)
    return "".join(pieces)


def _fill(path: Path, handout: Handout) -> bytes:
    """The template with the handout's text in it, as docxtpl saves it."""
    try:
        template = _Template(BytesIO(path.read_bytes()))
        template.init_docx()
    except FileNotFoundError as error:
        raise ComponentMissing("template-missing", path=path) from error
    except (
        OSError,
        OpcError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        raise _Mistake(_NOT_WORD) from error
    _refuse_outside_links(template)
    template.render({"handout": handout}, _environment())
    _set_properties(template.docx.core_properties, handout)
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()


def _environment() -> Environment:
    """Jinja for a template that came from somebody else."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        loader=DictLoader({}),  # include and import find nothing, on any disk
    )
    # Loops run over the handout and nothing else; the same text on every run.
    environment.globals.clear()
    for unwanted in ("safe", "random"):
        del environment.filters[unwanted]
    return environment


def _finalize(value: object) -> object:
    """What ``{{ value }}`` prints: nothing for None, each character of a string."""
    if value is None:
        return ""
    return escape(value).translate(_REFERENCES) if isinstance(value, str) else value


def _refuse_outside_links(template: Any) -> None:
    """_Mistake for a picture or a text that Word would fetch on opening the file."""
    for part in template.docx.part.package.iter_parts():
        for link in part.rels.values():
            if link.is_external and link.reltype != RELATIONSHIP_TYPE.HYPERLINK:
                raise _Mistake(f"ファイルの外（{link.target_ref}）を参照しています")


def _set_properties(properties: Any, handout: Handout) -> None:
    """Title, author and dates of the handout: never the clock, never the template's."""
    date = handout.date.astimezone(dt.UTC) if handout.date.tzinfo else handout.date
    properties.title = handout.title
    properties.author = properties.last_modified_by = handout.author or ""
    properties.created = properties.modified = date
    properties.language = handout.language
    properties.revision = 1


# --- what is wrong with a template -------------------------------------------------


def _paragraph(source: str, line: int | None) -> str:
    """The text of the paragraph on a line of the XML, without its tags."""
    lines = source.split("\n")
    if line is None or not 0 < line <= len(lines):
        return ""
    return re.sub(r"<[^>]*>", "", lines[line - 1]).strip()


def _explained(error: Exception, source: str, environment: Environment) -> _Mistake:
    """A mistake in the officer's words, with the paragraph where it stands."""
    if isinstance(error, TemplateSyntaxError):
        opened = _unclosed(source, environment) if "nexpected end of" in str(error) else None
        if opened:
            return _Mistake(f"「{opened[0]}」の終わりがありません", _paragraph(source, opened[1]))
        return _Mistake(_reason(str(error.message)), _paragraph(source, error.lineno))
    return _Mistake(_reason(str(error)), _paragraph(source, _line_of(error)))


def _line_of(error: Exception) -> int | None:
    """The template's line in a traceback that Jinja has rewritten."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _unclosed(source: str, environment: Environment) -> tuple[str, int] | None:
    """The innermost statement that is never ended, and its line."""
    opened: list[tuple[str, int]] = []
    after_begin = False
    for line, kind, word in environment.lex(source):
        if kind == "block_begin":
            after_begin = True
        elif after_begin and kind == "name":
            if word in {"for", "if"}:
                opened.append((word, line))
            elif word in {"endfor", "endif"} and opened:
                opened.pop()
            after_begin = False
    return opened[-1] if opened else None


_UNKNOWN_NAME: Final = re.compile(r"^'(\w+)' is undefined|has no attribute '(\w+)'")
_REASONS: Final = (
    (re.compile(r"No (?:filter|test) named '(\w+)'"), "「{}」という加工は使えません"),
    (re.compile(r"unknown tag '(\w+)'"), "「{}」という命令はないか、対になる命令がありません"),
)


def _reason(message: str) -> str:
    """Jinja's message in Japanese; a misspelt name with the nearest known one."""
    unknown = _UNKNOWN_NAME.search(message)
    if unknown:
        name = unknown[1] or unknown[2]
        near = difflib.get_close_matches(name, _known_names(), n=1)
        hint = f"。「{near[0]}」ではありませんか" if near else ""
        return f"「{name}」という名前はありません{hint}"
    for pattern, reason in _REASONS:
        found = pattern.search(message)
        if found:
            return reason.format(found[1])
    return f"命令の書き方の誤り: {message}"


def _known_names() -> list[str]:
    """Every name that a template can use."""
    kinds = (Handout, Headings, RatingColumn, Row, OpinionCell, Box)
    fields = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    return sorted(fields | {"handout", "loop", "mark"})


# --- finishing the XML --------------------------------------------------------------


def _finish(name: str, content: bytes, handout: Handout) -> tuple[str, bytes]:
    """A part as it goes into the file; parts that are not Word's XML stay as they are."""
    if not (name.startswith("word/") and name.endswith(".xml")):
        return name, content
    root = etree.fromstring(content)
    _place_tabs_and_breaks(root)
    _complete_cells(root)
    _set_boxes(root, handout)
    _scale(root, handout)
    _set_widths(root, handout)
    return name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _place_tabs_and_breaks(root: etree._Element) -> None:
    """A tab or a line feed inside a text as the element that Word has for it."""
    for text in list(root.iter(_WORD + "t")):
        if not re.search("[\t\n]", text.text or ""):
            continue
        for piece in re.split("([\t\n])", text.text or ""):
            if piece:
                kind = {"\t": "tab", "\n": "br"}.get(piece, "t")
                new = etree.Element(_WORD + kind)
                if kind == "t":
                    new.text = piece
                    new.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                text.addprevious(new)
        _parent(text).remove(text)


def _complete_cells(root: etree._Element) -> None:
    """A paragraph in each cell whose loop found nothing: Word refuses one without."""
    for cell in root.iter(_WORD + "tc"):
        if len(cell) == 0 or cell[-1].tag != _WORD + "p":
            etree.SubElement(cell, _WORD + "p")


def _set_boxes(root: etree._Element, handout: Handout) -> None:
    """Number the content controls and check the boxes that the handout checks."""
    boxes = {box.tag: box for row in handout.rows for box in row.opinion.boxes}
    for number, control in enumerate(root.iter(_WORD + "sdt"), start=1):
        properties = control.find(_WORD + "sdtPr")
        if properties is None:
            continue
        identity = properties.find(_WORD + "id")
        if identity is not None:
            identity.set(_WORD + "val", str(number))
        alias = properties.find(_WORD + "alias")
        if alias is not None:
            alias.set(_WORD + "val", (alias.get(_WORD + "val") or "")[:_LONGEST_ALIAS])
        tag = properties.find(_WORD + "tag")
        box = boxes.get(tag.get(_WORD + "val")) if tag is not None else None
        if box is not None:
            _set_box(control, box)


def _set_box(control: etree._Element, box: Box) -> None:
    """The state of a check-box control and the mark that it shows."""
    for checked in control.iter(_WORD_2010 + "checked"):
        checked.set(_WORD_2010 + "val", "1" if box.checked else "0")
    texts = list(control.iter(_WORD + "t"))
    for text in texts:
        text.text = ""
    for text in texts[:1]:
        text.text = box.mark


def _parent(element: etree._Element) -> etree._Element:
    """The parent of an element that is known to have one."""
    parent = element.getparent()
    if parent is None:
        raise ValueError(element.tag)
    return parent


# --- widths ---------------------------------------------------------------------------


def _set_widths(root: etree._Element, handout: Handout) -> None:
    """The form's widths, exactly, in the table that has the handout's columns.

    A table with other columns is somebody's own and keeps its widths.
    """
    edges = _edges(handout)
    for table in root.iter(_WORD + "tbl"):
        rows = [list(row.iterchildren(_WORD + "tc")) for row in table.iterchildren(_WORD + "tr")]
        if any(len(cells) == len(edges) - 1 for cells in rows):
            _set_grid(table, edges)
            for cells in rows:
                _set_cells(cells, edges)


def _edges(handout: Handout) -> tuple[int, ...]:
    """Where the columns begin and end, in twips from the table's left edge."""
    widths: Widths = handout.widths
    columns = [widths.no, widths.name]
    columns += [widths.rating] * len(handout.headings.ratings)
    columns += [widths.judgement] if handout.has_judgement else []
    columns += [widths.text, widths.proposal, widths.opinion]
    factor = _TWIPS_PER_MM * handout.paper.scale
    return tuple(round(edge * factor) for edge in accumulate(columns, initial=0.0))


def _set_grid(table: etree._Element, edges: tuple[int, ...]) -> None:
    """The grid and the whole width of a table, and that nothing may stretch them."""
    grid = table.find(_WORD + "tblGrid")
    properties = table.find(_WORD + "tblPr")
    if grid is None or properties is None:
        return
    for column in list(grid):
        grid.remove(column)
    for left, right in pairwise(edges):
        etree.SubElement(grid, _WORD + "gridCol", {_WORD + "w": str(right - left)})
    for width in properties.iterchildren(_WORD + "tblW"):
        width.set(_WORD + "w", str(edges[-1]))
        width.set(_WORD + "type", "dxa")
    for layout in properties.iterchildren(_WORD + "tblLayout"):
        layout.set(_WORD + "type", "fixed")


def _set_cells(cells: list[etree._Element], edges: tuple[int, ...]) -> None:
    """The width and the span of each cell of a row, in the schema's order."""
    spans = [_span(cell) for cell in cells]
    if sum(spans) != len(edges) - 1:
        return
    starts = accumulate(spans, initial=0)
    for cell, span, start in zip(cells, spans, starts, strict=False):
        properties = cell.find(_WORD + "tcPr")
        if properties is None:
            properties = etree.Element(_WORD + "tcPr")
            cell.insert(0, properties)
        for old in (*properties.findall(_WORD + "tcW"), *properties.findall(_WORD + "gridSpan")):
            properties.remove(old)
        width = str(edges[start + span] - edges[start])
        at = len(properties.findall(_WORD + "cnfStyle"))
        new = etree.Element(_WORD + "tcW", {_WORD + "w": width, _WORD + "type": "dxa"})
        properties.insert(at, new)
        if span > 1:
            spanned = etree.Element(_WORD + "gridSpan", {_WORD + "val": str(span)})
            properties.insert(at + 1, spanned)


def _span(cell: etree._Element) -> int:
    """How many columns of the grid a cell covers."""
    span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
    return int(span.get(_WORD + "val") or 1) if span is not None else 1


# --- A3 ---------------------------------------------------------------------------------

# Lengths of WordprocessingML by element: the attributes that hold one. Character
# units, percentages and line heights in 240ths grow with the text by themselves.
_LENGTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "pgMar": ("top", "right", "bottom", "left", "header", "footer", "gutter"),
    "ind": ("left", "right", "start", "end", "firstLine", "hanging"),
    "framePr": ("w", "h", "hSpace", "vSpace", "x", "y"),
    "tblpPr": ("leftFromText", "rightFromText", "topFromText", "bottomFromText", "tblpX", "tblpY"),
    "spacing": ("before", "after", "val"),
    "tab": ("pos",),
    "trHeight": ("val",),
    "position": ("val",),
    "defaultTabStop": ("val",),
    "gridCol": ("w",),
    "cols": ("space",),
    "col": ("w", "space"),
    "docGrid": ("linePitch",),
}
_TYPED_WIDTHS: Final = ("tblW", "tblInd", "tblCellSpacing", "tcW", "wBefore", "wAfter")
_SIDES: Final = ("top", "left", "start", "bottom", "right", "end", "insideH", "insideV")
_BORDERS: Final = (*_SIDES, "between", "bar", "bdr", "tl2br", "tr2bl")
# Limits of the schema: eighths of a point, points.
_WIDEST_BORDER: Final = 96
_WIDEST_GAP: Final = 31


def _scale(root: etree._Element, handout: Handout) -> None:
    """Make every size of a part the paper's: A3 is the A4 page times the root of two.

    Generic on purpose: what an officer restyles in the template grows with it.
    """
    paper = handout.paper
    for page in root.iter(_WORD + "pgSz"):
        page.set(_WORD + "w", str(round(paper.width * _TWIPS_PER_MM)))
        page.set(_WORD + "h", str(round(paper.height * _TWIPS_PER_MM)))
    if paper.scale == 1:
        return
    for element in root.iter(_WORD + "*"):
        _scale_element(element, paper.scale)


def _scale_element(element: etree._Element, factor: float) -> None:
    """Multiply the lengths that one element holds."""
    kind = str(element.tag).removeprefix(_WORD)
    names = _LENGTHS.get(kind, ())
    if kind == "spacing" and element.get(_WORD + "lineRule") in {"exact", "atLeast"}:
        names = (*names, "line")
    is_width = kind in _TYPED_WIDTHS or kind in _SIDES
    if is_width and element.get(_WORD + "type") == "dxa":
        names = (*names, "w")
    for name in names:
        _multiply(element, name, factor, round)
    if kind in {"sz", "szCs", "kern"}:
        # Down, never up: a line must still hold its characters.
        _multiply(element, "val", factor, int)
    if kind in _BORDERS:
        _multiply(element, "sz", factor, lambda size: min(round(size), _WIDEST_BORDER))
        _multiply(element, "space", factor, lambda size: min(round(size), _WIDEST_GAP))


def _multiply(
    element: etree._Element, name: str, factor: float, whole: Callable[[float], int]
) -> None:
    """Multiply an attribute that holds a whole number; others (10pt, auto) stay."""
    value = element.get(_WORD + name, "")
    if re.fullmatch("-?[0-9]+", value):
        element.set(_WORD + name, str(whole(int(value) * factor)))
