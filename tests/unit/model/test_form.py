"""A form that somebody edited: each slip is told in Japanese, with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.records import handout, minutes, seed_form, summary

from pipeline.base.errors import ComponentMissing, UsageMistake
from pipeline.model.findings import from_error
from pipeline.model.form import Form, JudgementCell, JudgementTable, load_form

SHIPPED = (seed_form().folder / "form.toml").read_text(encoding="utf-8")


def edited(folder: Path, content: str | bytes) -> Form:
    """The form that a folder with this form.toml gives."""
    home = folder / "templates" / "own"
    home.mkdir(parents=True)
    (home / "form.toml").write_bytes(
        content if isinstance(content, bytes) else content.encode("utf-8")
    )
    return load_form("own")


def said(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ComponentMissing) as caught:
        edited(folder, content)
    assert caught.value.exit_status == 4
    message = from_error(caught.value).message
    assert str(Path("templates", "own", "form.toml")) in message
    return message


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def changed(old: str, new: str) -> str:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (changed('key = "no"', 'key = "nmu"'), "[[columns]] key「no」がありません"),
        (changed('key = "council"', 'key = "councli"'), "もしかして「council」ですか"),
        (changed('key = "place"', 'key = "title"'), "[[meeting]] key「title」が２回あります"),
        (changed('title = "事業名"', 'title = "Ｎｏ"'), "「No」が２回あります"),
        (changed('label = "見直し"', 'label = "継　続"'), "「継続」が２回あります"),
        (changed('deferred = "保留"', 'deferred = "継続"'), "「継続」が２回あります"),
        (changed("minimum = 1", "minimum = 9"), "「progress」の minimum が maximum より"),
        (changed('rows = "feasibility"', 'rows = "feasiblity"'), "もしかして「feasibility」ですか"),
        (changed("row = 4, column = 4", "row = 3, column = 4"), "row = 3, column = 4 が２回"),
        (
            changed("row = 4, column = 4", "row = 5, column = 4"),
            "5 は「⑤実現可能性」の範囲（1〜4）",
        ),
        (changed('label = "継続"', 'lable = "継続"'), "choices（1 番目） の「lable」は使えません"),
        (changed('label = "継続"', 'lable = "継続"'), "もしかして「label」ですか"),
        (changed('label = "継続"', 'label = ""'), "choices（1 番目）.label の値が足りません"),
        (changed("no = 5.6", "no = -5.6"), "[widths]「no」は 0 以上の数に"),
        (changed("no = 5.6", "no = 5.6\nnote = 3"), "[widths]「note」は使えません"),
        (changed("no = 5.6", 'no = "5.6"'), "widths.no の値の種類が違います"),
        (changed('table_sheet = "事業一覧"', ""), "「table_sheet」がありません"),
        ('name = "shiryo1"\n' + SHIPPED, "name「shiryo1」がフォルダーの名前「own」と違います"),
        (
            changed('key = "progress"', 'key = "進捗"'),
            "ratings（1 番目）.key の名前に使えない文字があります",
        ),
        ("name = \n" + SHIPPED, "1 行目 8 文字目の書き方が正しくありません"),
        (SHIPPED + 'x = "', "ファイルの終わり"),
        (SHIPPED.encode("cp932"), "文字コードが UTF-8 ではありません"),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path: Path, content: str | bytes, reason: str) -> None:
    assert reason in said(tmp_path, content)


@pytest.mark.parametrize("line", ["", 'name = "own"\n'], ids=["none", "the folder's"])
def test_a_form_has_the_name_of_its_folder(tmp_path: Path, line: str) -> None:
    assert edited(tmp_path, line + SHIPPED).name == "own"


def test_every_slip_is_told_at_once(tmp_path: Path) -> None:
    message = said(
        tmp_path, changed('key = "no"', 'key = "nummer"').replace("minimum = 1", "minimum = 7", 1)
    )
    assert "nummer" in message
    assert "minimum" in message


def test_an_unknown_form_is_a_usage_mistake_that_names_the_known_ones() -> None:
    with pytest.raises(UsageMistake) as caught:
        load_form("shiryo9")
    assert "shiryo1" in from_error(caught.value).message


def test_ratings_stand_after_the_name_in_the_usual_order() -> None:
    keys = [column.key for column in seed_form().columns]
    assert keys[:6] == [
        "no",
        "name",
        "ratings.progress",
        "ratings.feasibility",
        "ratings.regional_merit",
        "judgement",
    ]


@pytest.mark.parametrize("key", ["nothing", "progress"])
def test_a_column_that_the_form_lacks_is_a_key_error(key: str) -> None:
    with pytest.raises(KeyError):
        seed_form().column(key)


def test_a_rating_that_the_form_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        seed_form().rating("ratings.progress")


def test_the_office_own_table_takes_the_place_of_the_shipped_one() -> None:
    cell = JudgementCell(row=1, column=1, letter="Q")
    own = JudgementTable(rows="feasibility", columns="regional_merit", cells=(cell,))
    assert seed_form().with_judgement(own).file.judgement == own
    assert seed_form().with_judgement(None) == seed_form()


def test_the_shipped_table_says_which_cells_a_printed_handout_holds() -> None:
    table = seed_form().file.judgement
    assert table is not None
    attested = {cell.letter for cell in table.cells if cell.attested}
    assert attested == set("ABDEGHIP")
    assert table.letters() == set("ABCDEFGHIJKLMNOP")
    assert all(cell.label is None for cell in table.cells if not cell.attested)
    assert table.cell(2, 3) == JudgementCell(
        row=2, column=3, letter="G", label="一部見直しのうえ継続", attested=True
    )
    assert table.cell(9, 9) is None


# --- templates --------------------------------------------------------------------------


def folder_of(root: Path, name: str, *, without: tuple[str, ...] = ()) -> Path:
    """A copy of the shipped form below ``templates/`` of a working folder."""
    folder = root / "templates" / name
    shutil.copytree(seed_form().folder, folder)
    for each in without:
        (folder / each).unlink()
    return folder


def test_a_form_copied_before_there_was_a_summary_finds_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = seed_form().folder
    folder_of(tmp_path, "shiryo1", without=("summary.html", "summary.docx"))
    monkeypatch.chdir(tmp_path)
    form = load_form("shiryo1")
    assert form.folder == tmp_path / "templates" / "shiryo1"
    assert form.template(summary(), "html").samefile(shipped / "summary.html")
    assert form.template(minutes(), "docx") == form.folder / "minutes.docx"


def test_the_offices_own_shiryo1_serves_its_other_councils_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = folder_of(tmp_path, "shiryo1")
    folder_of(tmp_path, "machi", without=("summary.html",))
    monkeypatch.chdir(tmp_path)
    assert load_form("machi").template(summary(), "html") == own / "summary.html"


def test_the_handouts_template_is_always_the_forms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machi = folder_of(tmp_path, "machi", without=("handout.html",))
    monkeypatch.chdir(tmp_path)
    assert load_form("machi").template(handout(), "html") == machi / "handout.html"
