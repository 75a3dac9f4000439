from __future__ import annotations

import importlib.metadata
import io
import os
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.records import seed_form

from pipeline.commands import machine
from pipeline.model.conditions import State
from pipeline.render.pdf import ready


def test_this_machine_is_fine(tmp_path: Path) -> None:
    told = [
        *(machine.python(), machine.encoding(), machine.output(tmp_path), machine.disk(tmp_path)),
        *machine.libraries(),
        *machine.open_workbooks(tmp_path),
        *machine.templates(seed_form()),
        *(ready.pango_condition(), ready.subsetting()),
        *ready.fonts(seed_form().folders, ["IPAmjMincho"]),
    ]
    assert {each.state for each in told if not each.title.startswith("部品 ")} == {State.FINE}
    assert not any(each.state is State.MISSING for each in told)
    assert [each.title for each in told[-2:]] == ["フォント BIZ UDGothic", "フォント IPAmjMincho"]


def test_a_library_of_another_version_is_doubtful_and_a_missing_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = importlib.metadata.version

    def version(name: str) -> str:
        if name == "lxml":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.0.1" if name == "pandas" else known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    told = {each.title: each for each in machine.libraries()}
    assert told["部品 lxml"].state is State.MISSING
    assert told["部品 pandas"].state is State.DOUBTFUL
    assert machine.tested_versions()["pandas"] in told["部品 pandas"].message


def test_a_package_that_is_not_installed_at_all_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", refuse)
    monkeypatch.setattr(importlib.metadata, "version", refuse)
    assert next(machine.libraries()).message.startswith("shiryo-handouts が入っていません")


def test_without_the_list_of_versions_nothing_is_said_to_be_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "tested_versions_file", lambda: None)
    (told,) = machine.libraries()
    assert told.state is State.FINE
    assert "一覧がありません" in told.message


def test_every_library_that_we_ask_for_has_a_tested_version() -> None:
    required = importlib.metadata.requires(machine.DISTRIBUTION) or []
    names = {machine._normal(re.split(r"[<>=!~;\[ ]", line)[0]) for line in required}
    assert len(names) > 10
    assert names - set(machine.tested_versions()) == set()


def test_a_screen_of_another_encoding_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    told = machine.encoding()
    assert told.state is State.DOUBTFUL
    assert "ascii" in told.message


def test_a_folder_that_takes_no_file_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "output").write_bytes(b"a file")
    assert machine.output(tmp_path / "output").state is State.MISSING

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    told = machine.output(tmp_path)
    assert told.state is State.MISSING
    assert "（アクセスが許可されていません）" in told.message


def test_a_folder_that_is_not_there_yet_is_not_made_by_asking(tmp_path: Path) -> None:
    assert machine.output(tmp_path / "新" / "output").state is State.FINE
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_missing_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=machine.LEAST_FREE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    told = machine.disk(tmp_path)
    assert told.state is State.MISSING
    assert "199 MB" in told.message


def test_workbooks_that_are_open_are_named(tmp_path: Path) -> None:
    for name in ("台帳.xlsx", "別.xlsx", "資料.docx", "閉じた台帳.xlsx"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "~$台帳.xlsx").write_bytes(b"")
    (tmp_path / ".~lock.別.xlsx#").write_bytes(b"")
    (tmp_path / "~$資料.docx").write_bytes(b"")
    told = list(machine.open_workbooks(tmp_path))
    assert [each.state for each in told] == [State.DOUBTFUL] * 2
    assert [each.message.split("（")[1].split("）")[0] for each in told] == ["別.xlsx", "台帳.xlsx"]


def test_a_folder_below_one_that_may_not_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "exists", lambda _: False)
    assert machine.output(tmp_path / "ない" / "output").state is State.MISSING


def test_a_form_without_its_templates_is_missing_them(tmp_path: Path) -> None:
    told = list(machine.templates(replace(seed_form(), folders=(tmp_path,))))
    assert [each.state for each in told] == [State.MISSING] * 2
    assert "handout.docx" in told[0].message


def test_an_old_pango_is_missing_and_no_harfbuzz_is_only_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Old:
        @staticmethod
        def pango_version() -> int:
            return 14203

    monkeypatch.setattr(ready, "pango", Old)
    monkeypatch.setattr(ready, "harfbuzz_subset", None)
    assert ready.pango_condition().state is State.MISSING
    assert "1.42.3" in ready.pango_condition().message
    assert "Pango 1.44 以降" in ready.pango_condition().message
    assert ready.subsetting().state is State.DOUBTFUL


def test_a_font_of_the_form_is_missing_and_one_for_rare_characters_doubtful(
    tmp_path: Path,
) -> None:
    (tmp_path / "handout.css").write_text("* { font-family: 'ない書体' }", encoding="utf-8")
    told = list(ready.fonts((tmp_path,), ["ない明朝"]))
    assert [each.state for each in told] == [State.MISSING, State.DOUBTFUL]
    assert "「ない書体」がこのパソコンにありません" in told[0].message
