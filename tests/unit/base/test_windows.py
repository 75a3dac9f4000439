from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import handout, project, records

from pipeline.base import windows
from pipeline.base.windows import find_pdf_parts, is_in_use, patiently, safe_name
from pipeline.master import glyphs
from pipeline.publish import runs as publish


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


def test_the_pdf_parts_beside_the_checkout_are_found_on_windows_alone(tmp_path: Path) -> None:
    fonts = tmp_path / "scripts" / "windows" / "fonts.conf"
    fonts.parent.mkdir(parents=True)
    fonts.touch()
    found: dict[str, str] = {}
    find_pdf_parts((tmp_path / "venv", tmp_path), found, "win32")
    assert found == {}
    (tmp_path / "dll").mkdir()
    find_pdf_parts((tmp_path / "venv", tmp_path), found, "linux")
    assert found == {}
    find_pdf_parts((tmp_path / "venv", tmp_path), found, "win32")
    first, *others = found.pop("WEASYPRINT_DLL_DIRECTORIES").split(";")
    assert first == str(tmp_path / "dll")
    assert others == [
        r"C:\msys64\ucrt64\bin",
        r"C:\msys64\mingw64\bin",
        r"C:\Program Files\GTK3-Runtime Win64\bin",
    ]
    assert found == {"FONTCONFIG_FILE": str(fonts)}
    own = {"WEASYPRINT_DLL_DIRECTORIES": "x", "FONTCONFIG_FILE": "y"}
    find_pdf_parts((tmp_path / "venv", tmp_path), own, "win32")
    libraries = f"{tmp_path / 'dll'};x"
    assert own == {"WEASYPRINT_DLL_DIRECTORIES": libraries, "FONTCONFIG_FILE": "y"}


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
    assert "ほかのアプリ" in publish._reason(caught.value)


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
    odd = replace(handout(records(project())), number="資料１/別紙:２")
    assert odd.file_stem == "資料１_別紙_２_会議用"
    assert odd.number == "資料１/別紙:２"


def test_a_name_never_turns_the_direction_of_writing() -> None:
    assert safe_name("台帳\u202excod.exe\ud800") == "台帳xcod.exe"
