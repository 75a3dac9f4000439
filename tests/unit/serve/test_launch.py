"""Start of the server, second start, killed server, automatic stop."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.masters import row, write_master
from support.page import Visitor, served
from support.processes import descendants, is_running, started_command, until, wait_count

from pipeline.base.errors import ComponentMissing, UsageMistake
from pipeline.serve import launch
from pipeline.serve.session import Session


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An own folder for the lock and the note of each test."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("home")))


def home() -> Path:
    return Path(os.environ["XDG_RUNTIME_DIR"]) / f"shiryo-{os.getuid()}"


# ---- the second start


def test_second_start_gets_an_address_of_running_page(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first, served(tmp_path) as site:
        assert first is not None
        first(site.session)
        with launch.only_page(tmp_path) as second:
            assert second is None
        address = urlsplit(launch.address_of_running_page(tmp_path))
        assert address.netloc == site.session.host
        assert site.visitor.get(f"{address.path}?{address.query}").status == 303


def test_each_folder_has_its_own_page(tmp_path: Path) -> None:
    with launch.only_page(tmp_path / "甲") as one, launch.only_page(tmp_path / "乙") as other:
        assert one is not None
        assert other is not None


def test_stopped_page_leaves_no_note(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        assert list(home().glob("*.json"))
    assert not list(home().glob("*.json"))


def test_silent_server_is_reported(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        with pytest.raises(ComponentMissing) as stopped:
            launch.address_of_running_page(tmp_path, timeout=0.2)
    assert stopped.value.code == "page-silent"


def test_key_is_readable_only_by_its_user(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        (note,) = home().glob("*.json")
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_folder_of_another_user_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The folder with this user's name belongs to another user.
    other_user = os.getuid() + 1
    home().with_name(f"shiryo-{other_user}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: other_user)
    with pytest.raises(ComponentMissing) as stopped, launch.only_page(tmp_path):
        pass
    assert stopped.value.code == "page-home-unsafe"


def test_taken_port_is_reported() -> None:
    with launch.listening(0) as first, pytest.raises(UsageMistake) as stopped:
        launch.listening(first.getsockname()[1])
    assert stopped.value.code == "port-taken"


# ---- the command


def opened_page(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], Visitor]:
    process = started_command(folder, "serve", "--no-browser", *arguments)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://([^/]+)(/open\S+)", line)
    assert found, line + process.stderr.read()
    visitor = Visitor(Session(found[1]))
    answer = visitor.get(found[2])
    visitor.cookie = answer.headers["set-cookie"].partition(";")[0]
    return process, visitor


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    process, visitor = opened_page(tmp_path)
    try:
        yield process, visitor
    finally:
        process.kill()
        process.communicate()


def test_second_start_opens_the_first_page_and_ctrl_c_stops_all_processes(
    tmp_path: Path, page: tuple[subprocess.Popen[str], Visitor]
) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    workers = descendants(process.pid)
    second = started_command(tmp_path, "serve", "--no-browser")
    _, stderr = second.communicate(timeout=60)
    assert second.returncode == 0
    assert f"http://{visitor.session.host}/open" in stderr
    assert is_running(process.pid)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, "画面を終わりました" in stderr) == (0, True)
    assert "Traceback" not in stderr
    until(lambda: not any(is_running(worker) for worker in workers))


def test_next_start_works_after_a_killed_server(
    tmp_path: Path, page: tuple[subprocess.Popen[str], Visitor]
) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    made = {path: path.read_bytes() for path in tmp_path.glob("output/*/*.*")}
    workers = descendants(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(is_running(worker) for worker in workers))
    again, other = opened_page(tmp_path)
    try:
        assert other.session.host != visitor.session.host
        other.until("会議用の資料ができています")
        # The existing documents are used: none is made again.
        assert {p: p.read_bytes() for p in tmp_path.glob("output/*/*.*")} == made
    finally:
        again.kill()
        again.communicate()


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    process = started_command(tmp_path, "serve", "--no-browser", "--folder", "ない")
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "フォルダー ない がありません" in stderr


# ---- when it stops


def test_server_stops_after_the_window_was_closed(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=0.3) as site:
        officer = site.officer
        with officer.window():
            officer.post("/closed", {})
        assert site.ended()


def test_reloaded_window_keeps_the_server_running(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=2) as site:
        officer = site.officer
        with officer.window():
            officer.post("/closed", {})
        with officer.window():
            time.sleep(3)
            assert site.runs


def test_second_window_keeps_the_server_running(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=0.3) as site:
        officer = site.officer
        with officer.window():
            with officer.window():
                officer.post("/closed", {})
            time.sleep(1)
            assert site.runs


def test_server_stops_without_requests(tmp_path: Path) -> None:
    with served(tmp_path, after_idle=0.5) as site:
        assert site.ended()


def test_server_runs_while_a_window_is_open_and_some_time_after(tmp_path: Path) -> None:
    with served(tmp_path, after_idle=3) as site:
        with site.officer.window():
            time.sleep(4)
            assert site.runs
        assert site.runs
        assert site.ended()


def test_button_stops_the_server(tmp_path: Path) -> None:
    with served(tmp_path) as site:
        with site.officer.window():
            assert "閉じてかまいません" in site.officer.post("/stop", {}, accept="text/html").text
        assert site.ended()


# ---- an idle page


def test_idle_page_rarely_wakes_the_processor(page: tuple[subprocess.Popen[str], Visitor]) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    with visitor.window():
        time.sleep(2)
        before = sum(map(wait_count, [process.pid, *descendants(process.pid)]))
        time.sleep(4)
        after = sum(map(wait_count, [process.pid, *descendants(process.pid)]))
    # Twenty wake-ups a second poll the saved files. A library loop that checks ten times a second
    # whether to stop would add ten.
    assert (after - before) / 4 < 35
