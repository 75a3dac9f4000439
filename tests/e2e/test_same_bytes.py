"""The same input gives the same bytes on any day, in any time zone, for any user and folder."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest
from support.commands import ROOT, published
from support.masters import seed_rows, with_opinions, write_master
from support.pdf import failures
from support.tools import program

UMASK_AND_BUILD = """
import os, sys
os.umask(int(sys.argv[1], 8))
from pipeline.cli import main
sys.exit(main(["build", *sys.argv[2:]]))
"""

HANDOUT = ("--documents", "handout")


def built_on(
    day: str, folder: Path, master: bytes, *arguments: str, umask: str = "022", **environment: str
) -> dict[str, str]:
    """Path → SHA-256 of the files of a run that is made on ``day``."""
    (folder / "inputs").mkdir(parents=True)
    (folder / "inputs" / "台帳.xlsx").write_bytes(master)
    command = [sys.executable, "-c", UMASK_AND_BUILD, umask, *arguments]
    done = subprocess.run(
        # In whole seconds: faketime replaces the clock of every started program.
        [program("faketime"), "-f", f"@{day} 12:34:56", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    (run,) = published(folder)
    # The run used the given day.
    assert run.name.startswith(day.replace("-", ""))
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in run.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("master")
    return write_master(folder / "台帳.xlsx", with_opinions(seed_rows())).read_bytes()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, master: bytes) -> tuple[Path, dict[str, str]]:
    """A folder with one run, and the SHA-256 of each of its files."""
    folder = tmp_path_factory.mktemp("first") / "甲"
    place = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}
    return folder, built_on("2026-03-09", folder, master, umask="022", **place)


def test_environment_does_not_change_the_bytes(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    master: bytes,
    first: tuple[Path, dict[str, str]],
) -> None:
    # A short name: the folder contains a socket of the workers, whose path may have 107 bytes.
    home = tmp_path_factory.mktemp("h")
    other = built_on(
        "2031-12-31",
        tmp_path / "another place" / "乙",
        master,
        umask="077",
        TZ="America/Lima",
        PYTHONHASHSEED="4711",
        LC_ALL="C",
        HOME=str(home),
        USER="someone",
        LOGNAME="someone",
        TMPDIR=str(home),
    )
    _, sums = first
    assert sums == other
    stems = ("資料１_会議用", "資料１_結果版", "資料１_会議結果概要", "参考資料_各判定の考え方")
    pages = {"資料１_会議用": 2, "資料１_結果版": 2}
    assert set(sums) == {
        *(f"{stem}.{kind}" for stem in stems for kind in ("docx", "pdf")),
        *(f"pictures/{s}_{n}.png" for s in stems for n in range(1, pages.get(s, 1) + 1)),
        *("資料１_会議録（案）.docx", "検査結果.xlsx"),
    }
    assert list(home.glob("shiryo*")) == []


def test_every_pdf_of_a_run_is_accessible_and_archivable(
    first: tuple[Path, dict[str, str]],
) -> None:
    (run,) = published(first[0])
    contents = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    pdfs = {path.name for path, content in contents.items() if content.startswith(b"%PDF")}
    assert len(pdfs) == 4
    assert pdfs == {path.name for path in run.rglob("*.pdf")}
    assert [failure for name in pdfs for failure in failures(contents[run / name])] == []


def dates(folder: Path) -> tuple[str, str]:
    """The dates in the Word file and in the PDF."""
    (run,) = published(folder)
    with zipfile.ZipFile(next(run.glob("*.docx"))) as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
    about = pypdf.PdfReader(io.BytesIO(next(run.glob("*.pdf")).read_bytes())).metadata
    assert about is not None
    assert about.creation_date is not None
    word = core.split("<dcterms:modified")[1].split(">")[1][:10]
    return word, f"{about.creation_date:%Y-%m-%d}"


def test_documents_have_the_date_of_the_meeting_or_the_master(tmp_path: Path) -> None:
    rows = seed_rows()[:2]
    dated = write_master(tmp_path / "甲.xlsx", rows, meeting={"開催日": "令和８年３月９日"})
    built_on("2031-12-31", tmp_path / "甲", dated.read_bytes(), *HANDOUT)
    assert dates(tmp_path / "甲") == ("2026-03-09", "2026-03-09")
    bare = write_master(tmp_path / "乙.xlsx", rows)
    with zipfile.ZipFile(bare) as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
    saved = core.split("<dcterms:modified")[1].split(">")[1][:10]
    built_on("2031-12-31", tmp_path / "乙", bare.read_bytes(), *HANDOUT)
    assert dates(tmp_path / "乙") == (saved, saved)


def test_source_date_epoch_is_used(tmp_path: Path) -> None:
    rows = seed_rows()[:2]
    book = write_master(tmp_path / "甲.xlsx", rows, meeting={"開催日": "令和８年３月９日"})
    variables = {"SOURCE_DATE_EPOCH": "1577836800"}
    built_on("2031-12-31", tmp_path / "甲", book.read_bytes(), *HANDOUT, **variables)
    assert dates(tmp_path / "甲") == ("2020-01-01", "2020-01-01")
