from __future__ import annotations

from pathlib import Path

from support.masters import HEADERS, row, write_master

from pipeline.commands.build import run
from pipeline.commands.workers import Workers
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.findings import Finding
from pipeline.model.request import BuildRequest, Source

LONG = "取組を続ける。" * 300


def built(folder: Path, workers: Workers, **changes: str) -> tuple[Finding, ...]:
    headers = {**HEADERS, "accepted": "確認済"}
    rows = [row(1, accepted=None), row(2, reason=LONG, **{"accepted": None, **changes})]
    master = write_master(folder / "inputs" / "台帳.xlsx", rows, headers=headers)
    request = BuildRequest(
        source=Source(master.parent, master, "shiryo1"),
        editions=(Edition.MEETING,),
        formats=(DocumentFormat.DOCX,),
        paper=None,
        output=folder / "output",
    )
    return run(request, lambda *_: None, workers).findings


def test_tall_row_is_reported_once_with_its_longest_cell(tmp_path: Path, workers: Workers) -> None:
    unconfirmed, found = built(tmp_path, workers)
    assert unconfirmed.code == "judgement-unconfirmed"
    assert (found.code, found.cell, found.project) == ("row-taller-than-page", "H3", 2)


def test_accepted_tall_row_stays_accepted(tmp_path: Path, workers: Workers) -> None:
    _, found = built(tmp_path, workers, accepted="分かれてよい")
    assert found.accepted == "分かれてよい"
