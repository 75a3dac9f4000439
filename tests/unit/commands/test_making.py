"""A run has all of its files or none, and leaves no work behind that the next would get."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import handout, project, records

from pipeline.base.crew import Crew
from pipeline.base.errors import Defect
from pipeline.commands.making import Earlier, Made, Task, make_all
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
    assert contents(made) == contents(alone)


def test_a_file_of_the_run_before_is_made_again_only_where_its_document_differs() -> None:
    form, earlier = load_form("shiryo1"), Earlier()
    first = make_all(tasks("甲", "乙"), form, quiet, earlier=earlier)
    begun: list[str] = []

    def progress(_name: str, done: int, total: int) -> None:
        begun.append(f"{done}/{total}")

    second = make_all(tasks("甲", "丙"), form, progress, earlier=earlier)
    assert begun == ["1/2"]
    assert second[0].rendered is first[0].rendered
    assert contents(second) == contents(make_all(tasks("甲", "丙"), form, quiet))


def test_the_files_of_the_run_before_the_last_are_not_kept() -> None:
    form, earlier = load_form("shiryo1"), Earlier()
    (first,) = make_all(tasks("甲"), form, quiet, earlier=earlier)
    make_all(tasks("乙"), form, quiet, earlier=earlier)
    (third,) = make_all(tasks("甲"), form, quiet, earlier=earlier)
    assert third.rendered is not first.rendered
    assert third.rendered.content == first.rendered.content


def test_every_file_is_made_again_where_any_file_of_its_templates_differs(tmp_path: Path) -> None:
    form, earlier = a_form_of_its_own(tmp_path), Earlier()
    (first,) = make_all(tasks("甲"), form, quiet, earlier=earlier)
    redden(form)
    (second,) = make_all(tasks("甲"), form, quiet, earlier=earlier)
    assert second.rendered.content != first.rendered.content


def test_nothing_is_kept_where_a_template_is_saved_while_the_files_are_made(
    tmp_path: Path,
) -> None:
    form, earlier = a_form_of_its_own(tmp_path), Earlier()

    def saving(_name: str, _done: int, _total: int) -> None:
        redden(form)

    make_all(tasks("甲"), form, saving, earlier=earlier)
    assert earlier.files == {}


def a_form_of_its_own(folder: Path) -> Form:
    """A copy of 資料１'s form that may be changed."""
    shipped = load_form("shiryo1")
    shutil.copytree(shipped.folder, folder / "shiryo1")
    return Form(folder / "shiryo1", shipped.file)


def redden(form: Form) -> None:
    """Change the form's style sheet."""
    with (form.folder / "handout.css").open("a", encoding="utf-8") as sheet:
        sheet.write("h1 { color: red }")


def contents(made: tuple[Made, ...]) -> list[bytes]:
    return [each.rendered.content for each in made]
