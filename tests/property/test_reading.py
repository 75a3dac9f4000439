"""Whatever shape an office keeps its table in, the same records come out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.records import seed_form
from support.shapes import (
    LABELS,
    RATINGS,
    Shape,
    laid_out,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

from pipeline.commands.intake import Intake, Source, take_in
from pipeline.model.catalogue import Severity
from pipeline.model.records import as_json

# Prose with what must not be normalised: full-width digits, circled ones, ㈱, rare names.
PROSE = st.text("あいう継続見直し２①㈱髙𠮷神WG・、「」", min_size=1, max_size=40)
SENTENCES = st.lists(PROSE.map(lambda text: text + "。"), min_size=1, max_size=3).map("\n".join)
NAMES = st.text("事業名あいう２①髙𠮷神・", min_size=2, max_size=20)
MARKS = st.sampled_from([None, ("■ ", "□ "), ("●", "○"), ("☑", "☐"), ("レ", "□"), ("○", "")])
CELL_MARKS = st.sampled_from([("○", ""), ("レ", ""), ("■", "□")])
SCORES = ("number", "text", "full width", "points", "circled", "padded")
NUMBERS = ("number", "text", "point", "circled", "word")
HEADERS = ("plain", "grouped", "printed", "two rows a choice", "one row a choice")
JUDGEMENTS = (
    "one cell",
    "two lines",
    "full width",
    "ASCII brackets",
    "two columns",
    "label in brackets",
)


@st.composite
def projects(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records as ``records --json`` shows them, without opinions."""
    count = draw(st.integers(1, 6))
    return [
        {
            "no": no,
            "name": f"{draw(NAMES)}{no}",
            "ratings": {key: draw(st.integers(1, 4)) for key in RATINGS},
            "judgement": {
                "letter": draw(st.sampled_from("ABCDEFGHIJKLMNOP")),
                "label": draw(st.sampled_from(LABELS)),
            },
            "proposal": {"text": draw(SENTENCES), "choice": draw(st.sampled_from(LABELS))},
            "opinion": {"status": "blank", "choice": None, "comment": None},
        }
        for no in range(1, count + 1)
    ]


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    header = draw(st.sampled_from(HEADERS))
    by_column = "choice" in header
    plain = header == "plain"
    return Shape(
        header=header,
        judgement=draw(st.sampled_from(JUDGEMENTS)),
        rating=draw(
            st.sampled_from(["number", "text", "full width", "points", "circled", "padded"])
        ),
        number=draw(st.sampled_from(["number", "text", "point", "circled", "word"])),
        marks=draw(st.sampled_from([("○", ""), ("レ", ""), ("■", "□")]))
        if by_column
        else draw(MARKS),
        top=draw(st.sampled_from([1, 3])),
        left=draw(st.sampled_from([1, 2])),
        order=tuple(draw(st.lists(st.integers(0, 9), min_size=3, max_size=9))) if plain else (),
        extra=draw(st.booleans()),
        blank_inside=draw(st.booleans()),
        note=draw(st.booleans()),
        total=draw(st.booleans()),
    )


def taken(path: Path) -> Intake:
    return take_in(Source(path.parent, path), seed_form())


def told(intake: Intake) -> list[dict[str, Any]]:
    shown: Any = as_json(intake.records)["projects"]
    return [{key: value for key, value in each.items() if key != "source"} for each in shown]


slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@slow
@given(projects(), shapes())
def test_every_shape_of_a_workbook_reads_to_the_same_records(
    wanted: list[dict[str, Any]], shape: Shape
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        intake = taken(write_xlsx(Path(folder) / "台帳.xlsx", {"台帳": laid_out(wanted, shape)}))
    wrong = [f.message for f in intake.findings if f.severity is Severity.ERROR]
    assert wrong == []
    assert told(intake) == wanted


@slow
@given(projects())
def test_reading_twice_is_reading_once(wanted: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = taken(write_xlsx(Path(folder) / "一.xlsx", {"台帳": laid_out(wanted, Shape())}))
        again = write_xlsx(Path(folder) / "二.xlsx", {"台帳": laid_out(told(first), Shape())})
        assert told(taken(again)) == told(first)


WANTED = [
    {
        "no": no,
        "name": f"㈱髙𠮷{no}①の事業",
        "ratings": {"progress": 4, "feasibility": 3, "regional_merit": 4},
        "judgement": {"letter": "B", "label": "継続"},
        "proposal": {"text": "２市１町で続ける。\n次期も同じとする。", "choice": "継続"},
        "opinion": {"status": "blank", "choice": None, "comment": None},
    }
    for no in (1, 2, 3)
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls", "ods"])
def test_every_file_kind_is_read(tmp_path: Path, kind: str, header: str) -> None:
    grids = {"台帳": laid_out(WANTED, Shape(header=header))}
    path = tmp_path / f"台帳.{kind}"
    write = {"xls": write_xls, "ods": write_ods}.get(kind, write_xlsx)
    intake = taken(write(path, grids))
    assert [f.message for f in intake.findings if f.blocks] == []
    assert told(intake) == WANTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    plain = [{**each, "name": f"㈱髙橋{each['no']}①の事業"} for each in WANTED]
    path = write_csv(tmp_path / "台帳.csv", laid_out(plain, Shape()), encoding=encoding)
    assert told(taken(path)) == plain


def test_the_fuller_of_two_sheets_is_taken_and_named(tmp_path: Path) -> None:
    grids = {"昨年度": laid_out(WANTED[:2], Shape()), "今年度": laid_out(WANTED, Shape())}
    intake = taken(write_xlsx(tmp_path / "台帳.xlsx", grids))
    assert told(intake) == WANTED
    (found,) = [f for f in intake.findings if f.code == "sheet-chosen"]
    assert found.sheet == "今年度"
    assert "昨年度" in found.message


def test_two_equally_full_sheets_are_an_error_that_names_both(tmp_path: Path) -> None:
    grids = {"甲": laid_out(WANTED, Shape()), "乙": laid_out(WANTED, Shape())}
    intake = taken(write_xlsx(tmp_path / "台帳.xlsx", grids))
    (found,) = [f for f in intake.findings if f.blocks]
    assert found.code == "sheets-equally-full"
    assert "甲" in found.message
    assert "乙" in found.message


def test_a_hidden_row_is_used_and_told(tmp_path: Path) -> None:
    grid = laid_out(WANTED, Shape())
    grid.hidden_rows.add(3)
    intake = taken(write_xlsx(tmp_path / "台帳.xlsx", {"台帳": grid}))
    assert told(intake) == WANTED
    assert [(f.code, f.project) for f in intake.findings if "row" in f.code] == [("row-hidden", 2)]
