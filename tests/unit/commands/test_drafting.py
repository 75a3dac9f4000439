"""Every file of a run before it is published: which are made, and which are refused."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.masters import row, write_master

from pipeline.commands.drafting import Draft, draft
from pipeline.commands.reading import take_in
from pipeline.model.editions import A4, DocumentFormat, Edition
from pipeline.model.form import load_form
from pipeline.model.request import Request, Source

FORM = load_form("shiryo1")


def drafted(folder: Path, *rows: dict[str, Any], **changes: Any) -> Draft:
    master = write_master(folder / "台帳.xlsx", list(rows))
    plain = Request(
        source=Source(folder, master),
        form_name="shiryo1",
        editions=None,
        formats=(DocumentFormat.DOCX,),
        paper=A4,
        output=folder / "output",
        companions=False,
    )
    request = replace(plain, **changes)
    return draft(take_in(request.source, FORM), FORM, request)


def test_without_an_opinion_the_meeting_edition_alone_is_made(tmp_path: Path) -> None:
    made = drafted(tmp_path, row(1), row(2))
    assert [task.name for task in made.tasks] == ["資料１_会議用.docx"]
    assert set(made.contents) == {"資料１_会議用.docx"}
    assert not (tmp_path / "output").exists()


def test_with_an_opinion_the_results_are_wanted_and_a_blank_one_refuses_them(
    tmp_path: Path,
) -> None:
    made = drafted(tmp_path, row(1, opinion="継続"), row(2))
    assert [task.document.edition for task in made.tasks] == [Edition.MEETING]
    (refused,) = [found for found in made.findings if found.blocks]
    assert (refused.code, refused.project) == ("opinion-blank", 2)


def test_a_blank_opinion_may_be_allowed(tmp_path: Path) -> None:
    made = drafted(tmp_path, row(1, opinion="継続"), row(2), allow_blank=True)
    assert [task.document.edition for task in made.tasks] == list(Edition)
    assert not any(found.blocks for found in made.findings)


def test_of_a_master_with_an_error_there_are_findings_alone(tmp_path: Path) -> None:
    made = drafted(tmp_path, row(1), row(1))
    assert not made.tasks
    assert not made.contents
    assert any(found.blocks for found in made.findings)


def test_what_goes_to_a_worker_and_comes_back_can_be_carried(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2)])
    intake = take_in(Source(tmp_path, master), FORM)
    assert pickle.loads(pickle.dumps(intake)) == intake
    made = drafted(tmp_path, row(1), row(2))
    assert pickle.loads(pickle.dumps(made)) == made
