"""The files of a run before publishing: which are made and which are held back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from support.masters import row, write_master

from pipeline.commands.drafting import Draft, draft
from pipeline.commands.making import begin
from pipeline.commands.planning import plan
from pipeline.commands.reading import read_intake
from pipeline.commands.workers import Workers
from pipeline.model.editions import DocumentFormat
from pipeline.model.form_file import load_form
from pipeline.model.request import BuildRequest, Source

FORM = load_form("shiryo1")


def drafted(folder: Path, workers: Workers, *rows: dict[str, Any], **changes: Any) -> Draft:
    master = write_master(folder / "台帳.xlsx", list(rows))
    default = BuildRequest(
        source=Source(folder, master, "shiryo1"),
        editions=None,
        formats=(DocumentFormat.DOCX,),
        paper=None,
        output=folder / "output",
        companions=False,
    )
    request = replace(default, **changes)
    planned = plan(read_intake(request.source), request)
    return draft(planned, begin(planned.tasks, FORM, workers), lambda *_: None)


def editions(made: Draft) -> list[str]:
    """The editions of the documents in the manifest."""
    documents: Any = made.manifest["documents"]
    return [each["edition"] for each in documents]


def test_without_opinions_only_the_meeting_edition_is_made(
    tmp_path: Path, workers: Workers
) -> None:
    made = drafted(tmp_path, workers, row(1), row(2))
    assert set(made.contents) == {"資料１_会議用.docx"}
    assert not (tmp_path / "output").exists()


def test_blank_opinion_holds_back_the_results_edition(tmp_path: Path, workers: Workers) -> None:
    made = drafted(tmp_path, workers, row(1, opinion="継続"), row(2))
    assert editions(made) == ["meeting"]
    (blank,) = [found for found in made.findings if found.blocks]
    assert (blank.code, blank.project) == ("opinion-blank", None)
    assert "1 件あります（No.2）" in blank.message
    assert made.manifest["held_back"] == ["結果版"]


def test_blank_opinion_can_be_allowed(tmp_path: Path, workers: Workers) -> None:
    made = drafted(tmp_path, workers, row(1, opinion="継続"), row(2), allow_blank=True)
    assert editions(made) == ["meeting", "results"]
    assert not any(found.blocks for found in made.findings)


def test_master_with_an_error_results_in_findings_only(tmp_path: Path, workers: Workers) -> None:
    made = drafted(tmp_path, workers, row(1), row(1))
    assert list(made.contents) == ["検査結果.xlsx"]
    assert made.manifest["held_back"] == ["会議用"]
    assert any(found.blocks for found in made.findings)


def test_unconfirmed_cells_of_the_reference_sheet_are_counted(
    tmp_path: Path, workers: Workers
) -> None:
    made = drafted(tmp_path, workers, row(1), companions=True)
    (found,) = made.findings
    assert (found.code, found.severity.value, found.value) == (
        *("judgement-unconfirmed", "warning"),
        "8",
    )
    assert "C、" in found.message
    assert not drafted(tmp_path, workers, row(1), companions=False).findings
