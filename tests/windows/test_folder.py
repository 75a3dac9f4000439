"""Commands of the folder from the zip under Wine, compared with those of this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
from support.commands import published, shiryo
from support.filling import click, edited
from support.forms import council
from support.wine import SAMPLE, Bundle, Done, same_documents


def json_of(done: Done) -> Any:
    assert done.output, done.messages
    return json.loads(done.output)


def test_doctor_reports_nothing_missing(bundle: Bundle) -> None:
    done = bundle.shiryo("doctor")
    assert done.status == 0, done.messages
    assert "よい　Pango" in done.messages
    assert "よい　フォント BIZ UDGothic" in done.messages


def test_sample_gives_the_same_documents(bundle: Bundle, linux: Path) -> None:
    done = bundle.shiryo("build", SAMPLE)
    assert done.status == 0, done.messages
    assert shiryo(linux, "build", SAMPLE).returncode == 0
    same_documents(published(bundle.folder)[-1], published(linux)[-1])


def test_office_form_gives_the_same_documents(bundle: Bundle, tmp_path: Path) -> None:
    council(tmp_path)
    place = bundle.place("町の様式", tmp_path)
    done = bundle.shiryo("build", "--form", "machi", cwd=place)
    assert done.status == 0, done.messages
    assert shiryo(tmp_path, "build", "--form", "machi").returncode == 0
    same_documents(published(place)[-1], published(tmp_path)[-1])


def test_mistake_in_the_master_is_reported_with_its_cell(bundle: Bundle, linux: Path) -> None:
    book = openpyxl.load_workbook(linux / SAMPLE)
    book.worksheets[0]["C2"] = 5
    book.save(linux / SAMPLE)
    place = bundle.place("誤り", linux)
    done = bundle.shiryo("check", SAMPLE, "--json", cwd=place)
    assert done.status == 1, done.messages
    assert "C2" in {found["cell"] for found in json_of(done)["findings"]}
    assert json_of(done) == json.loads(shiryo(linux, "check", SAMPLE, "--json").stdout)


def test_ticked_handout_is_collected(bundle: Bundle, linux: Path) -> None:
    assert shiryo(linux, "build", SAMPLE).returncode == 0
    handout = published(linux)[-1] / "資料１_会議用.docx"
    ticked = edited(handout.read_bytes(), lambda tree: click(tree, 1, 2))
    (linux / "記入した 資料.docx").write_bytes(ticked)
    place = bundle.place("意見", linux)
    arguments = ("collect", "記入した 資料.docx", SAMPLE, "--json")
    done = bundle.shiryo(*arguments, cwd=place)
    assert json_of(done) == json.loads(shiryo(linux, *arguments).stdout)
    assert done.status == 0
