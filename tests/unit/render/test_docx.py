"""The Word handout: every value in its cell, a valid file, the printed page."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.forms import (
    FORMS,
    TOTALS,
    form_of,
    probed,
)
from support.pdf import cells, text
from support.records import (
    GOLDEN,
    handout,
    project,
    records,
    row_of,
    seed_form,
    seed_records,
    with_opinions,
)
from support.word import (
    W,
    controls,
    converted,
    form_with,
    mistakes_of,
    paragraphs,
    part,
    shown,
    swap,
    table,
    template,
    with_parts,
)

from pipeline.base.errors import ComponentMissing
from pipeline.documents.probe import probe
from pipeline.model.editions import A3, A4, PAPERS, Edition, Paper
from pipeline.model.handout import Handout, Line, TableRow
from pipeline.model.meeting import Meeting
from pipeline.render.docx import render_docx
from scripts import make_word_templates

BODY = "word/document.xml"
VERSIONS = ("Microsoft365", "Office2016")
HOSTILE = "{{ x }}{_{ y }_}{% z %}{_% w %_}{# c #} &<>&amp;\"' タ\tブ“”‘’ ]]> </w:t> \ue000𠮷神㈱　"


def test_long_number_is_on_one_line_in_its_box(tmp_path: Path) -> None:
    source = replace(handout(seed_records()), number="参考資料３－１")
    (page, *_) = text(converted({"a": word_file(source)}, "pdf", tmp_path)["a"])
    assert "参考資料３－１" in page.split("\n")


def word_file(source: Handout) -> bytes:
    return render_docx(source, seed_form()).content


def results(paper: Paper = A4) -> Handout:
    meeting = Meeting(
        "資料１",
        "方針一覧",
        council="共生ビジョン懇談会",
        session="第２回",
        date=dt.date(2026, 3, 9),
        note="見本・架空",
    )
    source = replace(with_opinions(seed_records()), meeting=meeting)
    return handout(source, Edition.RESULTS, paper)


def expected_cells(row: TableRow) -> list[list[str]]:
    """The paragraphs of each cell of a row; an empty cell has one empty paragraph."""
    return [[line.shown for line in cell.lines] or [""] for cell in row.cells]


def with_cell_text(source: Handout, place: int, *texts: str) -> Handout:
    """The handout with other texts in one cell of its first row."""
    row = source.rows[0]
    cell = row.cells[place]
    lines = tuple(Line(text, "kind-text") for text in texts)
    cells = (*row.cells[:place], replace(cell, lines=lines), *row.cells[place + 1 :])
    return replace(source, rows=(replace(row, cells=cells), *source.rows[1:]))


# --- every value in its cell ------------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
@pytest.mark.parametrize("edition", [Edition.MEETING, Edition.RESULTS], ids=lambda e: e.value)
def test_word_cells_equal_the_handouts_cells(edition: Edition, paper: Paper) -> None:
    source = handout(with_opinions(seed_records()), edition, paper)
    assert table(word_file(source))[2:] == [expected_cells(row) for row in source.rows]


def test_number_title_facts_note_and_page_numbers_are_around_the_table() -> None:
    source = results()
    content = word_file(source)
    assert paragraphs(content) == [source.number, source.title, *source.facts, ""]
    assert paragraphs(content, "word/header.xml") == ["見本・架空"]
    fields = [
        each.get(W + "instr") for each in part(content, "word/footer.xml").iter(W + "fldSimple")
    ]
    assert fields == [" PAGE ", " NUMPAGES "]


def test_the_header_has_two_levels_and_repeats_on_every_page() -> None:
    content = word_file(handout())
    upper, lower = table(content)[:2]
    assert upper == [
        [""],
        ["事業名"],
        [
            "ワーキンググループ",
            "振返り結果抜粋",
            "※ 各判定の考え方については",
            "参考資料を参照",
        ],
        ["今後の連携事業の進め方（案）"],
    ]
    assert lower[2:] == [
        ["③進捗", "状況"],
        ["⑤実現", "可能性"],
        ["⑥広域", "メリット"],
        ["今後の方針"],
        ["事務局案（２市１町協議結果）"],
        ["懇談会意見", "※ 懇談会当日使用欄"],
    ]
    rows = list(part(content).iter(W + "tr"))
    assert [next(row.iter(W + "tblHeader"), None) is not None for row in rows] == [True] * 2 + [
        False
    ] * 18
    assert all(next(row.iter(W + "cantSplit"), None) is not None for row in rows)


def test_each_council_box_is_a_control_with_unique_tag_and_name() -> None:
    boxes = controls(word_file(handout()))
    assert [box.tag for box in boxes] == [
        f"opinion.{no}.{k}" for no in range(1, 19) for k in (1, 2, 3)
    ]
    assert len({box.identity for box in boxes}) == len(boxes)
    assert boxes[8].alias == "No.3 懇談会意見: 見直し"
    assert {(box.mark, box.checked) for box in boxes} == {("□", False)}


def test_control_of_the_councils_choice_is_checked() -> None:
    source = results()
    boxes = {box.tag: box for box in source.boxes}
    for box in controls(word_file(source)):
        assert (box.checked, box.mark) == (boxes[box.tag].checked, boxes[box.tag].mark)
    assert any(box.checked for box in boxes.values())


def test_text_like_jinja_or_xml_stays_text() -> None:
    meeting = Meeting(HOSTILE, HOSTILE, note=HOSTILE)
    source = handout(records(project(name=HOSTILE, reason=HOSTILE), meeting=meeting))
    source = with_cell_text(source, 5, HOSTILE)
    content = word_file(source)
    assert table(content)[2] == expected_cells(source.rows[0])
    assert paragraphs(content)[:2] == [HOSTILE, HOSTILE]
    assert paragraphs(content, "word/header.xml") == [HOSTILE]
    assert docx.Document(io.BytesIO(content)).core_properties.title == HOSTILE


CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")


@given(text=st.text(CHARACTERS | st.sampled_from("{}%#_\t\n "), min_size=1))
def test_any_text_is_printed_unchanged(text: str) -> None:
    source = with_cell_text(with_cell_text(handout(records(project())), 1, text), 6, text)
    assert table(word_file(source))[2] == expected_cells(source.rows[0])


def test_empty_cell_is_valid_in_word(tmp_path: Path) -> None:
    source = handout(records(project()))
    for place in (2, 3, 4, 5, 6):
        source = with_cell_text(source, place)
    content = word_file(source)
    assert table(content)[2][6] == [""]
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


# --- any form ---------------------------------------------------------------------------


THREE_LEVELS = """
title = "評価結果一覧"
group = "分野"
total = "合計"
columns = [
  { title = "No.", kind = "no" },
  { title = "課", merge = true },
  { titles = ["必要性", "効率性"], under = ["評価内容", "評価の視点"], kind = "score", scale = [1, 4] },
  { title = "方向性", under = ["評価内容"], kind = "choice", choices = ["拡大", "維持"] },
  { title = "金額", kind = "number", align = "center" },
]
"""  # noqa: E501 - a form has a column a line
ALL_FORMS = {**FORMS, "levels": THREE_LEVELS}
every_form = pytest.mark.parametrize("source", ALL_FORMS.values(), ids=ALL_FORMS)


@every_form
def test_any_form_prints_every_cell_in_a_valid_file(source: str, tmp_path: Path) -> None:
    page, form = probed(source)
    content = render_docx(page, form).content
    assert table(content)[len(page.heading) :] == [expected_cells(row) for row in page.rows]
    assert len(controls(content)) == len(list(page.boxes))
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


def merges(content: bytes) -> list[list[str | None]]:
    """The ``vMerge`` value of each cell of the header."""
    rows = [
        row for row in part(content).iter(W + "tr") if row.find(f"{W}trPr/{W}tblHeader") is not None
    ]
    return [
        [
            next((m.get(W + "val") for m in cell.iter(W + "vMerge")), None)
            for cell in row.iter(W + "tc")
        ]
        for row in rows
    ]


def test_header_of_three_levels_is_merged_and_repeated() -> None:
    page, form = probed(THREE_LEVELS)
    content = render_docx(page, form).content
    assert table(content)[:3] == [
        [["No."], ["課"], ["評価内容"], ["金額"]],
        [[""], [""], ["評価の視点"], ["方向性"], [""]],
        [[""], [""], ["必要性"], ["効率性"], [""], [""]],
    ]
    assert merges(content) == [
        ["restart", "restart", None, "restart"],
        ["continue", "continue", None, "restart", "continue"],
        ["continue", "continue", None, None, "continue", "continue"],
    ]


def test_group_heading_is_one_cell_kept_with_its_first_row() -> None:
    page, form = probed(THREE_LEVELS)
    content = render_docx(page, form).content
    place = len(page.heading) + [row.role for row in page.rows].index("group")
    row = list(part(content).iter(W + "tr"))[place]
    (cell,) = row.iter(W + "tc")
    assert next(cell.iter(W + "gridSpan")).get(W + "val") == "6"
    assert {style.get(W + "val") for style in cell.iter(W + "pStyle")} == {"group"}
    styles = part(content, "word/styles.xml").iter(W + "style")
    (group,) = [style for style in styles if style.get(W + "styleId") == "group"]
    assert group.find(f"{W}pPr/{W}keepNext") is not None


@pytest.mark.parametrize("source", [THREE_LEVELS, TOTALS])
def test_only_groups_and_totals_are_shaded_as_in_the_pdf(source: str) -> None:
    page, form = probed(source)
    content = render_docx(page, form).content
    shades = [
        {shade.get(W + "fill") for shade in row.iter(W + "shd")}
        for row in list(part(content).iter(W + "tr"))[len(page.heading) :]
    ]
    assert {row.role for row in page.rows} >= {"row", "group" if form.group else "total"}
    assert shades == [set() if row.role == "row" else {"F6F8FB"} for row in page.rows]


def test_word_of_a_total_is_centred_as_in_the_pdf() -> None:
    page, form = probed(TOTALS)
    styles = part(render_docx(page, form).content, "word/styles.xml").iter(W + "style")
    (total,) = [style for style in styles if style.get(W + "styleId") == "total"]
    assert total.find(f"{W}pPr/{W}jc").attrib == {W + "val": "center"}


def test_equal_neighbouring_cells_are_merged_downwards() -> None:
    form = form_of(THREE_LEVELS)
    rows = [row_of({"No.": k, "課": "総務課"}, form) for k in (1, 2)]
    content = render_docx(handout(records(*rows), Edition.ONLY, A4, form), form).content
    marks = [
        next((m.get(W + "val") for m in list(row.iter(W + "tc"))[1].iter(W + "vMerge")), None)
        for row in list(part(content).iter(W + "tr"))[3:]
    ]
    assert marks == ["restart", "continue"]


@every_form
def test_each_columns_style_is_based_on_the_style_of_its_kind(source: str) -> None:
    page, form = probed(source)
    content = render_docx(page, form).content
    styles = {
        style.get(W + "styleId"): style.find(W + "basedOn").get(W + "val")
        for style in part(content, "word/styles.xml").iter(W + "style")
        if style.find(W + "basedOn") is not None
    }
    for style in page.styles:
        assert styles[style.identity] == style.base
        assert style.base in styles
    used = {style.get(W + "val") for style in part(content).iter(W + "pStyle")}
    assert used <= {*styles, "TableEnd"}


def test_columns_style_in_the_template_is_kept(tmp_path: Path) -> None:
    own = (
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="key-name"><w:name w:val="太い"/>'
        '<w:basedOn w:val="kind-name"/><w:rPr><w:b/></w:rPr></w:style></w:styles>'
    )
    edits = {"word/styles.xml": swap("</w:styles>", own)}
    form = form_with(tmp_path, with_parts(template(), edits))
    styles = part(render_docx(handout(), form).content, "word/styles.xml").iter(W + "style")
    names = [
        s.find(W + "name").get(W + "val") for s in styles if s.get(W + "styleId") == "key-name"
    ]
    assert names == ["太い"]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_table_fits_between_the_margins_on_every_paper(paper: Paper) -> None:
    form = form_of(THREE_LEVELS)
    content = render_docx(handout(probe(form), Edition.ONLY, paper, form), form).content
    (size,), (margin,) = part(content).iter(W + "pgSz"), part(content).iter(W + "pgMar")
    room = int(size.get(W + "w")) - int(margin.get(W + "left")) - int(margin.get(W + "right"))
    assert sum(columns(content)) <= room + 1
    assert (size.get(W + "orient") == "landscape") == paper.is_landscape


# --- the page ---------------------------------------------------------------------------


def columns(content: bytes) -> list[int]:
    """The grid of the table in twips."""
    return [int(each.get(W + "w")) for each in part(content).iter(W + "gridCol")]


@pytest.mark.parametrize("paper", [A4, A3], ids=lambda paper: paper.name)
def test_column_widths_are_those_of_the_form(paper: Paper) -> None:
    content = word_file(handout(paper=paper))
    wanted = [column.width for column in seed_form().printed]
    in_mm = [width / 1440 * 25.4 / (paper.width / A4.width) for width in columns(content)]
    assert in_mm == pytest.approx(wanted, abs=0.06)
    (layout,) = part(content).iter(W + "tblLayout")
    assert layout.get(W + "type") == "fixed"


@every_form
def test_every_row_covers_the_whole_grid(source: str) -> None:
    content = render_docx(*probed(source)).content
    grid = columns(content)
    for row in part(content).iter(W + "tr"):
        spans = [
            int(next((s.get(W + "val") for s in c.iter(W + "gridSpan")), "1"))
            for c in row.iter(W + "tc")
        ]
        widths = [int(next(c.iter(W + "tcW")).get(W + "w")) for c in row.iter(W + "tc")]
        assert sum(spans) == len(grid)
        assert sum(widths) == sum(grid)


def test_a3_is_the_a4_page_enlarged() -> None:
    small, large = (word_file(handout(paper=paper)) for paper in (A4, A3))
    for content, size in ((small, ("11906", "16838")), (large, ("16838", "23811"))):
        (page,) = part(content).iter(W + "pgSz")
        assert (page.get(W + "w"), page.get(W + "h")) == size

    def lengths(content: bytes, name: str, kind: str, attribute: str) -> list[int]:
        found = part(content, name).iter(W + kind)
        return [int(each.get(W + attribute)) for each in found if each.get(W + attribute)]

    for name, kind, attribute in (
        (BODY, "pgMar", "left"),
        (BODY, "tcW", "w"),
        ("word/styles.xml", "spacing", "line"),
        ("word/styles.xml", "sz", "val"),
        ("word/styles.xml", "ind", "right"),
    ):
        before, after = (lengths(content, name, kind, attribute) for content in (small, large))
        assert before
        assert after == pytest.approx([value * A3.width / A4.width for value in before], abs=2)


def test_changed_font_size_is_enlarged_on_a3_too(tmp_path: Path) -> None:
    bigger = with_parts(template(), {"word/styles.xml": lambda x: x.replace('"15"', '"20"')})
    content = render_docx(handout(paper=A3), form_with(tmp_path, bigger)).content
    styles = part(content, "word/styles.xml").iter(W + "style")
    sizes = {each.get(W + "styleId"): each.find(f"{W}rPr/{W}sz") for each in styles}
    assert sizes["kind-text"].get(W + "val") == "28"


def test_the_font_and_the_language_are_set_for_latin_and_japanese() -> None:
    styles = part(word_file(handout()), "word/styles.xml")
    (fonts,) = styles.iter(W + "rFonts")
    assert {fonts.get(W + kind) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "BIZ UDゴシック"
    }
    (language,) = styles.iter(W + "lang")
    assert (language.get(W + "val"), language.get(W + "eastAsia")) == ("ja-JP", "ja-JP")


def test_the_title_is_a_title_and_the_table_has_a_caption() -> None:
    source = handout()
    body = part(word_file(source))
    styled = [(p.find(f"{W}pPr/{W}pStyle"), p) for p in body.iter(W + "p")]
    titled = [p for name, p in styled if name is not None and name.get(W + "val") == "Title"]
    assert [shown(each) for each in titled] == [source.title]
    (caption,) = body.iter(W + "tblCaption")
    assert caption.get(W + "val") == source.title


def test_properties_come_from_the_handout_not_the_clock() -> None:
    source = replace(results(), author="○○市 企画課")
    properties = docx.Document(io.BytesIO(word_file(source))).core_properties
    assert (properties.title, properties.author) == (source.title, "○○市 企画課")
    assert properties.created == properties.modified == source.date
    assert properties.language == "ja-JP"


def test_the_same_handout_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = word_file(results())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert word_file(results()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_word_file_has_no_protection() -> None:
    content = word_file(handout())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"documentProtection" not in whole
    assert b"w:lock" not in whole


def test_row_taller_than_a_page_may_split_and_is_reported() -> None:
    long = project(2, reason="とても長い説明である。" * 400)
    rendered = render_docx(handout(records(project(1), long)), seed_form())
    assert [(f.code, f.project) for f in rendered.findings] == [("row-taller-than-page", 2)]
    rows = list(part(rendered.content).iter(W + "tr"))[2:]
    assert [next(row.iter(W + "cantSplit"), None) is not None for row in rows] == [True, False]


# --- the template -----------------------------------------------------------------------


def test_script_makes_the_templates_in_the_repository() -> None:
    folder = seed_form().folders[-1]
    shipped = {path.name: path.read_bytes() for path in folder.glob("*.docx")}
    assert make_word_templates.templates() == shipped


def split_runs(xml: str) -> str:
    """Split each text into runs with a spelling mark between, as Word does on saving."""
    return re.sub(
        r'<w:t xml:space="preserve">([^<]{2,})</w:t>',
        lambda found: (
            f'<w:t xml:space="preserve">{found[1][:1]}</w:t></w:r><w:proofErr w:type="spellStart"/>'
            f'<w:r><w:t xml:space="preserve">{found[1][1:-4]}</w:t></w:r>'
            f'<w:r><w:t xml:space="preserve">{found[1][-4:]}</w:t>'
        ),
        xml,
    )


def test_template_with_split_runs_gives_the_same_cells(tmp_path: Path) -> None:
    form = form_with(tmp_path, with_parts(template(), {BODY: split_runs}))
    assert table(render_docx(results(), form).content) == table(word_file(results()))


def test_template_saved_again_gives_the_same_cells(tmp_path: Path) -> None:
    saved = io.BytesIO()
    docx.Document(io.BytesIO(template())).save(saved)
    form = form_with(tmp_path, saved.getvalue())
    assert table(render_docx(results(), form).content) == table(word_file(results()))


MISTAKES = {
    "misspelt-part": (
        swap("{{ line.shown }}", "{{ line.shwon }}"),
        ["{{ line.shwon }}", "「shwon」という名前はありません", "「shown」ではありませんか"],
    ),
    "misspelt-name": (
        swap("{{ handout.title }}</w:t>", "{{ handuot.title }}</w:t>"),
        ["handuot.title", "「handuot」という名前はありません", "「handout」ではありませんか"],
    ),
    "loop-without-end": (
        swap("{%tr endfor %}", ""),
        ["「for」の終わりがありません"],
    ),
    "end-without-loop": (
        swap("{%tr for row in handout.rows %}", ""),
        ["endfor", "命令"],
    ),
    "brace-lost": (swap("{{ line.shown }}", "{{ line.shown }"), ["line.shown", "閉じていません"]),
    "unknown-filter": (
        swap("{{ line.shown }}", "{{ line.shown|uper }}"),
        ["line.shown|uper", "「uper」という加工は使えません"],
    ),
    "torn-loop": (
        swap("{{ line.shown }}", "{%tr if row %}{{ line.shown }}"),
        ["if"],
    ),
    "overlapping": (
        swap(
            "{{ line.shown }}</w:t></w:r></w:p>",
            "{% if not row.no %}</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>",
        ),
        ["食い違っています"],
    ),
    "other-file": (
        swap("{{ line.shown }}", "{% include '/etc/hostname' %}"),
        ["include", "ほかのファイル（/etc/hostname）は読み込めません"],
    ),
    "python-inside": (
        swap("{{ line.shown }}", "{{ line.__class__.__mro__ }}"),
        ["line.__class__", "「__class__」は使えません"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_in_the_template_is_reported_with_its_place(name: str, tmp_path: Path) -> None:
    edit, words = MISTAKES[name]
    form = form_with(tmp_path, with_parts(template(), {BODY: edit}))
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form)
    assert caught.value.code == "template-broken"
    assert caught.value.params["path"] == form.folders[0] / "handout.docx"
    message = f"{caught.value.params['place']} {caught.value.params['reason']}"
    assert [word for word in words if word not in message] == []


def test_linked_picture_is_rejected(tmp_path: Path) -> None:
    link = (
        '<Relationship Id="rIdX" TargetMode="External" Target="http://127.0.0.1/x.png"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
    )
    edit = swap("</Relationships>", f"{link}</Relationships>")
    broken = with_parts(template(), {"word/_rels/document.xml.rels": edit})
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form_with(tmp_path, broken))
    assert "http://127.0.0.1/x.png" in str(caught.value.params["reason"])


def test_template_that_is_no_word_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form_with(tmp_path, b"not a Word file"))
    assert caught.value.code == "template-broken"


def test_table_layout_is_fixed_even_if_the_template_omits_it(tmp_path: Path) -> None:
    loose = swap('<w:tblLayout w:type="fixed"/>', "")
    form = form_with(tmp_path, with_parts(template(), {"word/document.xml": loose}))
    content = render_docx(handout(), form).content
    (layout,) = part(content).iter(W + "tblLayout")
    assert layout.get(W + "type") == "fixed"
    assert mistakes_of(content, VERSIONS[0], tmp_path) == []


def test_title_longer_than_a_property_is_printed_completely() -> None:
    source = replace(seed_records(), meeting=Meeting("資料１", "長" * 300))
    content = word_file(handout(source))
    about = docx.Document(io.BytesIO(content)).core_properties
    assert about.title == "長" * 255
    assert "長" * 300 in "".join(each.text or "" for each in part(content).iter(W + "t"))


def test_form_without_a_word_template_is_reported(tmp_path: Path) -> None:
    form = form_with(tmp_path, b"")
    (form.folders[0] / "handout.docx").unlink()
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form)
    assert caught.value.code == "template-missing"


# --- other programs ---------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_microsofts_validator_finds_no_mistake(version: str, tmp_path: Path) -> None:
    files = [template()] + [
        word_file(handout(with_opinions(seed_records()), edition, paper))
        for edition in (Edition.MEETING, Edition.RESULTS)
        for paper in PAPERS.values()
    ]
    assert [mistakes_of(content, version, tmp_path) for content in files] == [[]] * len(files)


class Pages:
    """A PDF's pages: text and table cells."""

    def __init__(self, content: bytes) -> None:
        self.text = text(content)
        self.rows = cells(content)


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Both editions, opened in LibreOffice and saved again as Word files."""
    files = {"meeting": word_file(handout()), "results": word_file(results())}
    return converted(files, "docx", tmp_path_factory.mktemp("saved"))


@pytest.mark.parametrize("name", ["meeting", "results"])
def test_libreoffice_shows_the_same_cells(name: str, saved_again: dict[str, bytes]) -> None:
    source = {"meeting": handout(), "results": results()}[name]
    assert table(saved_again[name])[2:] == [expected_cells(row) for row in source.rows]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    """Each kind of handout, printed by LibreOffice."""
    files = {
        "meeting-A4": word_file(handout()),
        "meeting-A3": word_file(handout(paper=A3)),
        "results-A4": word_file(results()),
        "results-A3": word_file(results(A3)),
    }
    folder = tmp_path_factory.mktemp("libreoffice")
    return {name: Pages(pdf) for name, pdf in converted(files, "pdf", folder).items()}


@pytest.mark.parametrize("name", ["meeting-A4", "meeting-A3"])
def test_two_pages_have_twelve_and_six_rows(name: str, printed: dict[str, Pages]) -> None:
    numbers = [[int(row[0]) for row in rows] for rows in printed[name].rows]
    assert numbers == [list(range(1, 13)), list(range(13, 19))]


@pytest.mark.parametrize("name", ["results-A4", "results-A3"])
def test_seed_results_fit_on_two_pages(name: str, printed: dict[str, Pages]) -> None:
    numbers = [[int(row[0]) for row in rows] for rows in printed[name].rows]
    assert numbers == [list(range(1, 12)), list(range(12, 19))]


@pytest.mark.parametrize(("name", "least"), [("meeting-A4", 18), ("meeting-A3", 17)])
def test_reasoning_has_the_line_breaks_of_the_printed_original(
    name: str, least: int, printed: dict[str, Pages]
) -> None:
    lines = json.loads((GOLDEN / "reasoning_lines.json").read_text(encoding="utf-8"))
    rows = [row for page in printed[name].rows for row in page]
    same = [row[0] for row in rows if row[6].replace(" ", "").split("\n") == lines[row[0]]]
    assert len(same) >= least


def test_names_break_after_six_characters(printed: dict[str, Pages]) -> None:
    lines = [
        line for page in printed["meeting-A4"].rows for row in page for line in row[1].split("\n")
    ]
    assert max(len(line) for line in lines) == 6


@pytest.mark.parametrize("name", ["meeting-A4", "meeting-A3", "results-A4", "results-A3"])
def test_each_choice_is_on_one_line(name: str, printed: dict[str, Pages]) -> None:
    labels = list(seed_form().column("opinion").choices)
    for row in (row for page in printed[name].rows for row in page):
        for cell in row[7:9]:
            assert [line[1:].strip() for line in cell.split("\n")][:3] == labels


def test_header_note_and_page_number_are_on_every_page(printed: dict[str, Pages]) -> None:
    pages = printed["results-A4"].text
    for number, page in enumerate(pages, start=1):
        assert "見本・架空" in page
        assert "事業名" in page
        assert page.rstrip().endswith(f"{number} / {len(pages)}")
    assert len(pages) > 1


def test_no_value_is_lost_in_the_printed_file(printed: dict[str, Pages]) -> None:
    rows = [row for page in printed["results-A4"].rows for row in page]
    for found, row in zip(rows, results().rows, strict=True):
        wanted = ["".join("".join(cell).split()) for cell in expected_cells(row)]
        assert ["".join(cell.split()) for cell in found] == wanted
