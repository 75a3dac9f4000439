"""A double-click on the start file: the page, dropped files and messages."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import published, shiryo
from support.filling import click, edited
from support.wine import SAMPLE, SECONDS, Bundle, page_folders, ports, until

from scripts.windows.start import SHOW

# Explorer gives cmd.exe one line; a command run from here would be quoted again by Wine.
DOUBLE_CLICK = "import subprocess, sys\nsys.exit(subprocess.run(sys.argv[1]).returncode)"


@pytest.fixture
def page(bundle: Bundle) -> Iterator[Bundle]:
    """The folder while no page is open; a page that a test opens ends with the test."""
    bundle.wine.stop()
    yield bundle
    bundle.wine.stop()


def double_click(bundle: Bundle, *dropped: str) -> None:
    """Double-click the start file, or drop files on it; it must end without output."""
    start = bundle.wine.named(bundle.folder / "資料作成.bat")
    line = f'cmd.exe /c ""{start}" {" ".join(dropped)}"'
    done = bundle.wine.run(bundle.python, "-c", DOUBLE_CLICK, line, cwd=bundle.wine.drive)
    assert (done.status, done.output, done.messages) == (0, "", "")


def answer(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        found = connection.getresponse()
        return found.status, found.headers, found.read().decode("utf-8")
    finally:
        connection.close()


def test_serve_requires_its_secret_address(page: Bundle) -> None:
    command = page.command("serve", "--no-browser")
    with page.wine.running(*command, cwd=page.folder) as started:
        address = r"http://127\.0\.0\.1:(\d+)(/\S+)"
        until(lambda: re.search(address, started.printed(started.messages)))
        port, path = re.findall(address, started.printed(started.messages))[0]
        status, headers, _ = answer(int(port), path)
        assert status == 303
        cookie = headers["set-cookie"].partition(";")[0]
        status, _, text = answer(int(port), headers["location"], Cookie=cookie)
        assert status == 200
        assert "台帳" in text
        assert answer(int(port), "/")[0] in {401, 403}


def test_second_double_click_opens_the_same_page(page: Bundle) -> None:
    double_click(page)
    until(ports)
    (port,) = ports()
    assert answer(port, "/")[0] in {401, 403}
    double_click(page)
    time.sleep(5)
    assert ports() == [port]


def test_dropped_master_is_built_in_the_folder(page: Bundle) -> None:
    before = published(page.folder)
    master = page.wine.home / "台帳 1.xlsx"
    shutil.copy(page.folder / SAMPLE, master)
    double_click(page, f'"{page.wine.named(master)}"')
    until(ports)
    assert len(published(page.folder)) > len(before)
    assert "台帳 1" in published(page.folder)[-1].name


def test_dropped_handout_is_collected(page: Bundle, linux: Path) -> None:
    assert shiryo(linux, "build", SAMPLE).returncode == 0
    (handout,) = published(linux)[-1].glob("資料１_会議用.docx")
    ticked = edited(handout.read_bytes(), lambda tree: click(tree, 1, 2))
    filled = page.wine.home / "資料１_会議用.docx"
    filled.write_bytes(ticked)
    results = page.folder / SAMPLE.replace(".xlsx", "_懇談会意見.xlsx")
    assert not results.exists()
    double_click(page, f'"{page.wine.named(filled)}"')
    until(results.exists)
    until(ports)
    results.unlink()


def test_dropped_folder_is_used_by_the_page(page: Bundle, linux: Path) -> None:
    old = page.place("古い版", linux)
    double_click(page, f'"{page.wine.named(old)}"')
    until(ports)
    assert page_folders(page.wine) == {page.wine.named(old)}


def test_message_stays_on_the_console_until_enter(page: Bundle) -> None:
    text = "C2 に誤りがあります。①②〜"
    with page.wine.console(page.python, "-c", SHOW, text, cwd=page.folder) as console:
        until(lambda: console.shows("この画面を閉じます。"))
        assert console.shows(text)
        time.sleep(2)
        assert console.process.poll() is None
        console.press_enter()
        assert console.process.wait(SECONDS) == 0


def test_start_file_inside_the_zip_asks_to_unzip(page: Bundle) -> None:
    place = page.wine.home / "Temp1_shiryo-windows.zip"
    place.mkdir()
    shutil.copy(page.folder / "資料作成.bat", place)
    with page.wine.console("cmd", "/c", "資料作成.bat", cwd=place) as console:
        until(lambda: console.shows("続けるには"))
        assert console.shows("Unzip the whole zip first")
        assert console.process.poll() is None
        console.press_enter()
        assert console.process.wait(SECONDS) == 4


@pytest.fixture
def read_only(page: Bundle) -> Iterator[Bundle]:
    """The folder on a read-only disk."""
    place = page.wine.home / "CD"
    place.mkdir()
    subprocess.run(["mount", "--bind", page.folder, place], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
    yield Bundle(page.wine, place)
    page.wine.stop()
    subprocess.run(["umount", place], check=True)
    place.rmdir()


def test_read_only_folder_is_replaced_with_a_message(
    read_only: Bundle,
) -> None:
    start = read_only.wine.named(read_only.folder / "program/start.py")
    command = (read_only.python, "-X", "utf8", start)
    with read_only.wine.running(*command, cwd=read_only.wine.drive) as started:
        until(ports)
        until(lambda: "書き込めないため" in started.printed(started.messages))
        replacement = read_only.wine.drive / "users/root/Documents/資料作成"
        assert page_folders(read_only.wine) == {read_only.wine.named(replacement)}
    assert (replacement / SAMPLE).is_file()
    shutil.rmtree(replacement)


def test_read_only_disk_is_reported(read_only: Bundle) -> None:
    done = read_only.shiryo("build", SAMPLE)
    assert done.status == 5
    assert "書き込めません" in done.messages
    assert "✗ 不足　書き込み" in read_only.shiryo("doctor").messages


def test_update_keeps_the_offices_files(page: Bundle) -> None:
    own = page.folder / "templates/町/form.toml"
    own.parent.mkdir(parents=True)
    own.touch()
    left = page.folder / "program/site/left_by_an_older_version.py"
    left.touch()
    (page.folder / "program/checked.txt").unlink(missing_ok=True)
    double_click(page)
    until(ports)
    assert not left.exists()
    assert own.is_file()
    shutil.rmtree(page.folder / "templates")
