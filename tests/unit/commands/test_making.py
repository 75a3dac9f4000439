"""A run has all of its files or none, and no template can block the machine."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from support.forms import changed_page_form, page_form
from support.records import handout, project, records
from support.word import form_with as word_form
from support.word import swap, template, with_parts

from pipeline.base.errors import ComponentMissing
from pipeline.commands.making import Task, begin
from pipeline.commands.workers import Workers
from pipeline.model.editions import DocumentFormat
from pipeline.model.form import Form
from pipeline.model.form_file import load_form

DOCX, PDF = DocumentFormat.DOCX, DocumentFormat.PDF
BODY = "word/document.xml"
LOOPS = "{% for a in handout.texts() %}" * 12 + "{{ '' }}" + "{% endfor %}" * 12
DOUBLED = "{% set a = 'x' * 1024 %}" + "{% set a = a ~ a %}" * 25 + "{{ a }}"
ENTITIES = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
BOMB = f'<!DOCTYPE svg [<!ENTITY e0 "x">{ENTITIES}]><svg xmlns="http://www.w3.org/2000/svg"><text>&e11;</text></svg>'
# The possible error codes of a template that needs too much time or memory.
LIMIT_CODES = {"template-endless", "template-too-large", "template-broken", "renderer-complained"}


def tasks(*kinds: DocumentFormat) -> list[Task]:
    """A file of each kind."""
    source = handout(records(project(name="図書館の事業")))
    return [Task(source, kind) for kind in kinds]


def ignore_progress(_name: str, _done: int, _total: int) -> None:
    """No progress bar."""


def body(text: str) -> str:
    return f'<html lang="ja"><head><title>x</title></head><body>{text}</body></html>'


def failure(kind: DocumentFormat, form: Form, workers: Workers) -> ComponentMissing:
    files = begin(tasks(kind), form, workers)
    with pytest.raises(ComponentMissing) as caught:
        files.made(ignore_progress)
    return caught.value


def test_files_are_in_the_order_of_their_tasks(workers: Workers) -> None:
    requested = tasks(DOCX, PDF)
    made = begin(requested, load_form("shiryo1"), workers).made(ignore_progress)
    assert [each.task for each in made] == requested
    assert [next(iter(each.files)) for each in made] == ["資料１_会議用.docx", "資料１_会議用.pdf"]
    assert pickle.loads(pickle.dumps(made)) == made


def test_progress_names_a_pending_file_and_counts_done_files(workers: Workers) -> None:
    calls: list[tuple[str, int, int]] = []
    requested = tasks(DOCX, PDF)
    begin(requested, load_form("shiryo1"), workers).made(lambda *each: calls.append(each))
    assert [(done, total) for _, done, total in calls] == [(1, 2), (2, 2)]
    assert {name for name, _, _ in calls} <= {task.name for task in requested}


@pytest.mark.parametrize("kind", DocumentFormat)
def test_value_lost_by_the_template_is_an_error_of_the_form(
    tmp_path: Path, workers: Workers, kind: DocumentFormat
) -> None:
    if kind is DOCX:
        change = ("{{ line.shown }}", "{{ line.shown[:4] }}")
        form = word_form(tmp_path, with_parts(template(), {BODY: swap(*change)}))
    else:
        change = ("{{ lines[0].text }}", "{{ lines[0].text[:4] }}")
        form = changed_page_form(tmp_path, "handout.html", *change)
    error = failure(kind, form, workers)
    assert (error.code, error.exit_status) == ("value-lost", 4)
    params = error.params
    assert (params["file"], params["place"]) == (f"資料１_会議用.{kind.value}", "No.1 事業名")
    assert (params["value"], params["shown"]) == ("図書館の事業", "「図書館の」")


def test_mistake_in_a_style_sheet_is_an_error_of_the_form(tmp_path: Path, workers: Workers) -> None:
    form = page_form(tmp_path, handout_html=body("<p style='colour: red'>x</p>"))
    error = failure(PDF, form, workers)
    assert (error.code, error.exit_status) == ("renderer-complained", 4)


def test_other_jobs_are_cancelled_if_one_file_fails(tmp_path: Path, workers: Workers) -> None:
    form = page_form(tmp_path, handout_html=body(LOOPS))
    (form.folders[0] / "handout.docx").write_bytes(b"x")
    files = begin(tasks(PDF, DOCX), form, workers)
    with pytest.raises(ComponentMissing) as caught:
        files.made(ignore_progress)
    assert caught.value.code == "template-broken"
    assert files.jobs[0].future.cancelled()


@pytest.mark.parametrize(
    "source",
    [
        LOOPS,
        DOUBLED,
        "{% for a in handout.rows|batch(30000000, 'x') %}{{ a }}{% endfor %}",
        "{{ 'x' " + "|replace('x', 'xxxxxxxxxxxxxxxx')" * 9 + " }}",
        "{{ 'x' * 10 ** 11 }}",
        "{{ 'a' * 1000000000 }}",
        "<style>@page { size: 9mm; margin: 0 }</style>" + "x " * 900_000,
        f"<table>{'<tr><td rowspan=60000 colspan=1000>x' * 300}</table>",
    ],
    ids=["loops", "doubled", "batch", "replace", "power", "times", "pages", "cells"],
)
def test_page_template_cannot_block_the_machine(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr("pipeline.commands.workers.SECONDS", 1.0)
    error = failure(PDF, page_form(tmp_path, handout_html=body(source)), workers)
    assert error.code in LIMIT_CODES
    assert error.exit_status == 4


def test_entity_bomb_in_a_picture_is_not_expanded(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.commands.workers.SECONDS", 1.0)
    form = page_form(tmp_path, handout_html=body("<img alt='x' src='bomb.svg'>"))
    (form.folders[0] / "bomb.svg").write_text(BOMB, encoding="utf-8")
    assert failure(PDF, form, workers).code in LIMIT_CODES


@pytest.mark.parametrize("source", [LOOPS, DOUBLED], ids=["loops", "doubled"])
def test_word_template_cannot_block_the_machine(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr("pipeline.commands.workers.SECONDS", 1.0)
    edit = swap("{{ handout.title }}</w:t>", f"{source}</w:t>")
    form = word_form(tmp_path, with_parts(template(), {BODY: edit}))
    assert failure(DOCX, form, workers).code in LIMIT_CODES
