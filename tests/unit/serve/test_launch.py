"""Starting, starting twice, being killed, and stopping by itself."""

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
from support.processes import begun, family, runs, until, wakes

from pipeline.base.errors import ComponentMissing, UsageMistake
from pipeline.serve import launch
from pipeline.serve.session import Session


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the lock and the note about the page lie."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("home")))


def home() -> Path:
    return Path(os.environ["XDG_RUNTIME_DIR"]) / f"shiryo-{os.getuid()}"


# ---- the second start


def test_the_second_start_is_given_an_address_of_the_first(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first, served(tmp_path) as site:
        assert first is not None
        first(site.session)
        with launch.only_page(tmp_path) as second:
            assert second is None
        address = urlsplit(launch.address_of_the_first(tmp_path))
        assert address.netloc == site.session.host
        assert site.visitor.get(f"{address.path}?{address.query}").status == 303


def test_two_folders_have_a_page_each(tmp_path: Path) -> None:
    with launch.only_page(tmp_path / "甲") as one, launch.only_page(tmp_path / "乙") as other:
        assert one is not None
        assert other is not None


def test_a_page_that_has_ended_leaves_nothing(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        assert list(home().glob("*.json"))
    assert not list(home().glob("*.json"))


def test_a_page_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        with pytest.raises(ComponentMissing) as stopped:
            launch.address_of_the_first(tmp_path, timeout=0.2)
    assert stopped.value.code == "page-silent"


def test_the_key_is_for_nobody_else(tmp_path: Path) -> None:
    with launch.only_page(tmp_path) as first:
        assert first is not None
        first(Session("127.0.0.1:1"))
        (note,) = home().glob("*.json")
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_a_folder_of_another_user_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The folder that would be this user's is somebody else's.
    stranger = os.getuid() + 1
    home().with_name(f"shiryo-{stranger}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    with pytest.raises(ComponentMissing) as stopped, launch.only_page(tmp_path):
        pass
    assert stopped.value.code == "page-home-unsafe"


def test_a_port_that_is_taken_is_told() -> None:
    with launch.listening(0) as first, pytest.raises(UsageMistake) as stopped:
        launch.listening(first.getsockname()[1])
    assert stopped.value.code == "port-taken"


# ---- the command


def started(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], Visitor]:
    process = begun(folder, "serve", "--no-browser", *arguments)
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
    process, visitor = started(tmp_path)
    try:
        yield process, visitor
    finally:
        process.kill()
        process.communicate()


def test_starting_twice_opens_the_first_and_ctrl_c_leaves_nothing_behind(
    tmp_path: Path, page: tuple[subprocess.Popen[str], Visitor]
) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    workers = family(process.pid)
    second = begun(tmp_path, "serve", "--no-browser")
    _, told = second.communicate(timeout=60)
    assert second.returncode == 0
    assert f"http://{visitor.session.host}/open" in told
    assert runs(process.pid)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, "画面を終わりました" in told) == (0, True)
    assert "Traceback" not in told
    until(lambda: not any(runs(worker) for worker in workers))


def test_after_a_killed_server_the_next_start_begins_anew(
    tmp_path: Path, page: tuple[subprocess.Popen[str], Visitor]
) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    made = {path: path.read_bytes() for path in tmp_path.glob("output/*/*.*")}
    workers = family(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(runs(worker) for worker in workers))
    again, other = started(tmp_path)
    try:
        assert other.session.host != visitor.session.host
        other.until("会議用の資料ができています")
        # The documents that there are serve: nothing is made anew.
        assert {p: p.read_bytes() for p in tmp_path.glob("output/*/*.*")} == made
    finally:
        again.kill()
        again.communicate()


def test_the_page_of_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    process = begun(tmp_path, "serve", "--no-browser", "--folder", "ない")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "フォルダー ない がありません" in told


# ---- when it stops


def test_it_stops_when_the_window_was_closed(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=0.3) as site:
        officer = site.officer
        with officer.window():
            officer.post("/closed", {})
        assert site.ended()


def test_a_window_that_is_loaded_again_keeps_it(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=2) as site:
        officer = site.officer
        with officer.window():
            officer.post("/closed", {})
        with officer.window():
            time.sleep(3)
            assert site.runs


def test_a_second_window_keeps_it(tmp_path: Path) -> None:
    with served(tmp_path, after_closing=0.3) as site:
        officer = site.officer
        with officer.window():
            with officer.window():
                officer.post("/closed", {})
            time.sleep(1)
            assert site.runs


def test_it_stops_when_nobody_has_looked_for_a_while(tmp_path: Path) -> None:
    with served(tmp_path, after_idle=0.5) as site:
        assert site.ended()


def test_it_stays_while_a_window_is_open_and_a_while_after_it_fell_silent(tmp_path: Path) -> None:
    with served(tmp_path, after_idle=3) as site:
        with site.officer.window():
            time.sleep(4)
            assert site.runs
        assert site.runs
        assert site.ended()


def test_the_button_stops_it(tmp_path: Path) -> None:
    with served(tmp_path) as site:
        with site.officer.window():
            assert "閉じてかまいません" in site.officer.post("/stop", {}, accept="text/html").text
        assert site.ended()


# ---- while nobody does anything


def test_an_idle_page_hardly_wakes(page: tuple[subprocess.Popen[str], Visitor]) -> None:
    process, visitor = page
    visitor.until("会議用の資料ができています")
    with visitor.window():
        time.sleep(2)
        before = sum(map(wakes, [process.pid, *family(process.pid)]))
        time.sleep(4)
        after = sum(map(wakes, [process.pid, *family(process.pid)]))
    # Twenty looks a second at what was saved; a loop of a library that asks ten times a second
    # whether it is to end would be ten more.
    assert (after - before) / 4 < 35
