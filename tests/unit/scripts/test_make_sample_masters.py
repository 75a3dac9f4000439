from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from support.records import seed_records

from pipeline.commands.reading import read_intake
from pipeline.model.request import Source
from pipeline.model.values import Status
from scripts import make_sample_masters as script


@pytest.mark.parametrize("made", ["MASTER", "SAMPLE"])
def test_shipped_workbook_matches_the_script(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped: Path = getattr(script, made)
    monkeypatch.setattr(script, "MASTER", tmp_path / "master.xlsx")
    monkeypatch.setattr(script, "SAMPLE", tmp_path / "sample.xlsx")
    script.main()
    assert parts(getattr(script, made)) == parts(shipped)


def parts(path: Path) -> dict[str, bytes]:
    """The uncompressed parts; the compressed bytes depend on the machine's zlib."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_master_contains_the_seed_records() -> None:
    rows = read_intake(Source(Path(), script.MASTER)).records.rows
    assert [row.values for row in rows] == [row.values for row in seed_records().rows]


def test_sample_covers_every_status_and_is_marked_as_made_up() -> None:
    records = read_intake(Source(Path(), script.SAMPLE)).records
    answers = [(row.fill("opinion"), row.values["proposal"]) for row in records.rows]
    chosen = [(fill.value, proposal) for fill, proposal in answers if fill.status is Status.CHOSEN]
    possible = {*Status} - {Status.BLANK, Status.WRITTEN}
    assert {fill.status for fill, _ in answers} == possible
    assert any(value == proposal for value, proposal in chosen)
    assert any(value != proposal for value, proposal in chosen)
    remarks = (row.fill("comment").value for row in records.rows)
    comments = [str(remark) for remark in remarks if remark]
    assert comments
    assert all("（架空）" in comment for comment in comments)
    assert any("\n" in comment for comment in comments)
    assert "見本・架空" in (records.meeting.note or "")
