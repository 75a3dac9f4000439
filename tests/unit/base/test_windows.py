from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import handout, project, records

from pipeline.base import files, windows
from pipeline.base.errors import OutputUnwritable, reason_of
from pipeline.base.windows import check_writable, is_in_use, retry_while_in_use, safe_name
from pipeline.master import glyphs
from pipeline.publish import runs


@pytest.mark.parametrize(
    ("label", "stored"),
    [
        ("連携事業マスタ", "連携事業マスタ"),
        ('A:B"C?<>|*/\\', "A_B_C_______"),
        ("台帳. . ", "台帳"),
        ("..", "_"),
        ("", "_"),
        ("CON", "_CON"),
        ("nul.2026", "_nul.2026"),
        ("com¹", "_com¹"),
        ("CONTROL", "CONTROL"),
        ("改\n行\t", "改_行_"),
        ("髙𠮷㈱①", "髙𠮷㈱①"),
    ],
)
def test_label_becomes_a_valid_name_on_every_system(label: str, stored: str) -> None:
    assert safe_name(label) == stored


def test_long_label_is_cut_between_two_characters(tmp_path: Path) -> None:
    stored = safe_name("𠮷野家の" * 60)
    assert len(stored.encode("utf-8")) <= 150
    assert ("𠮷野家の" * 60).startswith(stored)
    (tmp_path / f"20260309-210507_{stored}-10").mkdir()


def denied(code: int) -> PermissionError:
    error = PermissionError(13, "denied")
    error.winerror = code  # type: ignore[attr-defined]  # Windows sets it
    return error


def test_action_is_retried_while_a_file_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOWS", True)
    monkeypatch.setattr(windows, "_PAUSE_SECONDS", 0)
    failures = [denied(32), denied(5)]

    def action() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert retry_while_in_use(action) == "done"
    assert failures == []


def test_retries_end_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOWS", True)
    monkeypatch.setattr(windows, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(windows, "_PAUSE_SECONDS", 0.01)

    def action() -> None:
        raise denied(32)

    with pytest.raises(PermissionError) as caught:
        retry_while_in_use(action)
    assert is_in_use(caught.value)
    assert "ほかのアプリがファイルを開いています" in runs._reason(caught.value)


def test_access_denied_names_both_causes() -> None:
    # The error of os.replace on Windows and Wine if the target is open in another program.
    assert reason_of(denied(5)) == "ほかのアプリが開いているか、書き込みが許可されていません"


def test_folder_is_tested_once_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOWS", True)
    check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        check_writable(tmp_path / "無い")
    tries = []

    def refuse(*_: object) -> int:
        tries.append(1)
        raise denied(5)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        check_writable(tmp_path)
    assert len(tries) == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: runs._stage(folder, {}, {}),
        lambda folder: files.replace(b"", folder / "意見.xlsx"),
    ],
)
def test_unwritable_folder_is_never_passed_to_tempfile(
    write: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(**_: object) -> None:
        pytest.fail("tempfile would try for ever")

    def refuse(_: Path) -> None:
        raise denied(5)

    for name in ("mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, never)
    for module in (files, runs):
        monkeypatch.setattr(module, "check_writable", refuse)
    with pytest.raises((PermissionError, OutputUnwritable)):
        write(tmp_path)


def test_missing_permission_is_raised_immediately_on_other_systems() -> None:
    calls = []

    def action() -> None:
        calls.append(1)
        raise PermissionError(13, "denied")

    with pytest.raises(PermissionError) as caught:
        retry_while_in_use(action)
    assert len(calls) == 1
    assert not is_in_use(caught.value)


def test_windows_fonts_are_found_without_fontconfig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setenv("WINDIR", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert glyphs._font_files("BIZ UDGothic") == ()
    (tmp_path / "Fonts").mkdir()
    font = tmp_path / "Fonts" / "BIZ-UDGothicR.ttc"
    font.touch()
    assert glyphs._font_files("BIZ UDGothic") == (str(font),)
    assert glyphs._font_files("どこにもない書体") == ()


def test_handout_number_is_converted_to_a_valid_file_name() -> None:
    document = replace(
        handout(records(project())), number="資料１/別紙:２", prefix="資料１/別紙:２"
    )
    assert document.file_stem == "資料１_別紙_２_会議用"
    assert document.number == "資料１/別紙:２"


def test_name_has_no_direction_characters() -> None:
    assert safe_name("台帳\u202excod.exe\ud800") == "台帳xcod.exe"
