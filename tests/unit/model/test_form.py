from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.forms import FORM, NEXT_YEAR, PANEL, PLAIN, form_of
from support.records import handout, minutes, seed_form, summary

from pipeline.model.editions import A3, A4, PAPERS, Edition, paper_for
from pipeline.model.form import JudgementCell, Note, Words, template_files
from pipeline.model.values import Status


def test_keys_of_the_shipped_form() -> None:
    assert [column.key for column in seed_form().columns] == [
        *("no", "name", "progress", "feasibility", "regional_merit", "letter", "label"),
        *("reason", "proposal", "opinion", "comment", "accepted"),
    ]


def test_missing_column_is_a_key_error() -> None:
    form = seed_form()
    assert form.has("progress")
    assert not form.has("department")
    with pytest.raises(KeyError):
        form.column("department")


def test_column_name_has_no_break_marks() -> None:
    column = seed_form().column("progress")
    assert (column.name, column.heading) == ("③進捗状況", "③進捗|状況")
    assert (seed_form().column("reason").heading, seed_form().column("reason").is_choice) == (
        "",
        False,
    )


def test_column_roles_depend_on_kinds_not_on_keys() -> None:
    panel, plain = form_of(PANEL), form_of(PLAIN)
    name = panel.of_kind("name")
    assert name is not None
    assert name.title == "施策"
    assert plain.of_kind("no") is None
    assert [each.key for each in panel.fills] == ["verdict", "remark", "grade", "visit", "advice"]
    assert [each.key for each in panel.opinions] == ["verdict"]
    assert [each.key for each in panel.comments(panel.column("verdict"))] == ["remark"]
    assert panel.comments(panel.column("advice")) == ()


def test_inner_and_unprinted_columns_have_no_own_cells() -> None:
    form = form_of(NEXT_YEAR)
    printed = [column.key for column in form.printed]
    assert {"label", "comment", "accepted", "分野"} & set(printed) == set()
    assert [column.key for column in form.inside("letter")] == ["label"]
    assert form.inside("no") == ()


def test_form_without_columns_to_fill_in_has_one_edition() -> None:
    plain = form_of('title = "一覧"\ncolumns = ["番号", "意見"]')
    assert plain.editions == (Edition.ONLY,)
    assert form_of(PLAIN).editions == (Edition.MEETING, Edition.RESULTS)


def test_note_is_for_all_editions_or_for_one() -> None:
    both = Note(dict.fromkeys(Edition, "※ 参考"))
    one = Note({Edition.MEETING: "※ 懇談会当日使用欄"})
    assert [both.of(each) for each in Edition] == ["※ 参考"] * 3
    assert [one.of(each) for each in Edition] == ["※ 懇談会当日使用欄", "", ""]


def test_every_status_without_a_value_has_a_word() -> None:
    words = Words(blank="未記入")
    assert words.by_status[Status.BLANK] == "未記入"
    assert set(words.by_status) == set(Status) - {Status.CHOSEN, Status.WRITTEN}
    assert words.opinions == ("意見なし", "保留", "意見が分かれた")
    assert words.counted[-1] == "未記入"
    assert [words.of(each) for each in Edition] == ["会議用", "結果版", ""]


# --- papers


@pytest.mark.parametrize(
    ("name", "own", "paper"),
    [
        (None, "A3 landscape", "A3 landscape"),
        ("A4", "A4 landscape", "A4 landscape"),
        ("A3", "A4 portrait", "A3 portrait"),
        ("A4 portrait", "A3 landscape", "A4 portrait"),
    ],
)
def test_paper_size_alone_keeps_the_orientation_of_the_form(
    name: str | None, own: str, paper: str
) -> None:
    assert paper_for(name, PAPERS[own]).name == paper


def test_unknown_paper_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        paper_for("B5", A4)


def test_paper_sizes_follow_iso_216() -> None:
    assert (A4.width, A4.height, A3.width, A3.height) == (210, 297, 297, 420)
    assert PAPERS["A3 landscape"].is_landscape
    assert not A3.is_landscape


# --- judgement


def test_attested_cells_of_the_shipped_judgement_table() -> None:
    table = seed_form().judgement
    assert table is not None
    attested = {cell.letter for cell in table.cells if cell.attested}
    assert attested == set("ABDEGHIP")
    assert table.letters() == set("ABCDEFGHIJKLMNOP")
    assert all(cell.label is None for cell in table.cells if not cell.attested)
    assert table.cell(2, 3) == JudgementCell(
        row=2, column=3, letter="G", label="一部見直しのうえ継続", attested=True
    )
    assert table.cell(9, 9) is None


# --- templates


def write_files(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(str(folder), encoding="utf-8")
    return folder


def test_first_folder_with_a_template_wins(tmp_path: Path) -> None:
    own = write_files(tmp_path / "own", "handout.html")
    shared = write_files(tmp_path / "shared", "handout.html", "summary.html", "minutes.docx")
    form = replace(form_of(FORM), folders=(own, shared))
    assert form.template(handout(), "html") == own / "handout.html"
    assert form.template(summary(), "html") == shared / "summary.html"
    assert form.template(minutes(), "docx") == shared / "minutes.docx"
    assert form.template(minutes(), "html") is None
    assert form.resource("handout.css") is None


def test_shared_templates_serve_any_form() -> None:
    form = form_of('title = "一覧"\ncolumns = ["意見"]')
    for document in (handout(), summary()):
        assert {form.template(document, kind) for kind in ("docx", "html")} - {None}


def test_template_files_are_unique_and_without_hidden_files(
    tmp_path: Path,
) -> None:
    own = write_files(tmp_path / "own", "form.toml", "handout.css", "~$handout.docx", ".secret")
    write_files(own / "pictures", "logo.png")
    shared = write_files(tmp_path / "shared", "handout.css", "handout.html")
    found = dict(template_files((own, shared)))
    assert list(found) == ["form.toml", "handout.css", "pictures/logo.png", "handout.html"]
    assert found["handout.css"] == str(own).encode()
