from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.records import seed_form

from pipeline.base.errors import InputUnreadable, OutputUnwritable, UsageMistake
from pipeline.master.mapping import mapping_path, parse_option, read_mapping, write_mapping


def test_written_mapping_is_read_unchanged(tmp_path: Path) -> None:
    master = tmp_path / "台帳.xlsx"
    mapping = {'見出し"その①"\n二行目': "progress", "a = b": "name"}
    assert write_mapping(master, mapping) == tmp_path / "台帳.map.toml"
    assert read_mapping(master) == mapping


def test_second_mapping_is_merged_into_the_first(tmp_path: Path) -> None:
    master = tmp_path / "台帳.xlsx"
    write_mapping(master, {"い": "name", "ろ": "no"})
    write_mapping(master, {"い": "progress"})
    assert read_mapping(master) == {"い": "progress", "ろ": "no"}


def test_missing_file_is_an_empty_mapping(tmp_path: Path) -> None:
    assert read_mapping(tmp_path / "台帳.xlsx") == {}


@pytest.mark.parametrize(
    "content", [b"[columns", b'columns = "x"', b"[columns]\na = 1\n", b"\xff\xfe\xff"]
)
def test_broken_file_is_reported_with_its_path(tmp_path: Path, content: bytes) -> None:
    master = tmp_path / "台帳.xlsx"
    mapping_path(master).write_bytes(content)
    with pytest.raises(InputUnreadable) as caught:
        read_mapping(master)
    assert caught.value.code == "mapping-broken"
    assert caught.value.params["path"] == mapping_path(master)


def test_file_with_a_bom_is_read(tmp_path: Path) -> None:
    master = tmp_path / "台帳.xlsx"
    mapping_path(master).write_text('[columns]\n"い" = "name"\n', encoding="utf-8-sig")
    assert read_mapping(master) == {"い": "name"}


def test_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable):
        write_mapping(tmp_path / "ない" / "台帳.xlsx", {"い": "name"})


def test_option_is_header_and_key() -> None:
    form = seed_form()
    assert parse_option("元の見出し=progress", form) == ("元の見出し", "progress")
    assert parse_option("a=b = name", form) == ("a=b", "name")


@pytest.mark.parametrize("option", ["元の見出し", "=name", " =name"])
def test_option_without_header_or_key_is_refused(option: str) -> None:
    with pytest.raises(UsageMistake) as caught:
        parse_option(option, seed_form())
    assert caught.value.code == "map-malformed"


def test_unknown_key_is_reported_with_the_nearest_one() -> None:
    with pytest.raises(UsageMistake) as caught:
        parse_option("見出し=progres", seed_form())
    assert caught.value.code == "map-unknown"
    assert caught.value.params["near"] == "もしかして「progress」ですか。"


def test_title_may_replace_the_key_and_a_typo_is_reported() -> None:
    assert parse_option("進み具合=③進捗状況", seed_form()) == ("進み具合", "progress")
    with pytest.raises(UsageMistake) as caught:
        parse_option("進み具合=③進捗状態", seed_form())
    assert caught.value.params["near"] == "もしかして「③進捗状況」ですか。"
    with pytest.raises(UsageMistake) as caught:
        parse_option("進み具合=zzz", seed_form())
    assert str(caught.value.params["near"]).startswith("使えるのは no、name、progress")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[columns]\na = \n", "2 行目 5 文字目の書き方が正しくありません"),
        (b"\xff\xfe\xff", "文字コードが UTF-8 ではありません"),
        (b'[columns]\na = "progres"\n', "もしかして「progress」ですか"),
    ],
)
def test_error_in_the_file_is_reported_in_japanese(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    master = tmp_path / "台帳.xlsx"
    mapping_path(master).write_bytes(content)
    with pytest.raises(InputUnreadable) as caught:
        read_mapping(master, seed_form())
    assert caught.value.code == "mapping-broken"
    assert reason in str(caught.value.params["reason"])


def test_unwritable_mapping_is_reported_with_its_path(tmp_path: Path) -> None:
    master = tmp_path / "ない" / "台帳.xlsx"
    with pytest.raises(OutputUnwritable) as caught:
        write_mapping(master, {"い": "name"})
    assert caught.value.code == "file-unwritable"
    assert caught.value.params["path"] == mapping_path(master)


def test_interrupted_write_leaves_the_old_mapping_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = tmp_path / "台帳.xlsx"
    path = write_mapping(master, {"い": "name"})
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OutputUnwritable):
        write_mapping(master, {"ろ": "no"})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_writing_replaces_a_link_and_not_its_target(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text('[columns]\n"い" = "name"\n', encoding="utf-8")
    master = tmp_path / "台帳.xlsx"
    mapping_path(master).symlink_to(elsewhere)
    write_mapping(master, {"ろ": "no"})
    assert read_mapping(master) == {"い": "name", "ろ": "no"}
    assert "ろ" not in elsewhere.read_text(encoding="utf-8")
