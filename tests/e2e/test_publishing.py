"""Publishing under faults: a visible run is always complete.

Real processes and real limits: processes killed at different moments of a run, a limit
on the size of files, a full disk, a folder without write permission, a name that exists
already, several processes at the same time.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import filelock
import pytest
from support.commands import ROOT, published, shiryo
from support.masters import row, seed_rows, write_master

from pipeline.base import locks
from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import write_flushed
from pipeline.base.paths import LATEST
from pipeline.publish import runs
from pipeline.publish.index import index
from pipeline.publish.runs import publish

NOW = dt.datetime(2026, 3, 9, 21, 5, 7, tzinfo=dt.UTC)
# Four files, as large as those of the seed.
FILES = {
    f"資料１_{name}": random.Random(name).randbytes(size)
    for name, size in (
        ("会議用.docx", 14_000),
        ("会議用.pdf", 120_000),
        ("結果版.docx", 15_000),
        ("結果版.pdf", 120_000),
    )
}
FORK = multiprocessing.get_context("fork")


def publish_run(output: Path, label: str = "台帳") -> Path:
    return publish(
        output, FILES, label=label, now=NOW, manifest={"form": "shiryo1"}, index=index
    ).run


def is_complete(run: Path) -> bool:
    """Whether a run has all files of its manifest, with the recorded hashes."""
    files = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["files"]
    return bool(files) and all(
        hashlib.sha256((run / each["name"]).read_bytes()).hexdigest() == each["sha256"]
        for each in files
    )


def folders(output: Path) -> list[Path]:
    return [path for path in output.iterdir() if path.is_dir() and path.name[0] != "."]


def assert_sound(output: Path) -> None:
    """Assert that every visible run is complete, and the pointers name existing runs."""
    assert all(is_complete(run) for run in folders(output))
    if (output / LATEST).exists():
        pointer = json.loads((output / LATEST).read_text(encoding="utf-8"))
        assert (output / pointer["run"]).is_dir()
        assert all((output / name).is_file() for name in pointer["files"])
    if (output / "index.html").exists():
        page = (output / "index.html").read_text(encoding="utf-8")
        links = re.findall(r'href="([^"#:]+)"', page)
        assert links
        assert all((output / unquote(link)).exists() for link in links)


def leftovers(output: Path) -> list[str]:
    return sorted(path.name for path in output.glob(".staging-*"))


def in_child(work: Callable[[], object]) -> str:
    """Run ``work`` in a new process; return its error, or an empty text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work()
            error_text = ""
        except OutputUnwritable as error:
            error_text = f"{error.code}: {error.params['reason']}"
        except BaseException as error:  # noqa: BLE001 - the parent process gets any error
            error_text = f"unexpected {error!r}"
        os.write(writing, error_text.encode("utf-8"))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        error_text = pipe.read().decode("utf-8")
    os.waitpid(child, 0)
    return error_text


# --- killed processes -------------------------------------------------------------------


def test_process_killed_at_any_moment_leaves_no_partial_run(tmp_path: Path) -> None:
    first = publish_run(tmp_path, "前回")
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    began = time.perf_counter()
    assert in_child(lambda: publish_run(tmp_path, "試し")) == ""
    duration = time.perf_counter() - began
    ends = {"before": 0, "between": 0, "after": 0}
    for moment in range(50):
        child = os.fork()
        if child == 0:
            publish_run(tmp_path, f"{moment:02}")
            os._exit(0)
        # From the start to shortly after the end.
        time.sleep(duration * 1.2 * moment / 49)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert_sound(tmp_path)
        seen = any(run.name.endswith(f"_{moment:02}") for run in folders(tmp_path))
        ends["after" if seen else "between" if leftovers(tmp_path) else "before"] += 1
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    # Some kills came during the publishing, not all before or after it.
    assert ends["between"] > 0
    assert ends["before"] + ends["after"] > 0
    last = publish_run(tmp_path, "最後")
    assert leftovers(tmp_path) == []
    assert json.loads((tmp_path / LATEST).read_text(encoding="utf-8"))["run"] == last.name


def test_killed_build_leaves_earlier_runs_and_later_builds_work(
    tmp_path: Path,
) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1), row(2)])
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    began = time.perf_counter()
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    duration = time.perf_counter() - began
    first = published(tmp_path)[0]
    command = [sys.executable, "-m", "pipeline", "build", "--format", "docx"]
    for moment in range(6):
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # The build publishes in the last tenths.
        time.sleep(duration * (0.5 + 0.1 * moment))
        # The whole process group, including the workers.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert_sound(tmp_path / "output")
    assert is_complete(first)
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    assert leftovers(tmp_path / "output") == []
    assert_sound(tmp_path / "output")


# --- no space, no permission ------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 1_000, 20_000, 119_999])
def test_file_beyond_the_size_limit_leaves_nothing(tmp_path: Path, limit: int) -> None:
    first = publish_run(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        publish_run(tmp_path)

    error_text = in_child(limited)
    assert error_text == "output-unwritable: 置けるファイルの大きさを超えています"
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert is_complete(first)
    assert_sound(tmp_path)


@contextmanager
def full_from(call: int) -> Iterator[list[int]]:
    """Fail as a full disk does from the ``call``-th flush on; gives the list of flushes."""
    calls: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) >= call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        yield calls


@pytest.mark.parametrize("call", range(1, 10))
def test_disk_full_at_any_write_leaves_no_partial_run(tmp_path: Path, call: int) -> None:
    first = publish_run(tmp_path, "前回")
    with full_from(call) as calls:
        error_text = ""
        try:
            made = publish(tmp_path, FILES, label="次", now=NOW, manifest={}, index=index)
        except OutputUnwritable as error:
            error_text = str(error.params["reason"])
    assert len(calls) >= call
    if error_text:
        assert error_text == "空き容量がありません"
        assert folders(tmp_path) == [first]
    else:
        # The run was published before the failure; at most a pointer could not be written.
        assert {found.code for found in made.findings} <= {"pointer-stale"}
        assert made.findings or call in {6, 7}, "only a folder's own flush may fail in silence"
    assert_sound(tmp_path)
    publish_run(tmp_path, "最後")
    assert leftovers(tmp_path) == []


def test_unwritable_folder_is_reported() -> None:
    # In a folder that other users can enter: pytest's own folder is closed to them.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    output = folder / "output"
    output.mkdir()
    output.chmod(0o555)

    def as_another_user() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        publish_run(output)

    try:
        assert in_child(as_another_user) == "output-unwritable: アクセスが許可されていません"
        assert list(output.iterdir()) == []
    finally:
        output.chmod(0o755)
        shutil.rmtree(folder)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
from pipeline.cli import main
sys.exit(main(["build", "--format", "docx", "--documents", "handout"]))
"""


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(n) for n in range(1, 19)], "--output で別のフォルダーも指定できます"),
        (seed_rows(), "作業用のフォルダー"),
    ],
    ids=["the output", "the system's temporary folder"],
)
def test_full_disk_is_reported_with_a_remedy(
    tmp_path: Path, rows: list[dict[str, object]], words: str
) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", rows)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert published(tmp_path) == []
    assert leftovers(tmp_path / "output") == []


# --- names and pointers -----------------------------------------------------------------


def test_existing_name_is_never_replaced(tmp_path: Path) -> None:
    name = "20260309-210507_台帳"
    (tmp_path / name).mkdir()
    (tmp_path / f"{name}-2").write_text("a file", encoding="utf-8")
    (tmp_path / f"{name}-3").symlink_to(tmp_path / "nowhere")
    assert publish_run(tmp_path).name == f"{name}-4"
    assert list((tmp_path / name).iterdir()) == []
    assert (tmp_path / f"{name}-2").read_text(encoding="utf-8") == "a file"


def test_name_created_at_the_last_moment_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.path.lexists
    created: list[Path] = []

    def lexists(path: Path) -> bool:
        is_there = real(path)
        if not is_there and not created:
            created.append(Path(path))
            (Path(path) / "theirs").mkdir(parents=True)
        return is_there

    monkeypatch.setattr(os.path, "lexists", lexists)
    run = publish_run(tmp_path)
    assert run != created[0]
    assert [path.name for path in created[0].iterdir()] == ["theirs"]
    assert is_complete(run)


def test_unwritable_pointer_is_reported_and_the_run_is_published(tmp_path: Path) -> None:
    (tmp_path / LATEST).mkdir()
    made = publish(tmp_path, FILES, label="台帳", now=NOW, manifest={}, index=index)
    assert is_complete(made.run)
    (found,) = made.findings
    assert (found.code, found.value, found.blocks) == ("pointer-stale", LATEST, False)
    assert leftovers(tmp_path) == []


def test_run_with_corrupted_files_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = write_flushed

    def write_truncated(path: Path, content: bytes) -> None:
        real(path, content[:-1] if path.suffix == ".pdf" else content)

    monkeypatch.setattr(runs, "write_flushed", write_truncated)
    with pytest.raises(OutputUnwritable) as caught:
        publish_run(tmp_path)
    assert "読み返せません" in str(caught.value.params["reason"])
    assert folders(tmp_path) == []
    assert leftovers(tmp_path) == []


# --- at the same time -------------------------------------------------------------------


def test_eight_processes_publish_eight_runs(tmp_path: Path) -> None:
    workers = [FORK.Process(target=publish_run, args=(tmp_path,)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 8
    assert len(folders(tmp_path)) == 8
    assert leftovers(tmp_path) == []
    assert_sound(tmp_path)


def test_two_simultaneous_builds_both_publish(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "pipeline", "build", "--format", "docx"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(published(tmp_path)) == 2
    assert_sound(tmp_path / "output")


def test_lock_timeout_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "SECONDS", 0.1)
    with filelock.FileLock(tmp_path / runs.LOCK_NAME):
        assert (
            in_child(lambda: publish_run(tmp_path))
            == "output-unwritable: ほかの処理が書き込み中です"
        )
    assert publish_run(tmp_path).is_dir()
