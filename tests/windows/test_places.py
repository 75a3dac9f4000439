"""Where the folder lies and what is around it: a share, open files, another Pango, traces."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.commands import published, shiryo
from support.filling import click, edited
from support.wine import SAMPLE, Bundle, Wine, ports, until

# Holds a file open, as Windows programs do, while another command runs.
HOLD = (
    "import subprocess, sys\n"
    "with open(sys.argv[1], 'rb'):\n"
    "    sys.exit(subprocess.run(sys.argv[2:]).returncode)\n"
)
# Runs another command in a folder.
FROM_THERE = (
    "import os, subprocess, sys\n"
    "os.chdir(sys.argv[1])\n"
    "sys.exit(subprocess.run(sys.argv[2:]).returncode)\n"
)


@pytest.fixture
def held(bundle: Bundle) -> Iterator[Path]:
    """A folder with the sample and a ticked handout, whose opinions are collected already."""
    place = bundle.place("使用中", bundle.folder / "inputs")
    shutil.copytree(bundle.folder / "inputs", place / "inputs")
    assert shiryo(place, "build", SAMPLE).returncode == 0
    handout = published(place)[-1] / "資料１_会議用.docx"
    ticked = edited(handout.read_bytes(), lambda tree: click(tree, 1, 2))
    (place / "記入.docx").write_bytes(ticked)
    assert shiryo(place, "collect", "記入.docx", SAMPLE).returncode == 0
    yield place
    shutil.rmtree(place)


def test_a_results_workbook_that_is_open_is_left_alone_and_said(bundle: Bundle, held: Path) -> None:
    (results,) = held.glob("inputs/*_懇談会意見.xlsx")
    before = results.read_bytes()
    command = bundle.command("collect", "記入.docx", SAMPLE)
    done = bundle.wine.run(
        bundle.python, "-c", HOLD, bundle.wine.named(results), *command, cwd=held
    )
    assert done.status == 5
    assert "ほかのアプリが開いているか" in done.messages
    assert results.read_bytes() == before


def test_a_page_of_runs_that_is_open_does_not_keep_the_documents_back(
    bundle: Bundle, held: Path
) -> None:
    page = bundle.wine.named(held / "output" / "index.html")
    command = bundle.command("build", SAMPLE, "--edition", "meeting")
    done = bundle.wine.run(bundle.python, "-c", HOLD, page, *command, cwd=held)
    assert done.status == 0, done.messages
    assert "index.html を更新できませんでした（ほかのアプリが開いているか" in done.messages
    assert len(published(held)) == 2


def test_the_folder_works_at_the_top_of_a_drive_letter_as_a_share_has(bundle: Bundle) -> None:
    with bundle.wine.linked("y:", bundle.folder):
        before = published(bundle.folder)
        python = ("Y:\\program\\python\\python.exe", "-X", "utf8", "-m", "pipeline")
        done = bundle.wine.run(*python, "build", SAMPLE, cwd=bundle.folder)
        assert done.status == 0, done.messages
        assert len(published(bundle.folder)) == len(before) + 1
        doctor = bundle.wine.run(*python, "doctor", cwd=bundle.folder)
        assert "よい　痕跡" in doctor.messages


def test_python_starts_in_a_share_by_its_name(bundle: Bundle) -> None:
    # No further: Wine looks for the DLLs that a DLL needs in no folder of a share.
    with bundle.wine.linked("unc/server/共有", bundle.folder):
        python = r"\\server\共有\program\python\python.exe"
        command = ("-X", "utf8", "-m", "pipeline", "--version")
        done = bundle.wine.run("cmd", "/c", python, *command, cwd=bundle.wine.drive)
        assert done.status == 0, done.messages
        assert done.output.startswith("shiryo")


def test_masters_and_documents_can_lie_on_a_share_by_its_name(bundle: Bundle, linux: Path) -> None:
    place = bundle.place("共有の本体", linux)
    share = r"\\server\共有"
    with bundle.wine.linked("unc/server/共有", place):
        # Started by Wine itself, a program would know the folder by a drive letter.
        command = ("-c", FROM_THERE, share, *bundle.command("build"))
        done = bundle.wine.run(bundle.python, *command, cwd=bundle.wine.drive)
        assert done.status == 0, done.messages
        assert len(published(place)) == 1
        doctor = ("-c", FROM_THERE, share, *bundle.command("doctor"))
        assert (
            "よい　痕跡" in bundle.wine.run(bundle.python, *doctor, cwd=bundle.wine.drive).messages
        )
        page = bundle.command("serve", "--no-browser", "--folder", share)
        with bundle.wine.running(*page, cwd=bundle.wine.drive):
            until(ports)
        bundle.wine.stop()


def test_another_pango_that_comes_first_on_the_path_is_not_loaded(
    bundle: Bundle, other_pango: Path
) -> None:
    path = bundle.wine.named(other_pango)
    done = bundle.wine.run(*bundle.command("doctor"), cwd=bundle.folder, WINEPATH=path)
    assert done.status == 0, done.messages
    assert "よい　Pango" in done.messages


def test_two_at_once_make_a_run_each(bundle: Bundle) -> None:
    before = published(bundle.folder)
    with ThreadPoolExecutor() as both:
        first, second = both.map(lambda _: bundle.shiryo("build", SAMPLE), range(2))
    assert (first.status, second.status) == (0, 0), first.messages + second.messages
    assert len(published(bundle.folder)) == len(before) + 2


def test_nothing_outside_of_the_folder_is_changed(bundle: Bundle) -> None:
    bundle.wine.stop()
    files, registry = outside(bundle.wine), values(bundle.wine)
    assert bundle.shiryo("build", SAMPLE).status == 0
    done = bundle.shiryo("doctor")
    assert "よい　痕跡" in done.messages
    with bundle.wine.running(*bundle.command("serve", "--no-browser"), cwd=bundle.folder):
        until(ports)
    bundle.wine.stop()
    assert outside(bundle.wine) == files
    assert values(bundle.wine) == registry


def outside(wine: Wine) -> dict[str, int]:
    """The files of this Windows but for ours and the temporary ones, with their times."""
    temporary = wine.drive / "users/root/AppData/Local/Temp"
    files = (path for path in wine.drive.rglob("*") if not path.is_dir())
    return {
        str(path): path.lstat().st_mtime_ns
        for path in files
        if not path.is_relative_to(temporary) and not path.is_relative_to(wine.home)
    }


def values(wine: Wine) -> set[tuple[str, str]]:
    """The values of the registry with their keys; Wine itself renews the date of its driver."""
    found = set()
    for hive in ("user.reg", "system.reg"):
        key = ""
        for line in (wine.drive.parent / hive).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                key = line.rpartition(" ")[0]
            elif line and not line.startswith(("#", '"DriverDateData"')):
                found.add((key, line))
    return found
