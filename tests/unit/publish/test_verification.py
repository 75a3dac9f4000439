from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from pipeline.base.errors import InputUnreadable
from pipeline.publish.index import index
from pipeline.publish.runs import publish
from pipeline.publish.verification import Checked, find_run, findings_of, verify

NOW = dt.datetime(2026, 3, 9, 21, 5, 7, tzinfo=dt.UTC)
FILES = {"資料１_会議用.docx": b"word", "資料１_会議用.pdf": b"pdf"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index).run


def test_unchanged_run_has_no_findings(run: Path) -> None:
    assert verify(run) == tuple(Checked(name, "ok") for name in FILES)
    assert findings_of(verify(run)) == ()


def test_changed_missing_and_extra_files_are_reported(run: Path) -> None:
    (run / "資料１_会議用.docx").write_bytes(b"word, saved again")
    (run / "資料１_会議用.pdf").unlink()
    (run / "控え").mkdir()
    (run / "控え" / "写し.pdf").write_bytes(b"pdf")
    checked = {each.name: each.status for each in verify(run)}
    assert checked == {
        "資料１_会議用.docx": "changed",
        "資料１_会議用.pdf": "missing",
        "控え/写し.pdf": "extra",
    }
    findings = findings_of(verify(run))
    assert [each.code for each in findings] == ["file-changed", "file-gone", "file-added"]
    assert all(each.blocks and str(each.value) in each.message for each in findings)


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", ".DS_Store", "~$資料１_会議用.docx"])
def test_system_files_are_ignored(run: Path, name: str) -> None:
    (run / name).write_bytes(b"x")
    assert findings_of(verify(run)) == ()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"files": [{"name": "a"}]}', '{"files": 1}', "\ud800"],
)
def test_invalid_manifest_is_reported(run: Path, content: str) -> None:
    (run / "manifest.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputUnreadable) as caught:
        verify(run)
    assert caught.value.code == "manifest-unreadable"


def test_manifest_that_cannot_be_opened_is_reported_in_japanese(run: Path) -> None:
    (run / "manifest.json").unlink()
    (run / "manifest.json").mkdir()
    with pytest.raises(InputUnreadable) as caught:
        verify(run)
    # The reason differs between systems; Windows reports a folder as "access denied".
    assert "Is a directory" not in str(caught.value.params["reason"])


def test_manifest_with_a_path_outside_of_the_run_is_rejected(run: Path) -> None:
    named = {"name": "../../secret", "sha256": "0"}
    (run / "manifest.json").write_text(json.dumps({"files": [named]}), encoding="utf-8")
    with pytest.raises(InputUnreadable) as caught:
        verify(run)
    assert caught.value.params["reason"] == "書き換えられています"


def test_run_is_found_by_name_or_path_and_defaults_to_the_newest(run: Path, tmp_path: Path) -> None:
    newest = publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index).run
    assert find_run(tmp_path, None) == newest
    assert find_run(tmp_path, Path(run.name)) == run
    assert find_run(tmp_path, run) == run


def test_missing_run_is_reported(run: Path, tmp_path: Path) -> None:
    for output, requested, code in (
        (tmp_path, Path("ない"), "run-missing"),
        (tmp_path / "ない", None, "no-run-yet"),
    ):
        with pytest.raises(InputUnreadable) as caught:
            find_run(output, requested)
        assert caught.value.code == code
    (tmp_path / "latest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputUnreadable) as caught:
        find_run(tmp_path, None)
    assert caught.value.code == "manifest-unreadable"
    assert run.is_dir()


def test_fifo_in_place_of_a_file_is_reported_without_blocking(tmp_path: Path) -> None:
    run = tmp_path / "20260309-210507_台帳"
    run.mkdir()
    os.mkfifo(run / "a.pdf")
    listed = {"files": [{"name": "a.pdf", "sha256": "0" * 64}]}
    (run / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    with pytest.raises(InputUnreadable) as caught:
        verify(run)
    assert caught.value.params["reason"] == "ふつうのファイルではありません"
    (run / "manifest.json").unlink()
    os.mkfifo(run / "manifest.json")
    with pytest.raises(InputUnreadable):
        verify(run)


@pytest.mark.parametrize("name", ["..", "../..", "/", "C:\\", "a/b", ""])
def test_pointer_outside_of_the_folder_is_rejected(tmp_path: Path, name: str) -> None:
    pointer = json.dumps({"run": name, "files": []})
    (tmp_path / "latest.json").write_text(pointer, encoding="utf-8")
    with pytest.raises(InputUnreadable) as caught:
        find_run(tmp_path, None)
    assert caught.value.code == "manifest-unreadable"
