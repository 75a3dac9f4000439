from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.base.errors import OutputUnwritable
from pipeline.model.manifest import Run
from pipeline.publish import runs as station
from pipeline.publish.runs import publish

NOW = dt.datetime(2026, 3, 9, 21, 5, 7, tzinfo=dt.UTC)
FILES = {"資料１_会議用.docx": b"word", "資料１_会議用.pdf": b"pdf"}


def names(runs: Sequence[Run]) -> bytes:
    return "\n".join(each.name for each in runs).encode()


def run(
    output: Path,
    files: dict[str, bytes] | None = None,
    *,
    label: str = "台帳",
    manifest: Mapping[str, object] | None = None,
    index: Callable[[Sequence[Run]], bytes] = names,
) -> Path:
    whole = manifest or {"form": "shiryo1"}
    return publish(output, files or FILES, label=label, now=NOW, manifest=whole, index=index).run


def visible(output: Path) -> set[str]:
    return {path.name for path in output.iterdir() if not path.name.startswith(".")}


def test_a_run_holds_its_files_and_a_manifest_with_their_sums(tmp_path: Path) -> None:
    folder = run(tmp_path)
    assert folder.name == "20260309-210507_台帳"
    assert (folder / "資料１_会議用.pdf").read_bytes() == b"pdf"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["form"] == "shiryo1"
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }


def test_the_pointers_name_the_newest_run(tmp_path: Path) -> None:
    run(tmp_path)
    newest = run(tmp_path, {"資料１_結果版.pdf": b"new"})
    latest = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert latest == {"run": newest.name, "files": [f"{newest.name}/資料１_結果版.pdf"]}
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.splitlines() == [newest.name, newest.name.removesuffix("-2")]


def test_the_page_is_made_from_every_run_newest_first_and_its_manifest(tmp_path: Path) -> None:
    seen: list[Sequence[Run]] = []

    def keep(runs: Sequence[Run]) -> bytes:
        seen.append(runs)
        return b""

    for number in range(11):
        run(tmp_path, manifest={"master": {"name": f"{number}.xlsx"}}, index=keep)
    (tmp_path / "20200101-000000_壊れた記録").mkdir()
    (tmp_path / "20200101-000000_壊れた記録" / "manifest.json").write_bytes(b"{")
    (tmp_path / "職員のメモ").mkdir()
    run(tmp_path, index=keep)
    manifests = [each.manifest for each in seen[-1]]
    assert [each.master.name for each in manifests if each] == [
        f"{number}.xlsx" for number in reversed(range(11))
    ]
    assert seen[-1][-1] == Run("20200101-000000_壊れた記録", frozenset({"manifest.json"}), None)


def test_an_older_run_that_can_not_be_read_keeps_nobody_from_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = run(tmp_path)
    plain = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.parent == older:
            raise PermissionError(13, "in use")
        return plain(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    newer = run(tmp_path)
    listed = (tmp_path / "index.html").read_text(encoding="utf-8").splitlines()
    assert listed == [newer.name, older.name]


def test_a_file_may_lie_in_a_folder_of_the_run_and_is_no_document(tmp_path: Path) -> None:
    folder = run(tmp_path, {"資料１.pdf": b"pdf", "pictures/資料１_1.png": b"png"})
    assert (folder / "pictures" / "資料１_1.png").read_bytes() == b"png"
    latest = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert latest["files"] == [f"{folder.name}/資料１.pdf"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in manifest["files"]] == ["資料１.pdf", "pictures/資料１_1.png"]


def test_earlier_runs_stay_and_a_taken_name_is_numbered(tmp_path: Path) -> None:
    first, second = run(tmp_path), run(tmp_path)
    assert second.name == f"{first.name}-2"
    assert (first / "資料１_会議用.docx").read_bytes() == b"word"


def test_what_a_killed_run_left_behind_is_cleared(tmp_path: Path) -> None:
    leftover = tmp_path / ".staging-killed"
    leftover.mkdir()
    (leftover / "half.pdf").write_bytes(b"%PD")
    run(tmp_path)
    assert not leftover.exists()


def test_nothing_is_visible_where_the_disk_fills_while_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    before = visible(tmp_path)
    wrote: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        if wrote:
            raise OSError(28, "No space left on device")
        wrote.append(path)
        path.write_bytes(content)

    monkeypatch.setattr(station, "_write", full)
    with pytest.raises(OutputUnwritable):
        run(tmp_path)
    assert visible(tmp_path) == before
    assert not list(tmp_path.glob(".staging-*"))


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("x", encoding="utf-8")
    with pytest.raises(OutputUnwritable) as caught:
        run(tmp_path / "output")
    assert caught.value.code == "output-unwritable"


def test_a_label_that_windows_could_not_store_is_changed(tmp_path: Path) -> None:
    folder = run(tmp_path, label='A:B"C?')
    assert folder.name == "20260309-210507_A_B_C_"


def test_runs_of_one_second_are_sorted_by_when_they_were_made(tmp_path: Path) -> None:
    order = [run(tmp_path, label=label).name for label in ("台帳-10", "台帳-2", "台帳-10", "A")]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.splitlines() == order[::-1]


def test_a_folder_whose_name_is_no_text_keeps_nobody_from_publishing(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"20260101-000000_\x91\xe4")
    odd.mkdir()
    (odd / "manifest.json").write_bytes(b"{}")
    newest = run(tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page == newest.name
