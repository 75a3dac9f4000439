"""The folder's surroundings: a share, open files, another Pango, traces outside the folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.commands import published, shiryo
from support.filling import click, edited
from support.wine import SAMPLE, Bundle, Wine, ports, until

# Keeps a file open, as Windows programs do, while another command runs.
KEEP_OPEN = (
    "import subprocess, sys\n"
    "with open(sys.argv[1], 'rb'):\n"
    "    sys.exit(subprocess.run(sys.argv[2:]).returncode)\n"
)
# Runs another command in a folder.
IN_FOLDER = (
    "import os, subprocess, sys\n"
    "os.chdir(sys.argv[1])\n"
    "sys.exit(subprocess.run(sys.argv[2:]).returncode)\n"
)


@pytest.fixture
def collected(bundle: Bundle) -> Iterator[Path]:
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


def test_open_results_workbook_is_unchanged_and_reported(bundle: Bundle, collected: Path) -> None:
    (results,) = collected.glob("inputs/*_懇談会意見.xlsx")
    before = results.read_bytes()
    command = bundle.command("collect", "記入.docx", SAMPLE)
    done = bundle.wine.run(
        bundle.python, "-c", KEEP_OPEN, bundle.wine.named(results), *command, cwd=collected
    )
    assert done.status == 5
    assert "ほかのアプリが開いているか" in done.messages
    assert results.read_bytes() == before


def test_open_page_of_runs_does_not_block_a_build(bundle: Bundle, collected: Path) -> None:
    page = bundle.wine.named(collected / "output" / "index.html")
    command = bundle.command("build", SAMPLE, "--edition", "meeting")
    done = bundle.wine.run(bundle.python, "-c", KEEP_OPEN, page, *command, cwd=collected)
    assert done.status == 0, done.messages
    assert "index.html を更新できませんでした（ほかのアプリが開いているか" in done.messages
    assert len(published(collected)) == 2


def test_folder_works_at_the_root_of_a_drive_letter(bundle: Bundle) -> None:
    with bundle.wine.linked("y:", bundle.folder):
        before = published(bundle.folder)
        python = ("Y:\\program\\python\\python.exe", "-X", "utf8", "-m", "pipeline")
        done = bundle.wine.run(*python, "build", SAMPLE, cwd=bundle.folder)
        assert done.status == 0, done.messages
        assert len(published(bundle.folder)) == len(before) + 1
        doctor = bundle.wine.run(*python, "doctor", cwd=bundle.folder)
        assert "よい　痕跡" in doctor.messages


def test_python_starts_from_a_share(bundle: Bundle) -> None:
    # Nothing more: Wine does not search a share for the DLLs that another DLL needs.
    with bundle.wine.linked("unc/server/共有", bundle.folder):
        python = r"\\server\共有\program\python\python.exe"
        command = ("-X", "utf8", "-m", "pipeline", "--version")
        done = bundle.wine.run("cmd", "/c", python, *command, cwd=bundle.wine.drive)
        assert done.status == 0, done.messages
        assert done.output.startswith("shiryo")


def test_masters_and_documents_can_be_on_a_share(bundle: Bundle, linux: Path) -> None:
    place = bundle.place("共有の本体", linux)
    share = r"\\server\共有"
    with bundle.wine.linked("unc/server/共有", place):
        # A program that Wine starts directly would get the folder as a drive letter.
        command = ("-c", IN_FOLDER, share, *bundle.command("build"))
        done = bundle.wine.run(bundle.python, *command, cwd=bundle.wine.drive)
        assert done.status == 0, done.messages
        assert len(published(place)) == 1
        doctor = ("-c", IN_FOLDER, share, *bundle.command("doctor"))
        assert (
            "よい　痕跡" in bundle.wine.run(bundle.python, *doctor, cwd=bundle.wine.drive).messages
        )
        page = bundle.command("serve", "--no-browser", "--folder", share)
        with bundle.wine.running(*page, cwd=bundle.wine.drive):
            until(ports)
        bundle.wine.stop()


def test_another_pango_first_on_the_path_is_not_loaded(bundle: Bundle, other_pango: Path) -> None:
    path = bundle.wine.named(other_pango)
    done = bundle.wine.run(*bundle.command("doctor"), cwd=bundle.folder, WINEPATH=path)
    assert done.status == 0, done.messages
    assert "よい　Pango" in done.messages


def test_two_simultaneous_builds_make_one_run_each(bundle: Bundle) -> None:
    before = published(bundle.folder)
    with ThreadPoolExecutor() as both:
        first, second = both.map(lambda _: bundle.shiryo("build", SAMPLE), range(2))
    assert (first.status, second.status) == (0, 0), first.messages + second.messages
    assert len(published(bundle.folder)) == len(before) + 2


def test_nothing_outside_the_folder_is_changed(bundle: Bundle) -> None:
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
    """Path → time of Wine's files, without those of the tests and temporary files."""
    temporary = wine.drive / "users/root/AppData/Local/Temp"
    files = (path for path in wine.drive.rglob("*") if not path.is_dir())
    return {
        str(path): path.lstat().st_mtime_ns
        for path in files
        if not path.is_relative_to(temporary) and not path.is_relative_to(wine.home)
    }


def values(wine: Wine) -> set[tuple[str, str]]:
    """The keys and values of the registry, without the driver's date, which Wine itself renews."""
    found = set()
    for hive in ("user.reg", "system.reg"):
        key = ""
        for line in (wine.drive.parent / hive).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                key = line.rpartition(" ")[0]
            elif line and not line.startswith(("#", '"DriverDateData"')):
                found.add((key, line))
    return found
