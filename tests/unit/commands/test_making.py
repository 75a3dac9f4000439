"""A run has all of its files or none, and leaves no work behind that the next would get."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.records import handout, project, records

from pipeline.commands.making import Task, make_all
from pipeline.crew import Crew
from pipeline.errors import Defect
from pipeline.model.editions import DocumentFormat
from pipeline.model.form import Form, load_form


def tasks(*names: str) -> list[Task]:
    """A PDF for each project's name."""
    return [
        Task(handout(records(replace(project(), name=name))), DocumentFormat.PDF) for name in names
    ]


def quiet(_name: str, _done: int, _total: int) -> None:
    """No progress bar."""


def test_after_a_failure_the_crew_answers_for_the_next_run_only() -> None:
    form: Form = load_form("shiryo1")

    def failing() -> None:
        raise Defect("unexpected", reason="試験", log="")

    with Crew(2, ()) as crew:
        with pytest.raises(Defect):
            make_all(tasks("古い甲", "古い乙"), form, quiet, crew, failing)
        made = make_all(tasks("新しい甲", "新しい乙"), form, quiet, crew)
    alone = make_all(tasks("新しい甲", "新しい乙"), form, quiet)
    assert [each.rendered.content for each in made] == [each.rendered.content for each in alone]
