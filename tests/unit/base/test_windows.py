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
from pipeline.base.windows import check_writable, is_in_use, patiently, safe_name
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
def test_a_label_becomes_a_name_that_every_system_can_store(label: str, stored: str) -> None:
    assert safe_name(label) == stored


def test_a_long_label_is_cut_between_two_characters(tmp_path: Path) -> None:
    stored = safe_name("𠮷野家の" * 60)
    assert len(stored.encode("utf-8")) <= 150
    assert ("𠮷野家の" * 60).startswith(stored)
    (tmp_path / f"20260309-210507_{stored}-10").mkdir()


def denied(code: int) -> PermissionError:
    error = PermissionError(13, "denied")
    error.winerror = code  # type: ignore[attr-defined]  # Windows sets it
    return error


def test_windows_is_asked_again_while_a_file_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOWS", True)
    monkeypatch.setattr(windows, "_PAUSE_SECONDS", 0)
    failures = [denied(32), denied(5)]

    def action() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert patiently(action) == "done"
    assert failures == []


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOWS", True)
    monkeypatch.setattr(windows, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(windows, "_PAUSE_SECONDS", 0.01)

    def action() -> None:
        raise denied(32)

    with pytest.raises(PermissionError) as caught:
        patiently(action)
    assert is_in_use(caught.value)
    assert "ほかのアプリがファイルを開いています" in runs._reason(caught.value)


def test_a_refusal_of_windows_names_both_of_its_causes() -> None:
    # os.replace onto a file that somebody has open, as Windows and Wine refuse it.
    assert reason_of(denied(5)) == "ほかのアプリが開いているか、書き込みが許可されていません"


def test_a_folder_is_tried_once_and_nothing_stays_in_it(
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
def test_a_folder_that_refuses_is_never_handed_to_tempfile(
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


def test_elsewhere_a_right_that_is_missing_is_told_at_once() -> None:
    calls = []

    def action() -> None:
        calls.append(1)
        raise PermissionError(13, "denied")

    with pytest.raises(PermissionError) as caught:
        patiently(action)
    assert len(calls) == 1
    assert not is_in_use(caught.value)


def test_without_fontconfig_the_fonts_of_windows_are_found(
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


def test_a_number_of_the_paper_that_is_no_name_of_a_file_still_names_one() -> None:
    odd = replace(handout(records(project())), number="資料１/別紙:２", prefix="資料１/別紙:２")
    assert odd.file_stem == "資料１_別紙_２_会議用"
    assert odd.number == "資料１/別紙:２"


def test_a_name_never_turns_the_direction_of_writing() -> None:
    assert safe_name("台帳\u202excod.exe\ud800") == "台帳xcod.exe"
