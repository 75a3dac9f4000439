from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.base import files, locks
from pipeline.base.errors import OutputUnwritable
from pipeline.model.manifest import Run
from pipeline.publish import history
from pipeline.publish import runs as runs_module
from pipeline.publish.index import index
from pipeline.publish.runs import publish

NOW = dt.datetime(2026, 3, 9, 21, 5, 7, tzinfo=dt.UTC)
FILES = {"資料１_会議用.docx": b"word", "資料１_会議用.pdf": b"pdf"}


def names(runs: Sequence[Run]) -> bytes:
    return runs_module.PAGE_MARK + "".join(f"\n{each.name}" for each in runs).encode()


def listed(output: Path) -> list[str]:
    """The names on the page, after its mark."""
    return (output / "index.html").read_text(encoding="utf-8").splitlines()[1:]


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


def test_run_contains_its_files_and_a_manifest_with_checksums(tmp_path: Path) -> None:
    folder = run(tmp_path)
    assert folder.name == "20260309-210507_台帳"
    assert (folder / "資料１_会議用.pdf").read_bytes() == b"pdf"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["form"] == "shiryo1"
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }


def test_pointers_name_the_newest_run(tmp_path: Path) -> None:
    run(tmp_path)
    newest = run(tmp_path, {"資料１_結果版.pdf": b"new"})
    latest = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert latest == {"run": newest.name, "files": [f"{newest.name}/資料１_結果版.pdf"]}
    assert listed(tmp_path) == [newest.name, newest.name.removesuffix("-2")]


def test_page_is_made_from_all_runs_newest_first(tmp_path: Path) -> None:
    seen: list[Sequence[Run]] = []

    def keep(runs: Sequence[Run]) -> bytes:
        seen.append(runs)
        return names(runs)

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


def test_unreadable_older_run_does_not_stop_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = run(tmp_path)
    plain = files.read_bounded

    def locked(path: Path, limit: int) -> bytes:
        if path.parent == older:
            raise PermissionError(13, "in use")
        return plain(path, limit)

    monkeypatch.setattr(history, "read_bounded", locked)
    newer = run(tmp_path)
    assert listed(tmp_path) == [newer.name, older.name]


def test_file_in_a_subfolder_is_not_listed_as_document(tmp_path: Path) -> None:
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


def test_files_of_a_killed_run_are_deleted(tmp_path: Path) -> None:
    leftover = tmp_path / ".staging-killed"
    leftover.mkdir()
    (leftover / "half.pdf").write_bytes(b"%PD")
    run(tmp_path)
    assert not leftover.exists()


def test_full_disk_leaves_no_visible_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path)
    before = visible(tmp_path)
    wrote: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        if wrote:
            raise OSError(28, "No space left on device")
        wrote.append(path)
        path.write_bytes(content)

    monkeypatch.setattr(runs_module, "write_flushed", full)
    with pytest.raises(OutputUnwritable):
        run(tmp_path)
    assert visible(tmp_path) == before
    assert not list(tmp_path.glob(".staging-*"))


def test_file_in_place_of_the_output_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("x", encoding="utf-8")
    with pytest.raises(OutputUnwritable) as caught:
        run(tmp_path / "output")
    assert caught.value.code == "output-unwritable"


def test_label_is_changed_to_a_valid_windows_name(tmp_path: Path) -> None:
    folder = run(tmp_path, label='A:B"C?')
    assert folder.name == "20260309-210507_A_B_C_"


def test_runs_of_the_same_second_are_sorted_by_creation(tmp_path: Path) -> None:
    order = [run(tmp_path, label=label).name for label in ("台帳-10", "台帳-2", "台帳-10", "A")]
    assert listed(tmp_path) == order[::-1]


def test_undecodable_folder_name_does_not_stop_publishing(tmp_path: Path) -> None:
    undecodable = tmp_path / os.fsdecode(b"20260101-000000_\x91\xe4")
    undecodable.mkdir()
    (undecodable / "manifest.json").write_bytes(b"{}")
    newest = run(tmp_path)
    assert listed(tmp_path) == [newest.name]


# --- foreign files -------------------------------------------------------------------------


def foreign_run(output: Path, name: str, content: bytes | None = None) -> Path:
    """A folder that another user created in the output folder."""
    folder = output / name
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "manifest.json").write_bytes(content)
    return folder


HOSTILE = {
    "nested": b'{"master":{"name":"a"},"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested in a finding": b'{"master":{"name":"a"},"findings":' + b"[" * 100_000,
    "long number": b'{"master":{"name":"a"},"documents":[{"name":"a","pages":'
    + b"9" * 9999
    + b"}]}",
    "surrogate": b'{"master":{"name":"\\ud800"}}',
    "binary": bytes(range(256)) * 100,
    "empty": b"",
    "another kind": b"[1, 2]",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_manifest_does_not_stop_publishing(tmp_path: Path, content: bytes) -> None:
    older = run(tmp_path, manifest={"master": {"name": "台帳.xlsx"}})
    foreign_run(tmp_path, "20260309-210506_他", content)
    newest = run(tmp_path, manifest={"master": {"name": "台帳.xlsx"}}, index=index)
    seen = history.history(tmp_path, NOW, newest=newest.name)
    assert [each.name for each in seen] == [newest.name, older.name, "20260309-210506_他"]
    assert [each.manifest is None for each in seen] == [False, False, True]
    assert "記録（manifest.json）を読み取れません" in (tmp_path / "index.html").read_text("utf-8")


def test_manifest_that_is_too_large_or_no_regular_file_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MANIFEST_LIMIT", 1_000)
    foreign_run(tmp_path, "20260309-000001_大", b'{"master":{"name":"a"}}' + b" " * 1_000)
    os.mkfifo(foreign_run(tmp_path, "20260309-000002_管") / "manifest.json")
    (foreign_run(tmp_path, "20260309-000003_夾") / "manifest.json").mkdir()
    (foreign_run(tmp_path, "20260309-000004_鎖") / "manifest.json").symlink_to("/dev/zero")
    (tmp_path / "20260309-000005_外").symlink_to("/", target_is_directory=True)
    newest = run(tmp_path)
    seen = {each.name: each.manifest for each in history.history(tmp_path, NOW)}
    assert list(seen) == [
        newest.name,
        *(f"20260309-00000{n}" + c for n, c in ((4, "_鎖"), (3, "_夾"), (2, "_管"), (1, "_大"))),
    ]
    assert not any(seen.values())


@pytest.mark.parametrize("name", ["20991231-235959_台帳", "zzzz", "99999999-999999_a", "~"])
def test_run_with_a_future_time_or_without_time_is_not_the_newest(
    tmp_path: Path, name: str
) -> None:
    foreign = foreign_run(tmp_path, name, b'{"master":{"name":"a.xlsx"}}')
    long_ago = dt.datetime(2026, 3, 1, tzinfo=dt.UTC).timestamp()
    os.utime(foreign / "manifest.json", (long_ago, long_ago))
    made = [run(tmp_path).name for _ in range(2)]
    assert listed(tmp_path) == [*made[::-1], name]
    # A file time in the future is ignored too.
    far = dt.datetime(2090, 1, 1, tzinfo=dt.UTC).timestamp()
    os.utime(foreign / "manifest.json", (far, far))
    made.append(run(tmp_path).name)
    assert listed(tmp_path) == [*made[::-1], name]


def test_hostile_texts_of_a_manifest_are_escaped_and_not_linked(tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script>\u202excod.exe'
    manifest = {
        "master": {"name": hostile},
        "documents": [
            {"name": "../../../etc/passwd", "format": "pdf"},
            {"name": "a.pdf", "format": hostile, "pictures": ["..\\..\\x.png"]},
            {"name": "javascript:alert(1)", "format": "pdf", "title": hostile},
        ],
        "findings": [{"severity": "error", "message": hostile, "sheet": hostile, "cell": "A1"}],
    }
    foreign_run(tmp_path, "20260309-210506_<b>", json.dumps(manifest).encode())
    run(tmp_path, manifest={"master": {"name": "台帳.xlsx"}}, index=index)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "alert(1)&lt;/script&gt;" in page
    for unwanted in ("<script", "\u202e", "passwd", "x.png", "<b>", 'href="javascript'):
        assert unwanted not in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("index.html", b"<!doctype html><title>the town</title>"),
        ("latest.json", b'{"version": "1.2"}'),
        ("latest.json", b"[]"),
    ],
)
def test_foreign_pointer_is_unchanged_and_reported(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    made = publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index)
    (found,) = made.findings
    assert (found.code, found.value, found.blocks) == ("pointer-not-ours", name, False)
    assert (tmp_path / name).read_bytes() == content
    (tmp_path / name).unlink()
    assert publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index).findings == ()
    assert publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index).findings == ()


def test_links_in_place_of_pointers_and_lock_change_no_other_file(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    output = tmp_path / "output"
    output.mkdir()
    for name in ("index.html", ".staging-latest.json", ".staging-index.html"):
        (output / name).symlink_to(elsewhere)
    run(output)
    (output / "latest.json").unlink()
    (output / "latest.json").symlink_to(elsewhere)
    run(output)
    (output / ".publish.lock").unlink()
    (output / ".publish.lock").symlink_to(elsewhere)
    with pytest.raises(OutputUnwritable):
        run(output)
    assert elsewhere.read_bytes() == b"theirs"


def test_publishing_keeps_files_that_other_commands_are_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """entry and check --annotate write into the same folder, without publishing's lock."""
    plain = files.write_flushed

    def meanwhile(path: Path, content: bytes) -> None:
        plain(path, content)
        monkeypatch.setattr(files, "write_flushed", plain)
        run(tmp_path)

    monkeypatch.setattr(files, "write_flushed", meanwhile)
    kept = files.write_new(b"entry", tmp_path / "当日入力.xlsx")
    assert kept.read_bytes() == b"entry"


def test_old_manifests_are_read_before_the_lock_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [run(tmp_path).name for _ in range(3)]
    under_lock: list[str] = []
    held = False
    plain, lock = files.read_bounded, locks.exclusive

    def read(path: Path, limit: int) -> bytes:
        if held:
            under_lock.append(path.parent.name)
        return plain(path, limit)

    @contextlib.contextmanager
    def holding(path: Path) -> Iterator[None]:
        nonlocal held
        with lock(path):
            held = True
            yield
            held = False

    monkeypatch.setattr(history, "read_bounded", read)
    monkeypatch.setattr(runs_module, "exclusive", holding)
    newest = run(tmp_path)
    assert under_lock == [newest.name]
    assert listed(tmp_path) == [newest.name, *old[::-1]]
