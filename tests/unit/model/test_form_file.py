"""``form.toml``: the meaning of each setting, and how each mistake is reported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.commands import ROOT
from support.forms import NEXT_YEAR, form_of, put_form
from support.records import handout, seed_form, summary

from pipeline.base.errors import ComponentMissing, UsageMistake
from pipeline.model.columns import Column
from pipeline.model.editions import A4, Edition
from pipeline.model.findings import from_error
from pipeline.model.form import MARGINS, Arithmetic, Form
from pipeline.model.form_file import FormInvalid, load_form, parse_form

SHIPPED = (ROOT / "templates" / "shiryo1" / "form.toml").read_text(encoding="utf-8")
TITLE = 'title = "一覧"\n'


def column(declaration: str, *others: str) -> Column:
    """The first column of a form with this declaration and others."""
    return with_columns(declaration, *others).columns[0]


def with_columns(*declarations: str, more: str = "") -> Form:
    return form_of(f"{TITLE}columns = [\n  {joined(declarations)}\n]\n{more}")


def joined(declarations: tuple[str, ...]) -> str:
    return ",\n  ".join(declarations)


# ---- the meaning of the settings


def test_smallest_form_has_two_lines() -> None:
    form = form_of('title = "パブリックコメントへの回答"\ncolumns = ["番号", "意見", "回答"]')
    assert form.title == "パブリックコメントへの回答"
    assert form.columns == tuple(Column(key=t, title=t) for t in ("番号", "意見", "回答"))
    assert (form.paper, form.margins, form.number, form.note) == (A4, MARGINS, "", "")
    assert form.editions == (Edition.ONLY,)


def test_string_declares_a_required_text_column() -> None:
    text = column('"説明"')
    assert (text.kind, text.required, text.prints, text.fill) == ("text", True, True, False)


def test_bar_is_a_break_on_paper_and_not_part_of_name_or_key() -> None:
    text = column('"手段の|適切 性"')
    assert (text.title, text.name, text.key) == ("手段の|適切 性", "手段の適切 性", "手段の適切性")


def test_titles_declare_several_equal_columns() -> None:
    scores = with_columns(
        '{ titles = ["必要性", "目的|達成度"], under = ["評価内容", "評価の視点"], kind = "score", '
        "scale = [1, 3] }"
    ).columns
    assert [(each.key, each.scale, each.under) for each in scores] == [
        ("必要性", (1, 2, 3), ("評価内容", "評価の視点")),
        ("目的達成度", (1, 2, 3), ("評価内容", "評価の視点")),
    ]


def test_scale_is_lowest_and_highest_or_a_list() -> None:
    assert column('{ title = "x", kind = "score", scale = [0, 2] }').scale == (0, 1, 2)
    assert column('{ title = "x", kind = "score", scale = [1, 3, 5] }').scale == (1, 3, 5)
    score = column('{ title = "x", kind = "score", scale = ["○", "△", "×"] }')
    assert score.scale == ("○", "△", "×")


def test_choices_are_a_list_or_those_of_another_column() -> None:
    first, second = with_columns(
        '{ key = "a", title = "案", kind = "choice", choices = ["拡充", "終了"] }',
        '{ title = "意見", kind = "choice", choices = "a", as = "boxes" }',
    ).columns
    assert first.choices == second.choices == ("拡充", "終了")
    assert (first.boxes, second.boxes) == (False, True)


def test_column_to_fill_in_is_not_required() -> None:
    opinion = column('{ title = "意見", fill = "meeting", against = "案" }', '"案"')
    assert (opinion.fill, opinion.against, opinion.required) == (True, "案", False)


def test_inner_and_unprinted_columns_are_not_required() -> None:
    inner = column('{ title = "区分", inside = "判定", shape = "（{}）" }', '"判定"')
    assert (inner.inside, inner.shape, inner.required) == ("判定", "（{}）", False)
    hidden = column('{ title = "確認済", print = false }', '"判定"')
    assert (hidden.prints, hidden.required) == (False, False)


def test_required_overrides_the_default() -> None:
    assert not column('{ title = "備考", required = false }').required
    assert column('{ title = "意見", fill = "meeting", required = true }').required


def test_other_settings_of_a_column() -> None:
    number = column(
        '{ key = "k", title = "国庫|支出金", synonyms = ["国費", "国"], nth = 3, printed = "国", '
        'kind = "number", format = "#,##0", merge = true, width = 12.5, align = "center" }'
    )
    assert number == Column(
        key="k",
        title="国庫|支出金",
        synonyms=("国費", "国"),
        nth=3,
        printed="国",
        kind="number",
        format="#,##0",
        merge=True,
        width=12.5,
        align="center",
    )


def test_settings_of_a_form() -> None:
    form = form_of(
        """
        title = "一覧"
        number = "資料２"
        paper = "A3 landscape"
        margins = [10, 7.5, 12, 7]
        total = "合計"
        note = "（単位：千円）"
        columns = [
          "施策",
          { titles = ["計画", "実績", "差"], kind = "number" },
          { title = "意見", fill = "meeting" },
        ]
        [notes]
        "計画" = "※ 当初"
        "意見" = { meeting = "※ 当日使用欄" }
        [[checks]]
        equal = "差"
        sum = ["実績", "-計画"]
        [meeting]
        council = "評価委員会"
        [words]
        unit = "施策"
        outside_choices = ["廃止"]
        """
    )
    assert (form.number, form.paper.name, form.margins) == (
        "資料２",
        "A3 landscape",
        (10, 7.5, 12, 7),
    )
    assert (form.total, form.note) == ("合計", "（単位：千円）")
    assert form.notes["計画"].of(Edition.RESULTS) == "※ 当初"
    assert form.notes["意見"].of(Edition.RESULTS) == ""
    assert form.checks == (Arithmetic("差", ((1, "実績"), (-1, "計画"))),)
    assert form.meeting == {"council": "評価委員会"}
    assert (form.words.unit, form.words.outside_choices) == ("施策", ("廃止",))


def test_one_margin_applies_to_all_sides() -> None:
    assert with_columns('"x"', more="").margins == MARGINS
    assert form_of(f'{TITLE}margins = 15\ncolumns = ["x"]').margins == (15, 15, 15, 15)


def test_group_is_an_additional_column_that_is_not_printed() -> None:
    form = form_of(NEXT_YEAR)
    assert form.group == "分野"
    own = form.column("分野")
    assert (own.prints, own.required, own.kind) == (False, True, "text")


def test_group_may_be_a_column_by_its_title_or_key() -> None:
    for group in ("部名", "division"):
        form = form_of(
            f'{TITLE}group = "{group}"\ncolumns = [{{ key = "division", title = "部|名" }}, "施策"]'
        )
        assert (form.group, len(form.columns)) == ("division", 2)


def test_every_kind_can_be_declared() -> None:
    form = with_columns(
        '"a"',
        '{ title = "b", kind = "text" }',
        '{ title = "c", kind = "no" }',
        '{ title = "d", kind = "name" }',
        '{ title = "e", kind = "word" }',
        '{ title = "f", kind = "score", scale = [1, 4] }',
        '{ title = "g", kind = "number" }',
        '{ title = "h", kind = "mark" }',
        '{ title = "i", kind = "choice", choices = ["x", "y"] }',
    )
    kinds = "text text no name word score number mark choice"
    assert [each.kind for each in form.columns] == kinds.split()


# ---- mistakes


MISTAKES = {
    "an unknown word of the form": (
        'titel = "x"\ntitle = "一覧"\ncolumns = ["x"]',
        "1 行目: 「titel」は使えません。もしかして「title」ですか。使えるのは title、columns、",
    ),
    "an unknown word of a column": (
        TITLE + '[[columns]]\ntitle = "y"\n\nwidht = 3',
        "5 行目: 「widht」は使えません。もしかして「width」ですか。使えるのは title、titles、key、",
    ),
    "an unknown kind": (
        TITLE + 'columns = [{ title = "y", kind = "nubmer" }]',
        "2 行目: kind の「nubmer」はありません。もしかして「number」ですか。使えるのは text、no、",
    ),
    "a way to print that there is not": (
        TITLE + 'columns = [{ title = "y", kind = "choice", choices = ["a", "b"], as = "box" }]',
        "2 行目: as の「box」はありません。もしかして「boxes」ですか。使えるのは word、boxes です",
    ),
    "an alignment that there is not": (
        TITLE + 'columns = [{ title = "y", align = "centre" }]',
        "2 行目: align の「centre」はありません。もしかして「center」ですか。",
    ),
    "a time to fill in that there is not": (
        TITLE + 'columns = [{ title = "y", fill = "meting" }]',
        "2 行目: fill の「meting」はありません。もしかして「meeting」ですか。",
    ),
    "a paper that does not exist": (
        TITLE + 'paper = "B5 portrait"\ncolumns = ["x"]',
        "2 行目: paper の「B5 portrait」はありません。もしかして「A4 portrait」です",
    ),
    "a word of the wrong type": (
        TITLE + 'columns = [{ title = "y", width = "12" }]',
        "2 行目: 「width」には0 より大きい数（ミリメートル）を書きます",
    ),
    "a width below zero": (
        TITLE + 'columns = [{ title = "y", width = -5.6 }]',
        "2 行目: 「width」には0 より大きい数（ミリメートル）を書きます",
    ),
    "a list where a text is meant": (
        'title = ["一覧"]\ncolumns = ["x"]',
        "1 行目: 「title」には文字列を書きます",
    ),
    "a column that is neither text nor table": (
        TITLE + 'columns = ["x",\n  3]',
        "3 行目: 列は、見出しの文字列か { … } で書きます",
    ),
    "a note under a heading that is not printed": (
        TITLE + 'columns = [{ title = "x", printed = "y" }]\n[notes]\n"x" = "※"',
        "4 行目: 見出し「x」はありません。使えるのは y です",
    ),
    "columns that are no list": (
        TITLE + 'columns = "x"',
        "2 行目: 「columns」には列の並びを書きます",
    ),
    "a key twice behind columns alike": (
        TITLE + 'columns = [{ titles = ["x", "y", "z"] },\n  "w",\n  { key = "w", title = "v" }]',
        "4 行目: 列「w」が 2 つあります。key を別々に付けてください",
    ),
    "an empty title": (
        TITLE + 'columns = ["x", { title = "|" }]',
        "2 行目: 「title」には見出しの文字列を書きます",
    ),
    "a table that is none": (
        TITLE + 'columns = ["x"]\nnotes = "※"',
        "3 行目: 「notes」には表（{ … }）を書きます",
    ),
    "no title": ('columns = ["x"]', "1 行目: 「title」がありません"),
    "no columns": (TITLE, "1 行目: 「columns」がありません"),
    "no column at all": (TITLE + "columns = []", "2 行目: 印刷する列がありません"),
    "no column that is printed": (
        TITLE + 'columns = [{ title = "x", print = false }]',
        "2 行目: 印刷する列がありません",
    ),
    "a column without a title": (
        TITLE + 'columns = ["x",\n  { kind = "mark" }]',
        "3 行目: 列に title がありません",
    ),
    "title and titles": (
        TITLE + 'columns = [{ title = "x", titles = ["y", "z"] }]',
        "2 行目: title と titles は、どちらか一方を書きます",
    ),
    "a key of several columns": (
        TITLE + 'columns = [{ titles = ["x", "y"], key = "k" }]',
        "2 行目: 「key」は titles と一緒には使えません",
    ),
    "a key twice": (
        TITLE + 'columns = ["x",\n  { key = "x", title = "y" }]',
        "3 行目: 列「x」が 2 つあります。key を別々に付けてください",
    ),
    "a key that no control can bear": (
        TITLE + f'columns = ["x",\n  {{ title = "y", key = "{"k" * 49}", fill = "meeting" }}]',
        "3 行目: 列「y」の key は 48 文字以内で付けてください",
    ),
    "equal headings without their order": (
        TITLE + 'columns = ["国庫支出金",\n  { key = "b", title = "国庫|支出金" }]',
        "3 行目: 見出し「国庫支出金」の列がもう１つあります。nth で何番目かを書きます",
    ),
    "two columns of numbers": (
        TITLE + 'columns = [{ title = "x", kind = "no" },\n  { title = "y", kind = "no" }]',
        '3 行目: kind = "no" の列は１つだけにします',
    ),
    "a choice without choices": (
        TITLE + 'columns = [{ title = "x", kind = "choice" }]',
        '2 行目: kind = "choice" の列には「choices」が必要です',
    ),
    "a single choice": (
        TITLE + 'columns = [{ title = "x", kind = "choice", choices = ["a"] }]',
        "2 行目: choices には、選択肢を２つ以上書きます",
    ),
    "a choice twice": (
        TITLE
        + 'columns = [{ title = "x", kind = "choice", choices = ["継続", "見直し", "継　続"] }]',
        "2 行目: 選択肢「継　続」が２回あります",
    ),
    "choices of a column that has none": (
        TITLE + 'columns = ["案",\n  { title = "y", kind = "choice", choices = "案" }]',
        "3 行目: choices の列「案」には、自分の choices がありません。",
    ),
    "choices of a column that there is not": (
        TITLE + 'columns = [{ title = "方針案", kind = "choice", choices = ["a", "b"] },\n'
        '  { title = "y", kind = "choice", choices = "方針" }]',
        "3 行目: choices の列「方針」がありません。もしかして「方針案」ですか。使えるのは",
    ),
    "choices of the column itself": (
        TITLE + 'columns = [{ title = "y", kind = "choice", choices = "y" }]',
        "2 行目: choices の列「y」には、自分の choices がありません。",
    ),
    "choices of a text": (
        TITLE + 'columns = [{ title = "y", choices = ["a", "b"] }]',
        '2 行目: 「choices」は kind = "choice" の列にだけ書きます',
    ),
    "a choice that is a word for no opinion": (
        TITLE + "columns = ["
        '{ title = "y", kind = "choice", choices = ["保留", "可"], fill = "meeting" }]',
        "2 行目: 選択肢「保留」は、意見のない行の言葉（[words]）にもあります",
    ),
    "a score without a scale": (
        TITLE + 'columns = [{ title = "x", kind = "score" }]',
        '2 行目: kind = "score" の列には「scale」が必要です',
    ),
    "an empty scale": (
        TITLE + 'columns = [{ title = "x", kind = "score", scale = [] }]',
        "2 行目: 「scale」には[最低, 最高] か、評点の並びを書きます",
    ),
    "a scale from high to low": (
        TITLE + 'columns = [{ title = "x", kind = "score", scale = [4, 1] }]',
        "2 行目: 評点の範囲が空です。[最低, 最高] の順に書きます",
    ),
    "a scale of one score": (
        TITLE + 'columns = [{ title = "x", kind = "score", scale = ["○", "○"] }]',
        "2 行目: 評点の範囲が空です。",
    ),
    "a scale without end": (
        TITLE + 'columns = [{ title = "x", kind = "score", scale = [1, 100000000000] }]',
        "2 行目: 評点の範囲が広すぎます（1000 段階まで）",
    ),
    "inside a column that there is not": (
        TITLE + 'columns = ["判定", { title = "y", inside = "判定区分" }]',
        "2 行目: inside の列「判定区分」がありません。もしかして「判定」ですか。使えるのは",
    ),
    "inside itself": (
        TITLE + 'columns = ["x",\n  { title = "y", inside = "y" }]',
        "3 行目: 自分自身の中には印刷できません",
    ),
    "inside a column that is not printed": (
        TITLE + 'columns = ["x", { title = "y", print = false },\n  { title = "z", inside = "y" }]',
        "3 行目: 列「y」は印刷しない列です",
    ),
    "a shape without a place": (
        TITLE + 'columns = ["x", { title = "y", inside = "x", shape = "（）" }]',
        "2 行目: shape には、値の入る場所 {} が必要です",
    ),
    "a shape of a cell of its own": (
        TITLE + 'columns = ["x", { title = "y", shape = "（{}）" }]',
        "2 行目: 「shape」は inside のある列にだけ書きます",
    ),
    "a format of a text": (
        TITLE + 'columns = [{ title = "y", format = "0.0" }]',
        '2 行目: 「format」は kind = "number" の列にだけ書きます',
    ),
    "against in a column of the secretariat's": (
        TITLE + 'columns = ["x", { title = "y", against = "x" }]',
        "2 行目: against は fill のある列にだけ書きます",
    ),
    "against another kind": (
        TITLE + 'columns = ["x", { title = "y", kind = "mark", fill = "meeting", against = "x" }]',
        "2 行目: 列「x」とは種類（kind）が違うので比べられません",
    ),
    "against itself": (
        TITLE + 'columns = ["x", { title = "y", fill = "meeting", against = "y" }]',
        "2 行目: 自分自身とは比べられません",
    ),
    "widths over the paper": (
        TITLE + 'columns = [{ title = "x", width = 150 },\n  { title = "y", width = 60 }]',
        "2 行目: width の合計 210 mm が、A4 portrait の余白の内側（196 mm）に入りません",
    ),
    "margins over the paper": (
        TITLE + 'margins = 120\ncolumns = ["x"]',
        "2 行目: 余白が用紙より大きくなっています",
    ),
    "a note under no heading": (
        TITLE + 'columns = ["判定"]\n[notes]\n"判定区" = "※"',
        "4 行目: 見出し「判定区」はありません。もしかして「判定」ですか。使えるのは 判定 です",
    ),
    "a note of an edition that there is not": (
        TITLE + 'columns = ["判定"]\n[notes]\n"判定" = { meting = "※" }',
        "4 行目: 「meting」は使えません。もしかして「meeting」ですか。",
    ),
    "a note that is no text": (
        TITLE + 'columns = ["判定"]\n[notes]\n"判定" = 3',
        '4 行目: 注は文字列か { meeting = "…", results = "…" } で書きます',
    ),
    "arithmetic of a column that is no number": (
        TITLE + 'columns = ["x", { title = "計画額", kind = "number" }]\n'
        '[[checks]]\nequal = "計画額"\nsum = ["計画", "-x"]',
        '3 行目: 数（kind = "number"）の列「計画」がありません。もしかして「計画額」ですか。',
    ),
    "half a check": (
        TITLE + 'columns = ["x"]\n[[checks]]\nequal = "x"',
        "3 行目: [[checks]] には equal と sum を書きます",
    ),
    "an unknown line of the meeting": (
        TITLE + 'columns = ["x"]\n[meeting]\ncouncli = "会"',
        "4 行目: 「councli」は使えません。もしかして「council」ですか。",
    ),
    "an unknown word of the words": (
        TITLE + 'columns = ["x"]\n[words]\nblnk = "－"',
        "4 行目: 「blnk」は使えません。もしかして「blank」ですか。",
    ),
    "a word twice": (
        TITLE + 'columns = ["x"]\n[words]\nblank = "保 留"',
        "3 行目: [words] の言葉「保留」が２回あります",
    ),
    "a judgement of a column that is no score": (
        TITLE
        + 'columns = ["letter", "label", { title = "実現性", kind = "score", scale = [1, 2] }]\n'
        '[judgement]\nrows = "実現姓"\ncolumns = "実現性"\ncells = []',
        "4 行目: rows の「実現姓」はありません。もしかして「実現性」ですか。使えるのは 実現性 です",
    ),
}


def mistakes(source: str) -> tuple[str, ...]:
    with pytest.raises(FormInvalid) as caught:
        parse_form(source, "own")
    return caught.value.mistakes


@pytest.mark.parametrize(("source", "sentence"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistake_is_reported_once_with_its_line_and_allowed_names(
    source: str, sentence: str
) -> None:
    found = [text for text in mistakes(source) if text.startswith(sentence)]
    assert len(found) == 1, mistakes(source)


def test_invalid_column_does_not_hide_mistakes_of_others() -> None:
    found = mistakes(TITLE + 'columns = [\n  "",\n  { title = "x", kind = "nubmer" },\n]')
    assert [text[:10] for text in found] == ["3 行目: 列は、見", "4 行目: kind"]


def test_circular_inside_is_reported_at_each_column() -> None:
    found = mistakes(
        TITLE + 'columns = [\n  { key = "a", title = "x", inside = "b" },\n'
        '  { key = "b", title = "y", inside = "a" },\n  "z",\n]'
    )
    assert found == (
        "3 行目: 自分自身の中には印刷できません",
        "4 行目: 自分自身の中には印刷できません",
    )


def test_nested_inside_columns_are_printed_in_the_outermost_cell() -> None:
    form = form_of(
        TITLE + 'columns = ["a", { title = "b", inside = "a" }, { title = "c", inside = "b" }]'
    )
    assert [column.key for column in form.inside("a")] == ["b", "c"]
    assert form.host(form.column("c")).key == "a"


def test_hint_is_never_the_name_itself() -> None:
    found = mistakes(TITLE + 'columns = [{ title = "x", kind = "choice", choices = "x" }, "y"]')
    assert "もしかして" not in "".join(found)


def test_all_mistakes_are_reported_in_one_pass_in_the_order_of_their_lines() -> None:
    found = mistakes(
        'columns = [\n  { title = "a", kind = "scroe" },\n  { title = "b", inside = "c" },\n'
        '  { title = "d", widht = 3 },\n]\npaper = "A5"\n[notes]\n"z" = "※"'
    )
    lines = [text.partition(" 行目")[0] for text in found]
    assert lines == ["1", "2", "3", "4", "6", "8"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('rows = "feasibility"', 'rows = "feasiblity"', "もしかして「feasibility」ですか"),
        ("row = 4, column = 4", "row = 3, column = 4", "row = 3, column = 4 が２回あります"),
        ("row = 4, column = 4", "row = 5, column = 4", "row = 5 は、その列の評点（scale）に"),
        ("row = 4, column = 4, ", "row = 4, ", "判定表の欄には row、column、letter を書きます"),
        ('label = "継続", att', 'lable = "継続", att', "もしかして「label」ですか"),
        ('label = "継続", att', 'label = "", att', "「label」には文字列を書きます"),
        ('key = "letter"', 'key = "lettre"', "[judgement] の letter の列「letter」がありません"),
        ("width = 5.6", "width = 56", "余白の内側（196 mm）に入りません"),
    ],
)
def test_mistake_in_the_shipped_form_is_reported_with_its_line(
    old: str, new: str, reason: str
) -> None:
    assert old in SHIPPED
    source = SHIPPED.replace(old, new, 1)
    found = [text for text in mistakes(source) if reason in text]
    assert found
    line = int(found[0].partition(" 行目")[0])
    # If two lines contradict each other, the mistake may be reported at either.
    changed = 1 + SHIPPED[: SHIPPED.index(old)].count("\n")
    assert line == changed or "２回" in reason or old.startswith("key")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("name = \n" + SHIPPED, "1 行目 8 文字目の書き方が正しくありません"),
        (SHIPPED + 'x = "', "ファイルの終わりで、かっこか引用符が閉じていません"),
    ],
)
def test_invalid_toml_is_reported_with_its_place(source: str, reason: str) -> None:
    assert mistakes(source) == (reason,)


# ---- folders


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folder_with_only_a_form_is_enough(folder: Path) -> None:
    put_form(folder, TITLE + 'columns = ["意見"]', "kaitou")
    form = load_form("kaitou")
    assert form.name == "kaitou"
    shared = ROOT / "templates" / "shared"
    assert form.template(handout(), "html") == shared / "handout.html"
    assert form.template(summary(), "docx") == shared / "summary.docx"


def test_form_in_the_working_folder_wins_and_keeps_shipped_templates(folder: Path) -> None:
    own = put_form(folder, SHIPPED.replace("資料１", "資料９"), "shiryo1")
    (own / "handout.css").write_text("td { color: navy }", encoding="utf-8")
    form = load_form("shiryo1")
    assert form.number == "資料９"
    assert form.resource("handout.css") == own / "handout.css"
    assert form.resource("handout.html") == ROOT / "templates" / "shared" / "handout.html"


def test_templates_without_a_form_restyle_the_shipped_form(folder: Path) -> None:
    own = folder / "templates" / "shiryo1"
    own.mkdir(parents=True)
    (own / "handout.css").write_text("td { color: navy }", encoding="utf-8")
    form = load_form("shiryo1")
    assert form.columns == seed_form().columns
    assert form.resource("handout.css") == own / "handout.css"


def test_shared_templates_in_the_working_folder_serve_every_form(folder: Path) -> None:
    shared = folder / "templates" / "shared"
    shared.mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "shared" / "summary.html", shared)
    put_form(folder, TITLE + 'columns = ["意見"]', "kaitou")
    for name in ("kaitou", "shiryo1"):
        assert load_form(name).template(summary(), "html") == shared / "summary.html"


@pytest.mark.parametrize("name", ["shiryo9", "shared", "../shiryo1", ""])
def test_unknown_form_is_a_usage_mistake_with_the_known_names(name: str) -> None:
    with pytest.raises(UsageMistake) as caught:
        load_form(name)
    assert "shiryo1" in from_error(caught.value).message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'title = "x"\ncolums = ["y"]', "2 行目: 「colums」は使えません。もしかして「columns」"),
        (SHIPPED.encode("cp932"), "文字コードが UTF-8 ではありません"),
    ],
)
def test_broken_form_is_reported_with_its_file(folder: Path, content: bytes, reason: str) -> None:
    own = put_form(folder, "", "own")
    (own / "form.toml").write_bytes(content)
    with pytest.raises(ComponentMissing) as caught:
        load_form("own")
    assert caught.value.exit_status == 4
    message = from_error(caught.value).message
    assert reason in message
    assert str(Path("templates", "own", "form.toml")) in message
