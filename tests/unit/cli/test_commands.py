"""What the commands print and pass on, tested in this process."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.cli import main
from pipeline.cli.messages import quoted
from pipeline.cli.options import MakingOptions, ReadingOptions

READING = ReadingOptions(
    inputs=Path("inputs"),
    form_name="shiryo1",
    sheet=None,
    mapping=("進み具合=progress",),
    save_map=False,
)


def making(**changes: str) -> MakingOptions:
    options = {"edition": "auto", "kind": "all", "documents": "all", "paper": "A4", **changes}
    return MakingOptions(**options, output=Path("output"), allow_blank=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the master ``台帳.xlsx``."""
    monkeypatch.chdir(tmp_path)
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    return tmp_path


def test_requests_contain_the_options_and_no_form_is_read() -> None:
    workbooks = [Path(f"{number}.xlsx") for number in range(20)]
    reading = replace(READING, form_name="ない")
    requests = making(paper="A3 landscape").requests(reading, workbooks, None)
    assert [each.source.workbook for each in requests] == workbooks
    assert requests[-1].source.mapping == ("進み具合=progress",)
    assert (requests[-1].source.form_name, requests[-1].paper) == ("ない", "A3 landscape")


def test_csv_keeps_its_line_endings_on_windows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    written = io.BytesIO()
    # Like standard output on Windows: every \n that is written as text becomes \r\n.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "utf-8", newline="\r\n"))
    assert main(["records", "--csv"]) == 0
    content = written.getvalue()
    assert content.startswith("\ufeffNo,事業名,".encode())
    assert content.endswith(b"\r\n")
    assert b"\r\r\n" not in content


def test_suggested_command_names_the_master_that_was_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_master(folder / "inputs" / "新しい.xlsx", [row(1)])
    os.utime(folder / "inputs" / "台帳.xlsx", (1, 1))
    assert main(["entry", "inputs/台帳.xlsx"]) == 0
    stderr = capsys.readouterr().err
    assert "shiryo collect output/当日入力.xlsx inputs/台帳.xlsx" in stderr


def test_path_with_a_space_is_quoted() -> None:
    assert quoted(Path("inputs/令和８年 台帳.xlsx")) == '"inputs/令和８年 台帳.xlsx"'
    assert quoted(Path("inputs/台帳.xlsx")) == "inputs/台帳.xlsx"


def test_missing_results_workbook_is_reported_as_a_missing_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--results", "ない.xlsx"]) == 3
    assert "ファイル ない.xlsx が見つかりません。" in capsys.readouterr().err
    assert folder.is_dir()


def test_annotated_copy_is_printed_on_its_own_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_master(folder / "inputs" / "台帳.xlsx", [row(1, progress=5)])
    assert main(["check", "--annotate", "写し"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "  写し/検査結果.xlsx"
    assert (folder / "写し" / "検査結果.xlsx").is_file()


def test_absolute_path_in_inputs_is_recognised(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(folder / "inputs" / "新.xlsx")]) == 0
    assert "inputs フォルダーに入れて" not in capsys.readouterr().err
