from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.commands.traces import watched


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not this tool's; the temporary folder is another one."""
    for name in ("own", "temporary", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    return tmp_path / "elsewhere"


def test_what_is_written_in_its_own_folders_is_no_trace(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    with watched([own]) as seen:
        (own / "資料").mkdir()
        (own / "資料" / "a.txt").write_text("a", encoding="utf-8")
        (own / "資料" / "a.txt").rename(own / "b.txt")
        (elsewhere.parent / "temporary" / "c.txt").touch()
    assert seen == set()


def test_a_temporary_file_in_one_of_its_own_folders_is_no_trace(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    with watched([own]) as seen, tempfile.TemporaryFile(dir=own):
        pass
    assert seen == set()


def test_whatever_is_changed_elsewhere_is_seen(elsewhere: Path) -> None:
    (elsewhere / "old").touch()
    own = elsewhere.parent / "own"
    with watched([own]) as seen:
        (elsewhere / "new").write_text("", encoding="utf-8")
        (elsewhere / "folder").mkdir()
        (elsewhere / "old").unlink()
        os.close(os.open(elsewhere / "low", os.O_CREAT | os.O_WRONLY))
        (own / "moved").touch()
        (own / "moved").rename(elsewhere / "moved")
    assert seen == {str(elsewhere / name) for name in ("new", "folder", "old", "low", "moved")}


def test_a_neighbour_with_a_longer_name_is_not_its_own(elsewhere: Path) -> None:
    own = elsewhere.parent / "own"
    neighbour = elsewhere.parent / "own2"
    with watched([own]) as seen:
        neighbour.mkdir()
    assert seen == {str(neighbour)}


def test_reading_is_no_trace(elsewhere: Path) -> None:
    (elsewhere / "old").touch()
    with watched([]) as seen:
        (elsewhere / "old").read_bytes()
        with open(os.devnull, "w", encoding="utf-8"):  # noqa: PTH123 - no path
            pass
    assert seen == set()


def test_another_machine_is_seen_and_this_one_is_not(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    with watched([]) as seen:
        sys.audit("socket.connect", None, ("127.0.0.1", 8000))
        sys.audit("socket.connect", None, ("192.0.2.1", 443))
        sys.audit("socket.connect", None, "/run/a socket of this machine")
    assert seen == {"192.0.2.1"}


def test_a_change_of_the_registry_is_seen(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    with watched([]) as seen:
        sys.audit("winreg.OpenKey", 1, "Software", 0)
        sys.audit("winreg.SetValue", 1, "Software", 1, "x")
    assert seen == {"winreg.SetValue Software"}


def test_a_font_cache_in_the_profile_is_seen(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(elsewhere))
    cache = elsewhere / "fontconfig" / "cache"
    cache.mkdir(parents=True)
    (cache / "of another program").touch()
    with watched([elsewhere]) as seen:
        (cache / "new").touch()
    assert seen == {str(cache / "new")}


def test_once_the_block_has_ended_nothing_is_watched(elsewhere: Path) -> None:
    with watched([]) as seen:
        pass
    (elsewhere / "later").touch()
    assert seen == set()
