"""The same projects in the many table layouts that offices use.

A :class:`Shape` describes a layout; :func:`laid_out` makes a :class:`Grid` from it; the
``write_*`` functions save grids in the different file formats.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

LABELS = ("継続", "一部見直しのうえ継続", "見直し")
SCORES = {"progress": "③進捗状況", "feasibility": "⑤実現可能性", "regional_merit": "⑥広域メリット"}
STATUS_WORDS = {"no_opinion": "意見なし", "deferred": "保留", "divided": "意見が分かれた"}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

Record = Mapping[str, Any]


@dataclass
class Grid:
    """The content of a sheet: (row, column) → value, merged ranges, hidden rows; all from 1."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, *values: Any) -> None:
        """Write values into a cell and those to its right; None leaves a cell empty."""
        for offset, value in enumerate(values):
            if value is not None:
                self.cells[row, column + offset] = value

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        self.merged.append((row, column, last_row, last_column))

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=0)

    def rows(self) -> list[list[Any]]:
        columns = range(1, self.width + 1)
        return [
            [self.cells.get((row, column)) for column in columns]
            for row in range(1, self.height + 1)
        ]


@dataclass(frozen=True)
class Shape:
    """The layout of an office's table."""

    header: str = "plain"
    judgement: str = "one cell"
    score: str = "number"
    number: str = "number"
    marks: tuple[str, str] | None = None
    top: int = 1
    left: int = 1
    order: tuple[int, ...] = ()
    extra: bool = False
    blank_inside: bool = False
    note: bool = False
    total: bool = False


def laid_out(records: Sequence[Record], shape: Shape) -> Grid:
    """The records as a grid in that shape."""
    columns = _columns(shape)
    if shape.order:
        columns = [columns[place % len(columns)] for place in _permutation(shape.order, columns)]
    grid = Grid()
    if shape.top > 1:
        grid.put(1, shape.left, "次期共生ビジョンにおける既存連携事業の方針（案）一覧")
    depth = _put_header(grid, columns, shape)
    row = shape.top + depth
    for place, record in enumerate(records):
        if shape.blank_inside and place == 1:
            row += 1
        grid.put(row, shape.left, *(_value(record, key, shape) for key, _ in columns))
        row += 1
    name = shape.left + [key for key, _ in columns].index("name")
    if shape.total:
        score = shape.left + [key for key, _ in columns].index("progress")
        grid.put(row + 1, name, "合計")
        grid.put(row + 1, score, sum(record["progress"] for record in records))
    if shape.note:
        grid.put(row + 3, shape.left, "※ 各判定の考え方については参考資料を参照")
    return grid


def _permutation(order: Sequence[int], columns: Sequence[Any]) -> list[int]:
    """A permutation of the columns, determined by the numbers of ``order``."""
    left = list(range(len(columns)))
    return [left.pop(order[step % len(order)] % len(left)) for step in range(len(columns))]


def _columns(shape: Shape) -> list[tuple[str, tuple[str, ...]]]:
    """The field key and header path of each column."""
    two = shape.judgement in ("two columns", "label in brackets")
    judgement = (
        [("letter", ("判定",)), ("label", ("判定区分",))]
        if two
        else [("judgement", ("今後の方針",))]
    )
    columns = [
        ("no", ("No",)),
        ("name", ("事業名",)),
        *((key, (title,)) for key, title in SCORES.items()),
        *judgement,
    ]
    if shape.extra:
        columns.insert(2, ("担当WG", ("担当WG",)))
        columns.append(("備考", ("備考",)))
    return columns + _choice_columns(shape)


def _choice_columns(shape: Shape) -> list[tuple[str, tuple[str, ...]]]:
    proposal, opinion = "事務局案", "懇談会意見"
    if shape.header == "one row a choice":
        return [
            ("reason", ("事務局案（理由）",)),
            *((f"proposal:{label}", (f"{proposal}_{label}",)) for label in LABELS),
            *((f"opinion:{label}", (f"{opinion}（{label}）",)) for label in LABELS),
        ]
    if shape.header == "two rows a choice":
        return [
            ("reason", ("事務局案の理由",)),
            *((f"proposal:{label}", (proposal, label)) for label in LABELS),
            *((f"opinion:{label}", (opinion, label)) for label in LABELS),
        ]
    if shape.header == "grouped":
        return [
            ("reason", (proposal, "説明")),
            ("proposal", (proposal, "方針")),
            ("opinion", (opinion, "方針")),
            ("comment", (opinion, "内容")),
        ]
    if shape.header == "printed":
        both = "事務局案\n（２市１町協議結果）"
        return [
            ("reason", (both,)),
            ("proposal", (both,)),
            ("opinion", ("懇談会意見\n※ 懇談会当日使用欄",)),
        ]
    return [
        ("reason", ("事務局案（説明）",)),
        ("proposal", ("事務局案（方針）",)),
        ("opinion", ("懇談会意見",)),
        ("comment", ("懇談会意見（内容）",)),
    ]


def _put_header(grid: Grid, columns: Sequence[tuple[str, tuple[str, ...]]], shape: Shape) -> int:
    """Write the header, groups merged across and the rest merged down; return its depth."""
    depth = 3 if shape.header == "printed" else max(len(path) for _, path in columns)
    for place, (_, path) in enumerate(columns):
        column = shape.left + place
        group = path[0] if len(path) > 1 else None
        before = columns[place - 1][1][0] if place else None
        if group is None:
            grid.put(shape.top, column, path[0])
            if depth > 1:
                grid.merge(shape.top, column, shape.top + depth - 1, column)
        else:
            grid.put(shape.top + 1, column, path[1])
            if group != before:
                grid.put(shape.top, column, group)
                last = place
                while last + 1 < len(columns) and columns[last + 1][1][0] == group:
                    last += 1
                if last > place:
                    grid.merge(shape.top, column, shape.top, shape.left + last)
    return depth


def _value(record: Record, key: str, shape: Shape) -> Any:
    field_, _, choice = key.partition(":")
    if choice:
        return _cell_mark(record[field_], choice, shape)
    if key in SCORES:
        return _score(record[key], shape.score)
    cells: dict[str, Callable[[], Any]] = {
        "no": lambda: _number(record["no"], shape.number),
        "judgement": lambda: _judgement(record, shape.judgement),
        "label": lambda: (
            f"（{record['label']}）" if shape.judgement == "label in brackets" else record["label"]
        ),
        "proposal": lambda: _choice(record["proposal"], shape),
        "opinion": lambda: _choice(record["opinion"], shape),
        "comment": lambda: record["comment"]["value"],
        "担当WG": lambda: "生活機能WG",
        "備考": lambda: "特になし",
    }
    return cells[key]() if key in cells else record[key]


def _number(number: int, style: str) -> Any:
    return {
        "number": number,
        "text": str(number),
        "point": f"{str(number).translate(FULL_WIDTH)}．",
        "circled": CIRCLED[number - 1] if number <= len(CIRCLED) else f"（{number}）",
        "word": f"No.{number}",
    }[style]


def _score(score: int, style: str) -> Any:
    return {
        "number": score,
        "text": str(score),
        "full width": str(score).translate(FULL_WIDTH),
        "points": f"{str(score).translate(FULL_WIDTH)}点",
        "circled": CIRCLED[score - 1],
        "padded": f" {score}　",
    }[style]


def _judgement(record: Record, style: str) -> str:
    letter, label = record["letter"], record["label"]
    return {
        "one cell": f"{letter}（{label}）",
        "two lines": f"{letter}\n（{label}）",
        "full width": f"{chr(ord(letter) - ord('A') + ord('Ａ'))}（{label}）",
        "ASCII brackets": f"{letter} ({label})",
    }[style]


def _chosen(value: Any) -> str | None:
    """The choice of a proposal (a word) or of an opinion (which has a status, too)."""
    choice: str | None = value["value"] if isinstance(value, Mapping) else value
    return choice


def _choice(value: Any, shape: Shape) -> Any:
    if isinstance(value, Mapping) and value["status"] in STATUS_WORDS:
        return STATUS_WORDS[value["status"]]
    if shape.marks is None:
        return _chosen(value)
    on, off = shape.marks
    return "\n".join(f"{on if label == _chosen(value) else off}{label}" for label in LABELS)


def _cell_mark(value: Any, label: str, shape: Shape) -> Any:
    on, off = shape.marks or ("○", "")
    return (on if _chosen(value) == label else off) or None


# ---- files


def write_xlsx(path: Path, grids: Mapping[str, Grid]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, grid in grids.items():
        sheet = book.create_sheet(name)
        for (row, column), value in grid.cells.items():
            sheet.cell(row, column, value)
        for first_row, first_column, last_row, last_column in grid.merged:
            sheet.merge_cells(
                f"{get_column_letter(first_column)}{first_row}:"
                f"{get_column_letter(last_column)}{last_row}"
            )
        for row in grid.hidden_rows:
            sheet.row_dimensions[row].hidden = True
    book.save(path)
    return path


def write_csv(path: Path, grid: Grid, *, encoding: str = "utf-8") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(grid.rows())
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_ods(path: Path, grids: Mapping[str, Grid]) -> Path:
    """An OpenDocument spreadsheet as LibreOffice writes it, but without styles."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {"office": "office", "table": "table", "text": "text"}.items()
    )
    tables = "".join(_ods_table(name, grid) for name, grid in grids.items())
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {spaces} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_table(name: str, grid: Grid) -> str:
    spans = {(r, c): (last_r - r + 1, last_c - c + 1) for r, c, last_r, last_c in grid.merged}
    rows = []
    for number, row in enumerate(grid.rows(), start=1):
        hidden = ' table:visibility="collapse"' if number in grid.hidden_rows else ""
        cells = "".join(
            _ods_cell(value, spans.get((number, column), (1, 1)))
            for column, value in enumerate(row, start=1)
        )
        rows.append(f"<table:table-row{hidden}>{cells}</table:table-row>")
    return f"<table:table table:name={quoteattr(name)}>{''.join(rows)}</table:table>"


def _ods_cell(value: Any, span: tuple[int, int]) -> str:
    spanned = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
        if span != (1, 1)
        else ""
    )
    if value is None:
        return f"<table:table-cell{spanned}/>"
    if isinstance(value, int):
        return (
            f'<table:table-cell{spanned} office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell{spanned} office:value-type="string">{text}</table:table-cell>'


def write_xls(path: Path, grids: Mapping[str, Grid]) -> Path:
    """A minimal Excel 97 workbook: BIFF8 records in one stream of a compound file."""
    path.write_bytes(_compound_file(_biff(grids)))
    return path


def _biff(grids: Mapping[str, Grid]) -> bytes:
    sheets = [_biff_sheet(grid) for grid in grids.values()]
    names = [name.encode("utf-16-le") for name in grids]
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    head += _record(0x0042, struct.pack("<H", 1200))
    place = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for name, sheet in zip(names, sheets, strict=True):
        bound = struct.pack("<IHBB", place, 0, len(name) // 2, 1) + name
        head += _record(0x0085, bound)
        place += len(sheet)
    return head + _record(0x000A, b"") + b"".join(sheets)


def _biff_sheet(grid: Grid) -> bytes:
    stream = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    stream += _record(0x0200, struct.pack("<IIHHH", 0, grid.height, 0, grid.width, 0))
    for (row, column), value in sorted(grid.cells.items()):
        place = struct.pack("<HHH", row - 1, column - 1, 0)
        if isinstance(value, int):
            stream += _record(0x0203, place + struct.pack("<d", value))
        else:
            text = str(value).encode("utf-16-le")
            stream += _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    if grid.merged:
        ranges = b"".join(
            struct.pack("<HHHH", r - 1, last_r - 1, c - 1, last_c - 1)
            for r, c, last_r, last_c in grid.merged
        )
        stream += _record(0x00E5, struct.pack("<H", len(grid.merged)) + ranges)
    return stream + _record(0x000A, b"")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound_file(stream: bytes) -> bytes:
    """A compound file ([MS-CFB]) of 512-byte sectors with one stream, Workbook."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    stream = stream.ljust(max(4096, -(-len(stream) // sector) * sector), b"\0")
    sectors = len(stream) // sector
    tables = -(-(sectors + 1) // (sector // 4 - 1))
    chain = list(range(1, sectors)) + [end] + [end] + [0xFFFFFFFD] * tables
    chain += [free] * (tables * sector // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        tables,
        sectors,
        0,
        4096,
        end,
        0,
        end,
        0,
        sectors + 1,
    )
    header += struct.pack(
        f"<{109 - 1}I", *range(sectors + 2, sectors + 1 + tables), *[free] * (108 - tables + 1)
    )
    directory = _entry("Root Entry", 5, end, 0, child=1) + _entry("Workbook", 2, 0, len(stream))
    directory = directory.ljust(sector, b"\0")
    return header + stream + directory + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return text.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI16xIQ", len(text), kind, 1, none, none, child, 0, start, size
    )
