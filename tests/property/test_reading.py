"""The same records are read from any table layout, and no input causes a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.reading import as_workbook, outcome
from support.records import seed_form
from support.shapes import (
    LABELS,
    STATUS_WORDS,
    Grid,
    Shape,
    laid_out,
    write_csv,
    write_ods,
    write_xlsx,
)

from pipeline.base.errors import PipelineError
from pipeline.base.text import marked_labels, one_line, paragraphs
from pipeline.master.meeting_sheet import read_judgement_table, read_meeting
from pipeline.master.read import read
from pipeline.model.grid import MergedRange, Sheet

# Any character except those that a workbook can't contain and line ends.
CHARACTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff_"
)
RARE = st.sampled_from(
    ["２", "①", "㈱", "髙", "𠮷", "\ufa19", "葛\U000e0100", "&", "<b>", "{{ x }}"]
)
PROSE = st.lists(CHARACTERS | RARE, min_size=1, max_size=40).map("".join)


def _is_plain(text: str) -> bool:
    """Whether reading leaves a text unchanged: no white space at its ends."""
    return bool(text.strip()) and one_line(text) == text and paragraphs(text) == (text,)


def _is_prose(text: str) -> bool:
    return _is_plain(text) and marked_labels(text, LABELS) is None


PLAIN = PROSE.map(str.strip).filter(_is_plain)
NAMES = PLAIN.map(lambda text: f"事業{text}")
SENTENCES = PLAIN.map(lambda text: f"説明{text}である").filter(_is_prose)
# Only pairs of the printed original, so that no letter causes a finding.
JUDGED = st.sampled_from(
    [
        (4, 4, "A", "継続"),
        (3, 3, "D", "継続"),
        (2, 4, "E", "一部見直しのうえ継続"),
        (1, 1, "P", "見直し"),
    ]
)
SHAPES = st.builds(
    Shape,
    header=st.sampled_from(
        ["plain", "printed", "grouped", "two rows a choice", "one row a choice"]
    ),
    judgement=st.sampled_from(
        [
            "one cell",
            "two lines",
            "full width",
            "ASCII brackets",
            "two columns",
            "label in brackets",
        ]
    ),
    score=st.sampled_from(["number", "text", "full width", "points", "circled", "padded"]),
    number=st.sampled_from(["number", "text", "point", "circled", "word"]),
    marks=st.sampled_from(
        [None, ("■", "□"), ("●", "○"), ("☑", "☐"), ("✓", ""), ("○", "□"), ("レ", "")]
    ),
    top=st.integers(1, 6),
    left=st.integers(1, 4),
    order=st.lists(st.integers(0, 30), max_size=6).map(tuple),
    extra=st.booleans(),
    blank_inside=st.booleans(),
    note=st.booleans(),
    total=st.booleans(),
)


@st.composite
def records(draw: st.DrawFn, *, words: bool) -> list[dict[str, Any]]:
    """One to five projects; ``words`` allows opinions without a choice, and comments."""
    made = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        feasibility, merit, letter, label = draw(JUDGED)
        statuses = ["blank", "chosen", *(STATUS_WORDS if words else ())]
        status = draw(st.sampled_from(statuses))
        choice = draw(st.sampled_from(LABELS)) if status == "chosen" else None
        comment = draw(st.none() | SENTENCES) if words else None
        made.append(
            {
                "no": number,
                "name": draw(NAMES),
                "progress": draw(st.integers(1, 4)),
                "feasibility": feasibility,
                "regional_merit": merit,
                "letter": letter,
                "label": label,
                "reason": draw(SENTENCES),
                "proposal": draw(st.sampled_from(LABELS)),
                "opinion": {"status": status, "value": choice},
                "comment": {"status": "written" if comment else "blank", "value": comment},
            }
        )
    return made


@st.composite
def shaped(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Shape]:
    shape = draw(SHAPES)
    if shape.header in ("printed", "grouped", "two rows a choice"):
        # The columns of a group must be adjacent, so they keep their order.
        shape = Shape(**{**vars_of(shape), "order": ()})
    return draw(records(words=shape.header in ("plain", "grouped"))), shape


def vars_of(shape: Shape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in shape.__dataclass_fields__}


@given(shaped())
def test_workbook_in_any_layout_is_read_back(
    made: tuple[list[dict[str, Any]], Shape],
) -> None:
    wanted, shape = made
    result = outcome(as_workbook(laid_out(wanted, shape)))
    assert result.records == wanted
    assert [found for found in result.findings if found.blocks] == []


@given(shaped(), st.sampled_from(["xlsx", "csv", "ods"]))
def test_file_in_any_layout_is_read_back_every_time(
    made: tuple[list[dict[str, Any]], Shape], kind: str
) -> None:
    wanted, shape = made
    grid = laid_out(wanted, shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"台帳.{kind}"
        if kind == "xlsx":
            write_xlsx(path, {"台帳": grid})
        elif kind == "ods":
            write_ods(path, {"台帳": grid})
        else:
            write_csv(path, grid)
        first, second = outcome(path), outcome(path)
    assert first.records == wanted
    assert first == second


CELLS = st.one_of(
    st.none(),
    st.integers(-3, 30),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "No",
            "事業名",
            "③進捗状況",
            "⑤実現可能性",
            "⑥広域メリット",
            "今後の方針",
            "判定",
            "判定区分",
            "事務局案",
            "事務局案（説明）",
            "懇談会意見",
            *LABELS,
            "■継続",
            "A（継続）",
            "※注",
            "合計",
            "④",
            "開催日",
        ]
    ),
)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """A sheet with arbitrary values, some of them header words."""
    width, height = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    grid = Grid()
    if draw(st.booleans()):
        grid = laid_out(draw(records(words=True)), draw(SHAPES))
        width, height = grid.width, grid.height
    rows = [list(row) for row in grid.rows()] or [[None] * width for _ in range(height)]
    places = st.tuples(st.integers(0, max(height - 1, 0)), st.integers(0, max(width - 1, 0)))
    for row, column in draw(st.lists(places, max_size=20)) if width and height else ():
        rows[row][column] = draw(CELLS)
    ends = st.integers(1, 9)
    merges = [
        MergedRange(min(a, c), min(b, d), max(a, c), max(b, d))
        for a, b, c, d in draw(st.lists(st.tuples(ends, ends, ends, ends), max_size=3))
    ]
    unresolved = frozenset(
        (row + 1, column + 1) for row, column in draw(st.lists(places, max_size=2))
    )
    name = draw(st.sampled_from(["台帳", "会議情報", "判定表", "R5"]))
    return Sheet(name, tuple(map(tuple, rows)), merged=tuple(merges), unresolved=unresolved)


@given(st.lists(sheets(), max_size=3))
def test_no_sheet_causes_a_traceback(made: list[Sheet]) -> None:
    book = as_workbook(*made)
    read_meeting(book, seed_form())
    read_judgement_table(book, seed_form())
    try:
        result = outcome(book)
    except PipelineError as error:
        assert error.code == "table-not-found"  # noqa: PT017 - reading records is correct, too
    else:
        assert result.records or any(found.blocks for found in result.findings)


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"No,"]))
def test_no_bytes_cause_a_traceback(content: bytes, start: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("xlsx", "csv"):
            path = Path(folder) / f"台帳.{kind}"
            path.write_bytes(start + content)
            try:
                outcome(read(path))
            except PipelineError as error:
                assert error.exit_status == 3  # noqa: PT017 - reading records is correct, too
