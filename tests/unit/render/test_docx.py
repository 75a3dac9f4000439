"""The Word handout: every value in its place, a valid file, the printed page."""

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
from support.pdf import cells, text
from support.records import (
    GOLDEN,
    handout,
    project,
    records,
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
from pipeline.model.editions import A3, A4, PAPERS, Edition, Paper
from pipeline.model.handout import Box, Handout, OpinionCell, RatingColumn, Row, Widths
from pipeline.model.records import Meeting, Proposal
from pipeline.render.docx import render_docx
from scripts import make_word_templates

BODY = "word/document.xml"
VERSIONS = ("Microsoft365", "Office2016")
HOSTILE = "{{ x }}{_{ y }_}{% z %}{_% w %_}{# c #} &<>&amp;\"' タ\tブ“”‘’ ]]> </w:t> \ue000𠮷神㈱　"


def made(source: Handout) -> bytes:
    return render_docx(source, seed_form()).content


def results() -> Handout:
    meeting = Meeting(
        "資料１",
        "方針一覧",
        council="共生ビジョン懇談会",
        session="第２回",
        date=dt.date(2026, 3, 9),
        note="見本・架空",
    )
    return handout(replace(with_opinions(seed_records()), meeting=meeting), Edition.RESULTS)


def expected(row: Row, *, has_judgement: bool = True) -> list[list[str]]:
    """The paragraphs of each cell of a row."""
    judgement = [[row.letter, f"（{row.label}）"]] if has_judgement else []
    return [
        [row.no],
        [row.name],
        *([rating] for rating in row.ratings),
        *judgement,
        list(row.paragraphs),
        [f"{box.mark} {box.label}" for box in row.proposal],
        [
            *(f"{box.mark} {box.label}" for box in row.opinion.boxes),
            *([row.opinion.words] if row.opinion.words else []),
            *row.opinion.comment,
        ],
    ]


# --- every value in its place -----------------------------------------------------------


@pytest.mark.parametrize("paper", PAPERS.values(), ids=str)
@pytest.mark.parametrize("source", [handout(), results()], ids=["meeting", "results"])
def test_every_cell_says_what_the_handout_says(source: Handout, paper: Paper) -> None:
    source = replace(source, paper=paper)
    assert table(made(source))[2:] == [expected(row) for row in source.rows]


def test_number_title_facts_note_and_page_numbers_stand_around_the_table() -> None:
    source = results()
    content = made(source)
    assert paragraphs(content) == [source.number, source.title, *source.facts, ""]
    assert paragraphs(content, "word/header.xml") == ["見本・架空"]
    fields = [
        each.get(W + "instr") for each in part(content, "word/footer.xml").iter(W + "fldSimple")
    ]
    assert fields == [" PAGE ", " NUMPAGES "]


def test_the_header_has_two_levels_and_repeats_on_every_page() -> None:
    content = made(handout())
    upper, lower = table(content)[:2]
    assert upper == [
        [""],
        ["事業名"],
        ["ワーキンググループ振返り結果抜粋", "※ 各判定の考え方については 参考資料を参照"],
        ["今後の連携事業の進め方（案）"],
    ]
    assert lower[2:] == [
        ["③進捗", "状況"],
        ["⑤実現", "可能性"],
        ["⑥広域", "メリット"],
        ["今後の", "方針"],
        ["事務局案（２市１町協議結果）"],
        ["懇談会意見", "※ 懇談会当日使用欄"],
    ]
    rows = list(part(content).iter(W + "tr"))
    assert [next(row.iter(W + "tblHeader"), None) is not None for row in rows] == [True] * 2 + [
        False
    ] * 18
    assert all(next(row.iter(W + "cantSplit"), None) is not None for row in rows)


def test_each_council_box_is_a_control_with_its_own_tag_and_name() -> None:
    boxes = controls(made(handout()))
    assert [box.tag for box in boxes] == [
        f"opinion.{no}.{k}" for no in range(1, 19) for k in (1, 2, 3)
    ]
    assert len({box.identity for box in boxes}) == len(boxes)
    assert boxes[8].alias == "No.3 懇談会意見: 見直し"
    assert {(box.mark, box.checked) for box in boxes} == {("□", False)}


def test_a_control_is_checked_where_the_council_chose() -> None:
    source = results()
    told = {box.tag: box for row in source.rows for box in row.opinion.boxes}
    for box in controls(made(source)):
        assert (box.checked, box.mark) == (told[box.tag].checked, told[box.tag].mark)
    assert any(box.checked for box in told.values())


def test_text_that_looks_like_a_template_or_like_xml_stays_text() -> None:
    meeting = Meeting(HOSTILE, HOSTILE, note=HOSTILE)
    source = handout(
        records(project(name=HOSTILE, proposal=Proposal(HOSTILE, "継続")), meeting=meeting)
    )
    source = replace(source, rows=(replace(source.rows[0], letter=HOSTILE),))
    content = made(source)
    assert table(content)[2] == expected(source.rows[0])
    assert paragraphs(content)[:2] == [HOSTILE, HOSTILE]
    assert paragraphs(content, "word/header.xml") == [HOSTILE]
    assert docx.Document(io.BytesIO(content)).core_properties.title == HOSTILE


CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")


@given(text=st.text(CHARACTERS | st.sampled_from("{}%#_\t\n "), min_size=1))
def test_any_text_comes_out_character_for_character(text: str) -> None:
    source = handout(records(project()))
    row = replace(source.rows[0], name=text, paragraphs=(text,))
    assert table(made(replace(source, rows=(row,))))[2] == expected(row)


def test_an_empty_cell_is_still_a_cell_that_word_opens(tmp_path: Path) -> None:
    source = handout(records(project()))
    row = replace(source.rows[0], paragraphs=(), label="", letter="", ratings=("", "", ""))
    content = made(replace(source, rows=(row,)))
    assert table(content)[2][6] == [""]
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


# --- another council --------------------------------------------------------------------


def second_council() -> Handout:
    """Two ratings, five choices, no judgement, no notes in the header."""
    labels = ("拡充", "継続", "縮小", "統合", "終了")
    source = handout(records(project(1), project(2)))
    rows = tuple(
        replace(
            row,
            ratings=("5", "1"),
            proposal=tuple(Box(label, checked=label == "拡充") for label in labels),
            opinion=OpinionCell(
                tuple(
                    Box(label, checked=False, tag=f"opinion.{row.no}.{k}")
                    for k, label in enumerate(labels, start=1)
                )
            ),
        )
        for row in source.rows
    )
    headings = replace(
        source.headings,
        ratings=(RatingColumn("a", "必要性", ("必要性",)), RatingColumn("b", "効果", ("効果",))),
        judgement=None,
        judgement_lines=(),
        review_note="",
        opinion_note=None,
    )
    widths = Widths(no=6, name=30, rating=10, judgement=99, text=80, proposal=30, opinion=29)
    return replace(source, rows=rows, headings=headings, widths=widths, has_judgement=False)


def test_another_council_has_its_own_ratings_and_choices(tmp_path: Path) -> None:
    source = second_council()
    content = made(source)
    found = table(content)
    assert found[1][2:] == [["必要性"], ["効果"], ["事務局案（２市１町協議結果）"], ["懇談会意見"]]
    assert found[2:] == [expected(row, has_judgement=False) for row in source.rows]
    assert len(controls(content)) == 10
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


def without_headings(*groups: str) -> Handout:
    """The second council's handout with no words over some groups of columns."""
    source = second_council()
    review = "" if "review" in groups else source.headings.review
    plan = "" if "plan" in groups else source.headings.plan
    return replace(source, headings=replace(source.headings, review=review, plan=plan))


def merges(content: bytes) -> list[list[str | None]]:
    """What each cell of the header says of merging down."""
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


def test_columns_below_a_group_without_a_heading_take_both_rows(tmp_path: Path) -> None:
    content = made(without_headings("review"))
    upper, lower = table(content)[:2]
    assert upper == [[""], ["事業名"], ["必要性"], ["効果"], ["今後の連携事業の進め方（案）"]]
    assert lower == [[""]] * 4 + [["事務局案（２市１町協議結果）"], ["懇談会意見"]]
    assert merges(content) == [["restart"] * 4 + [None], ["continue"] * 4 + [None] * 2]
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


def test_a_header_without_any_group_has_one_row(tmp_path: Path) -> None:
    content = made(without_headings("review", "plan"))
    found = table(content)
    assert found[0] == [
        *([""], ["事業名"], ["必要性"], ["効果"]),
        *(["事務局案（２市１町協議結果）"], ["懇談会意見"]),
    ]
    assert found[1][0] == ["1"]
    assert merges(content) == [[None] * 6]
    assert mistakes_of(content, "Microsoft365", tmp_path) == []


# --- the page ---------------------------------------------------------------------------


def columns(content: bytes) -> list[int]:
    """The grid of the table in twips."""
    return [int(each.get(W + "w")) for each in part(content).iter(W + "gridCol")]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=str)
def test_columns_are_as_wide_as_the_form_says(paper: Paper) -> None:
    content = made(handout(paper=paper))
    w = seed_form().file.widths
    wanted = [w.no, w.name, *[w.rating] * 3, w.judgement, w.text, w.proposal, w.opinion]
    in_mm = [width / 1440 * 25.4 / paper.scale for width in columns(content)]
    assert in_mm == pytest.approx(wanted, abs=0.02)
    (layout,) = part(content).iter(W + "tblLayout")
    assert layout.get(W + "type") == "fixed"


@pytest.mark.parametrize(
    "source",
    [
        handout(),
        second_council(),
        without_headings("review"),
        without_headings("plan"),
        without_headings("review", "plan"),
    ],
    ids=["seed", "second", "no-review", "no-plan", "neither"],
)
def test_every_row_covers_the_whole_grid(source: Handout) -> None:
    content = made(source)
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
    small, large = (made(handout(paper=paper)) for paper in (A4, A3))
    for content, size in ((small, ("11906", "16838")), (large, ("16838", "23811"))):
        (page,) = part(content).iter(W + "pgSz")
        assert (page.get(W + "w"), page.get(W + "h")) == size

    def lengths(content: bytes, name: str, kind: str, attribute: str) -> list[int]:
        found = part(content, name).iter(W + kind)
        return [int(each.get(W + attribute)) for each in found if each.get(W + attribute)]

    for name, kind, attribute in (
        (BODY, "pgMar", "left"),
        (BODY, "tcW", "w"),
        (BODY, "framePr", "w"),
        ("word/styles.xml", "spacing", "line"),
        ("word/styles.xml", "sz", "val"),
        ("word/styles.xml", "ind", "left"),
    ):
        before, after = (lengths(content, name, kind, attribute) for content in (small, large))
        assert before
        assert after == pytest.approx([value * A3.scale for value in before], abs=2)


def test_what_an_officer_restyles_grows_on_a3_too(tmp_path: Path) -> None:
    bigger = with_parts(template(), {"word/styles.xml": lambda x: x.replace('"15"', '"20"')})
    content = render_docx(handout(paper=A3), form_with(tmp_path, bigger)).content
    sizes = {each.get(W + "val") for each in part(content, "word/styles.xml").iter(W + "sz")}
    assert "28" in sizes
    assert "15" not in sizes


def test_the_font_and_the_language_are_set_for_latin_and_japanese() -> None:
    styles = part(made(handout()), "word/styles.xml")
    (fonts,) = styles.iter(W + "rFonts")
    assert {fonts.get(W + kind) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "BIZ UDゴシック"
    }
    (language,) = styles.iter(W + "lang")
    assert (language.get(W + "val"), language.get(W + "eastAsia")) == ("ja-JP", "ja-JP")


def test_the_title_is_a_title_and_the_table_has_a_caption() -> None:
    source = handout()
    body = part(made(source))
    titled = [p for p in body.iter(W + "p") if next(p.iter(W + "pStyle")).get(W + "val") == "Title"]
    assert [shown(each) for each in titled] == [source.title]
    (caption,) = body.iter(W + "tblCaption")
    assert caption.get(W + "val") == source.title


def test_properties_are_the_handouts_and_not_the_clocks() -> None:
    source = replace(results(), author="○○市 企画課")
    properties = docx.Document(io.BytesIO(made(source))).core_properties
    assert (properties.title, properties.author) == (source.title, "○○市 企画課")
    assert properties.created == properties.modified == source.date
    assert properties.language == "ja-JP"


def test_the_same_handout_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(results())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert made(results()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_is_protected_against_the_officer() -> None:
    content = made(handout())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"documentProtection" not in whole
    assert b"w:lock" not in whole


def test_a_row_taller_than_a_page_may_split_and_is_told() -> None:
    long = project(2, proposal=Proposal("とても長い説明である。" * 400, "継続"))
    rendered = render_docx(handout(records(project(1), long)), seed_form())
    assert [(f.code, f.project) for f in rendered.findings] == [("row-taller-than-page", 2)]
    rows = list(part(rendered.content).iter(W + "tr"))[2:]
    assert [next(row.iter(W + "cantSplit"), None) is not None for row in rows] == [True, False]


# --- the template -----------------------------------------------------------------------


def test_the_script_makes_the_templates_that_are_in_the_repository() -> None:
    folder = seed_form().folder
    shipped = {path.name: path.read_bytes() for path in folder.glob("*.docx")}
    assert make_word_templates.templates() == shipped


def split_runs(xml: str) -> str:
    """Cut each text in two runs with a spelling mark between, as Word does on saving."""
    return re.sub(
        r'<w:t xml:space="preserve">([^<]{2,})</w:t>',
        lambda found: (
            f'<w:t xml:space="preserve">{found[1][:1]}</w:t></w:r><w:proofErr w:type="spellStart"/>'
            f'<w:r><w:t xml:space="preserve">{found[1][1:-4]}</w:t></w:r>'
            f'<w:r><w:t xml:space="preserve">{found[1][-4:]}</w:t>'
        ),
        xml,
    )


def test_a_template_whose_runs_word_has_split_gives_the_same_cells(tmp_path: Path) -> None:
    form = form_with(tmp_path, with_parts(template(), {BODY: split_runs}))
    assert table(render_docx(results(), form).content) == table(made(results()))


def test_a_template_saved_again_gives_the_same_cells(tmp_path: Path) -> None:
    saved = io.BytesIO()
    docx.Document(io.BytesIO(template())).save(saved)
    form = form_with(tmp_path, saved.getvalue())
    assert table(render_docx(results(), form).content) == table(made(results()))


MISTAKES = {
    "misspelt-part": (
        swap("{{ row.name }}", "{{ row.nmae }}"),
        ["段落「{{ row.nmae }}」", "「nmae」という名前はありません", "「name」ではありませんか"],
    ),
    "misspelt-name": (
        swap("{{ handout.title }}</w:t>", "{{ handuot.title }}</w:t>"),
        ["handuot.title", "「handuot」という名前はありません", "「handout」ではありませんか"],
    ),
    "loop-without-end": (
        swap("{%tr endfor %}", ""),
        ["段落「{% for row in handout.rows %}」", "「for」の終わりがありません"],
    ),
    "end-without-loop": (
        swap("{%tr for row in handout.rows %}", ""),
        ["endfor", "命令"],
    ),
    "brace-lost": (swap("{{ row.name }}", "{{ row.name }"), ["row.name", "閉じていません"]),
    "unknown-filter": (
        swap("{{ row.name }}", "{{ row.name|uper }}"),
        ["row.name|uper", "「uper」という加工は使えません"],
    ),
    "torn-loop": (
        swap("{{ row.name }}", "{%tr if row %}{{ row.name }}"),
        ["if"],
    ),
    "overlapping": (
        swap(
            "{{ row.no }}</w:t></w:r></w:p>",
            "{% if not row.no %}</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>",
        ),
        ["食い違っています"],
    ),
    "other-file": (
        swap("{{ row.name }}", "{% include '/etc/hostname' %}"),
        ["include", "ほかのファイル（/etc/hostname）は読み込めません"],
    ),
    "python-inside": (
        swap("{{ row.name }}", "{{ row.__class__.__mro__ }}"),
        ["row.__class__", "「__class__」は使えません"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_template_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    edit, words = MISTAKES[name]
    form = form_with(tmp_path, with_parts(template(), {BODY: edit}))
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form)
    assert caught.value.code == "template-broken"
    assert caught.value.params["path"] == form.folder / "handout.docx"
    told = f"{caught.value.params['place']} {caught.value.params['reason']}"
    assert [word for word in words if word not in told] == []


def test_a_picture_from_elsewhere_is_refused(tmp_path: Path) -> None:
    link = (
        '<Relationship Id="rIdX" TargetMode="External" Target="http://127.0.0.1/x.png"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
    )
    edit = swap("</Relationships>", f"{link}</Relationships>")
    broken = with_parts(template(), {"word/_rels/document.xml.rels": edit})
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form_with(tmp_path, broken))
    assert "http://127.0.0.1/x.png" in str(caught.value.params["reason"])


def test_a_template_that_is_no_word_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form_with(tmp_path, b"not a Word file"))
    assert caught.value.code == "template-broken"


def test_a_table_that_fitted_itself_to_its_contents_is_fixed_all_the_same(tmp_path: Path) -> None:
    loose = swap('<w:tblLayout w:type="fixed"/>', "")
    form = form_with(tmp_path, with_parts(template(), {"word/document.xml": loose}))
    content = render_docx(handout(), form).content
    (layout,) = part(content).iter(W + "tblLayout")
    assert layout.get(W + "type") == "fixed"
    assert mistakes_of(content, VERSIONS[0], tmp_path) == []


def test_a_title_longer_than_a_property_may_be_is_printed_whole() -> None:
    source = replace(seed_records(), meeting=Meeting("資料１", "長" * 300))
    content = made(handout(source))
    about = docx.Document(io.BytesIO(content)).core_properties
    assert about.title == "長" * 255
    assert "長" * 300 in "".join(each.text or "" for each in part(content).iter(W + "t"))


def test_a_form_without_a_word_template_is_told(tmp_path: Path) -> None:
    form = form_with(tmp_path, b"")
    (form.folder / "handout.docx").unlink()
    with pytest.raises(ComponentMissing) as caught:
        render_docx(handout(), form)
    assert caught.value.code == "template-missing"


# --- second opinions --------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_microsofts_validator_finds_nothing_wrong(version: str, tmp_path: Path) -> None:
    files = [template()] + [
        made(replace(source, paper=paper))
        for source in (handout(), results())
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
    """Both editions as LibreOffice opens them and saves them as Word files."""
    files = {"meeting": made(handout()), "results": made(results())}
    return converted(files, "docx", tmp_path_factory.mktemp("saved"))


@pytest.mark.parametrize("name", ["meeting", "results"])
def test_libreoffice_opens_it_and_shows_the_same_cells(
    name: str, saved_again: dict[str, bytes]
) -> None:
    source = {"meeting": handout(), "results": results()}[name]
    assert table(saved_again[name])[2:] == [expected(row) for row in source.rows]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    """Every kind of handout as LibreOffice prints it."""
    files = {
        "meeting-A4": made(handout()),
        "meeting-A3": made(handout(paper=A3)),
        "results-A4": made(results()),
        "results-A3": made(replace(results(), paper=A3)),
    }
    folder = tmp_path_factory.mktemp("libreoffice")
    return {name: Pages(pdf) for name, pdf in converted(files, "pdf", folder).items()}


@pytest.mark.parametrize("name", ["meeting-A4", "meeting-A3"])
def test_two_pages_hold_twelve_rows_and_six(name: str, printed: dict[str, Pages]) -> None:
    numbers = [[int(row[0]) for row in rows] for rows in printed[name].rows]
    assert numbers == [list(range(1, 13)), list(range(13, 19))]


@pytest.mark.parametrize("name", ["results-A4", "results-A3"])
def test_the_results_of_the_seed_stand_on_two_pages_too(
    name: str, printed: dict[str, Pages]
) -> None:
    numbers = [[int(row[0]) for row in rows] for rows in printed[name].rows]
    assert numbers == [list(range(1, 12)), list(range(12, 19))]


@pytest.mark.parametrize(("name", "least"), [("meeting-A4", 18), ("meeting-A3", 17)])
def test_the_reasoning_breaks_as_it_was_printed(
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
def test_each_choice_stands_on_one_line(name: str, printed: dict[str, Pages]) -> None:
    labels = list(seed_form().labels)
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


def test_no_value_is_lost_on_the_printed_page(printed: dict[str, Pages]) -> None:
    rows = [row for page in printed["results-A4"].rows for row in page]
    for found, row in zip(rows, results().rows, strict=True):
        wanted = ["".join("".join(cell).split()) for cell in expected(row)]
        assert ["".join(cell.split()) for cell in found] == wanted
