from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.commands.traces import watched


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not allowed; the temporary folder is another one."""
    for name in ("own", "temporary", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    return tmp_path / "elsewhere"


def test_changes_in_allowed_folders_are_ignored(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    with watched([own]) as changes:
        (own / "資料").mkdir()
        (own / "資料" / "a.txt").write_text("a", encoding="utf-8")
        (own / "資料" / "a.txt").rename(own / "b.txt")
        (elsewhere.parent / "temporary" / "c.txt").touch()
    assert changes == set()


def test_temporary_file_in_an_allowed_folder_is_ignored(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    with watched([own]) as changes, tempfile.TemporaryFile(dir=own):
        pass
    assert changes == set()


def test_changes_in_other_folders_are_detected(elsewhere: Path) -> None:
    (elsewhere / "old").touch()
    own = elsewhere.parent / "own"
    with watched([own]) as changes:
        (elsewhere / "new").write_text("", encoding="utf-8")
        (elsewhere / "folder").mkdir()
        (elsewhere / "old").unlink()
        os.close(os.open(elsewhere / "low", os.O_CREAT | os.O_WRONLY))
        (own / "moved").touch()
        (own / "moved").rename(elsewhere / "moved")
    assert changes == {str(elsewhere / name) for name in ("new", "folder", "old", "low", "moved")}


def test_folder_whose_name_starts_like_an_allowed_one_is_detected(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    neighbour = elsewhere.parent / "own2"
    with watched([own]) as changes:
        neighbour.mkdir()
    assert changes == {str(neighbour)}


def test_reading_is_ignored(elsewhere: Path) -> None:
    (elsewhere / "old").touch()
    with watched([]) as changes:
        (elsewhere / "old").read_bytes()
        with open(os.devnull, "w", encoding="utf-8"):  # noqa: PTH123 - no path
            pass
    assert changes == set()


def test_only_connections_to_other_machines_are_detected(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    with watched([]) as changes:
        sys.audit("socket.connect", None, ("127.0.0.1", 8000))
        sys.audit("socket.connect", None, ("192.0.2.1", 443))
        sys.audit("socket.connect", None, "/run/a socket of this machine")
    assert changes == {"192.0.2.1"}


def test_registry_change_is_detected(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    with watched([]) as changes:
        sys.audit("winreg.OpenKey", 1, "Software", 0)
        sys.audit("winreg.SetValue", 1, "Software", 1, "x")
    assert changes == {"winreg.SetValue Software"}


def test_font_cache_in_the_profile_is_detected(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(elsewhere))
    cache = elsewhere / "fontconfig" / "cache"
    cache.mkdir(parents=True)
    (cache / "of another program").touch()
    with watched([elsewhere]) as changes:
        (cache / "new").touch()
    assert changes == {str(cache / "new")}


def test_changes_after_the_block_are_ignored(elsewhere: Path) -> None:
    with watched([]) as changes:
        pass
    (elsewhere / "later").touch()
    assert changes == set()
