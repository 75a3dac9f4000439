"""Hostile masters: one clear message, limited time and memory, and no published run."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import ROOT, published, shiryo
from support.masters import row, write_master

from pipeline.base.archives import parts

SECONDS = 60
MEBIBYTES = 1024
# VmHWM is the peak of this process only: it excludes the memory of the test process, and
# workers have their own limit.
RUN = """
import sys
from pipeline.cli import main
status = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("VmHWM:", peak.split()[1], "kB", file=sys.stderr)
sys.exit(status)
"""


def bounded(folder: Path, *arguments: str) -> tuple[int, str, int]:
    """The exit status, messages and peak memory in MiB; fails after ``SECONDS``."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    messages, _, peak = done.stderr.rpartition("VmHWM:")
    return done.returncode, messages, int(peak.split()[0]) // 1024


def bomb(part: bytes) -> bytes:
    return part + b" " * (300 * 2**20)


def rows(part: bytes) -> bytes:
    many = b"".join(b'<row r="%d"><c><v>1</v></c></row>' % r for r in range(9, 1_000_009))
    return part.replace(b"</sheetData>", many + b"</sheetData>")


def entity(part: bytes) -> bytes:
    return part.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)


@pytest.mark.parametrize("change", [bomb, rows, entity])
def test_hostile_sheet_is_refused_within_limits(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    master = write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    whole = list(parts(master.read_bytes()))
    with zipfile.ZipFile(master, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in whole:
            archive.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    status, messages, peak = bounded(tmp_path, "build")
    assert status == 3
    assert len(messages.strip().splitlines()) == 1
    assert "台帳.xlsx" in messages
    assert peak < MEBIBYTES
    assert published(tmp_path) == []


def test_cell_of_twenty_thousand_characters_is_printed(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, reason="長い説明である。" * 2_500)])
    status, messages, peak = bounded(tmp_path, "build")
    assert status == 0
    assert "１ページに収まらない" in messages
    assert peak < MEBIBYTES


def test_formula_with_a_command_is_never_run(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, name='=cmd|"/c calc"!A1'), row(2)])
    done = shiryo(tmp_path, "build")
    assert done.returncode == 1
    assert "再計算" in done.stderr


def test_markup_and_template_code_are_printed_unchanged(tmp_path: Path) -> None:
    odd = "{{ 7*7 }}{% raw %}<script>alert(1)</script>&amp;{_{}_}"
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, name=odd, reason=odd)])
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    (run,) = published(tmp_path)
    document = dict(parts((run / "資料１_会議用.docx").read_bytes()))["word/document.xml"]
    assert b"{{ 7*7 }}{% raw %}&lt;script&gt;" in document
    assert b"{_{}_}" in document
