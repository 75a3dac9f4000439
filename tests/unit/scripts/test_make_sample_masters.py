from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from support.records import GOLDEN, seed_form

from pipeline.commands.reading import take_in
from pipeline.model.records import OpinionStatus
from pipeline.model.request import Source
from scripts import make_sample_masters as script


@pytest.mark.parametrize("made", ["MASTER", "SAMPLE"])
def test_the_shipped_workbook_is_what_the_script_makes(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped: Path = getattr(script, made)
    monkeypatch.setattr(script, "MASTER", tmp_path / "master.xlsx")
    monkeypatch.setattr(script, "SAMPLE", tmp_path / "sample.xlsx")
    script.main()
    assert parts(getattr(script, made)) == parts(shipped)


def parts(path: Path) -> dict[str, bytes]:
    """What the archive holds; how tightly it is packed depends on the machine's zlib."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_master_reads_to_the_records_of_the_seed() -> None:
    golden = json.loads((GOLDEN / "records.json").read_text(encoding="utf-8"))
    projects = take_in(Source(Path(), script.MASTER), seed_form()).records.projects
    assert [(p.no, p.name, p.proposal.text) for p in projects] == [
        (each["no"], each["name"], each["proposal"]["text"]) for each in golden
    ]
    assert {p.opinion.status for p in projects} == {OpinionStatus.BLANK}


def test_the_sample_covers_every_kind_of_opinion_and_says_it_is_made_up() -> None:
    records = take_in(Source(Path(), script.SAMPLE), seed_form()).records
    chosen = [p for p in records.projects if p.opinion.status is OpinionStatus.CHOSEN]
    assert {p.opinion.status for p in records.projects} == set(OpinionStatus) - {
        OpinionStatus.BLANK
    }
    assert any(p.opinion.choice == p.proposal.choice for p in chosen)
    assert any(p.opinion.choice != p.proposal.choice for p in chosen)
    comments = [p.opinion.comment for p in records.projects if p.opinion.comment]
    assert all("（架空）" in comment for comment in comments)
    assert any("\n" in comment for comment in comments)
    assert "見本・架空" in (records.meeting.note or "")
