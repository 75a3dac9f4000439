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
    conditions = [
        *(machine.python(), machine.encoding(), machine.output(tmp_path), machine.disk(tmp_path)),
        *machine.libraries(),
        *machine.open_workbooks(tmp_path),
        *machine.templates(seed_form()),
        *(ready.pango_condition(), ready.subsetting()),
        *ready.fonts(seed_form().folders, ["IPAmjMincho"]),
    ]
    assert {each.state for each in conditions if not each.title.startswith("部品 ")} == {State.FINE}
    assert not any(each.state is State.MISSING for each in conditions)
    assert [each.title for each in conditions[-2:]] == [
        "フォント BIZ UDGothic",
        "フォント IPAmjMincho",
    ]


def test_untested_version_is_doubtful_and_missing_library_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_version = importlib.metadata.version

    def version(name: str) -> str:
        if name == "lxml":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.0.1" if name == "pandas" else real_version(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    conditions = {each.title: each for each in machine.libraries()}
    assert conditions["部品 lxml"].state is State.MISSING
    assert conditions["部品 pandas"].state is State.DOUBTFUL
    assert machine.tested_versions()["pandas"] in conditions["部品 pandas"].message


def test_package_that_is_not_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", refuse)
    monkeypatch.setattr(importlib.metadata, "version", refuse)
    assert next(machine.libraries()).message.startswith("shiryo-handouts が入っていません")


def test_missing_list_of_tested_versions_is_mentioned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "tested_versions_file", lambda: None)
    (condition,) = machine.libraries()
    assert condition.state is State.FINE
    assert "一覧がありません" in condition.message


def test_every_required_library_has_a_tested_version() -> None:
    required = importlib.metadata.requires(machine.DISTRIBUTION) or []
    names = {machine._normal(re.split(r"[<>=!~;\[ ]", line)[0]) for line in required}
    assert len(names) > 10
    assert names - set(machine.tested_versions()) == set()


def test_terminal_with_another_encoding_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    condition = machine.encoding()
    assert condition.state is State.DOUBTFUL
    assert "ascii" in condition.message


def test_folder_that_is_not_writable_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "output").write_bytes(b"a file")
    assert machine.output(tmp_path / "output").state is State.MISSING

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    condition = machine.output(tmp_path)
    assert condition.state is State.MISSING
    assert "（アクセスが許可されていません）" in condition.message


def test_check_creates_no_folder(tmp_path: Path) -> None:
    assert machine.output(tmp_path / "新" / "output").state is State.FINE
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_missing_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=machine.LEAST_FREE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    condition = machine.disk(tmp_path)
    assert condition.state is State.MISSING
    assert "199 MB" in condition.message


def test_open_workbooks_are_listed(tmp_path: Path) -> None:
    for name in ("台帳.xlsx", "別.xlsx", "資料.docx", "閉じた台帳.xlsx"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "~$台帳.xlsx").write_bytes(b"")
    (tmp_path / ".~lock.別.xlsx#").write_bytes(b"")
    (tmp_path / "~$資料.docx").write_bytes(b"")
    conditions = list(machine.open_workbooks(tmp_path))
    assert [each.state for each in conditions] == [State.DOUBTFUL] * 2
    assert [each.message.split("（")[1].split("）")[0] for each in conditions] == [
        "別.xlsx",
        "台帳.xlsx",
    ]


def test_folder_in_an_unreadable_parent_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "exists", lambda _: False)
    assert machine.output(tmp_path / "ない" / "output").state is State.MISSING


def test_missing_templates_are_reported(tmp_path: Path) -> None:
    conditions = list(machine.templates(replace(seed_form(), folders=(tmp_path,))))
    assert [each.state for each in conditions] == [State.MISSING] * 2
    assert "handout.docx" in conditions[0].message


def test_old_pango_is_missing_and_missing_harfbuzz_is_doubtful(
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


def test_lacking_form_font_is_missing_and_lacking_rare_font_is_doubtful(
    tmp_path: Path,
) -> None:
    (tmp_path / "handout.css").write_text("* { font-family: 'ない書体' }", encoding="utf-8")
    conditions = list(ready.fonts((tmp_path,), ["ない明朝"]))
    assert [each.state for each in conditions] == [State.MISSING, State.DOUBTFUL]
    assert "「ない書体」がこのパソコンにありません" in conditions[0].message
