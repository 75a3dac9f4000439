"""The PDF handout: printed page, structure tree, reproducible bytes, confined templates."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
import weasyprint.pdf.fonts
from support.forms import (
    FORM,
    FORMS,
    form_of,
    probed,
)
from support.pdf import (
    artifact_texts,
    cells,
    characters,
    crossing,
    failures,
    fonts,
    paper_of,
    read_texts,
    replacements,
    tagged_headers,
    tagged_rows,
    text,
    without_spaces,
)
from support.records import (
    GOLDEN,
    changed,
    handout,
    project,
    records,
    row_of,
    seed_form,
    seed_records,
    stated,
    with_opinions,
)

from pipeline.base.errors import ComponentMissing
from pipeline.documents.probe import probe
from pipeline.model.editions import A3, A4, DocumentFormat, Edition, Paper
from pipeline.model.form import Form
from pipeline.model.handout import Handout, TableRow
from pipeline.model.meeting import Meeting
from pipeline.model.records import Records
from pipeline.model.values import Fill, Status, Value
from pipeline.proof import prove
from pipeline.render.pdf import pages, render_pdf
from pipeline.render.pdf.fonts import require_font
from pipeline.render.pdf.html import fill

ROOT = Path(__file__).parents[3]
LONG = "とても長い説明である。"
MEETING = Meeting(
    "資料１",
    seed_records().meeting.title,
    council="共生ビジョン懇談会",
    session="第２回",
    date=dt.date(2026, 3, 9),
    place="市役所",
    members_label="２市１町",
    secretariat="事務局",
    note="見本・架空",
)


@functools.cache
def pdf_file(source: Handout) -> bytes:
    return render_pdf(source, seed_form()).content


def meeting(paper: Paper = A4) -> Handout:
    """The meeting edition with every possible line around the table."""
    return handout(replace(seed_records(), meeting=MEETING), paper=paper)


def results(paper: Paper = A4) -> Handout:
    return handout(replace(with_opinions(seed_records()), meeting=MEETING), Edition.RESULTS, paper)


def one_row(reasoning: str = "取組を続ける。") -> Handout:
    return handout(records(project(reason=reasoning)))


UPRIGHT = {"A4": A4, "A3": A3}


THREE_LEVELS = """
title = "評価結果一覧"
group = "分野"
total = "合計"
columns = [
  { title = "No.", kind = "no" },
  { title = "課", merge = true },
  { title = "事業名", kind = "name" },
  { titles = ["必要性", "効率性"], under = ["評価内容", "評価の視点"], kind = "score", scale = [1, 4] },
  { title = "方向性", under = ["評価内容"], kind = "choice", choices = ["拡大", "維持"] },
  { title = "金額", kind = "number", format = "#,##0;▲#,##0" },
]
"""  # noqa: E501 - a form has a column a line
ALL_FORMS = {**FORMS, "levels": THREE_LEVELS}
every_form = pytest.mark.parametrize("source", ALL_FORMS.values(), ids=ALL_FORMS)


# --- the printed page -------------------------------------------------------------------


@pytest.mark.parametrize("paper", UPRIGHT.values(), ids=UPRIGHT)
def test_reasoning_has_the_line_breaks_of_the_printed_original(paper: Paper) -> None:
    printed = json.loads((GOLDEN / "reasoning_lines.json").read_text(encoding="utf-8"))
    rows = [row for rows in cells(pdf_file(handout(paper=paper))) for row in rows]
    same = {row[0] for row in rows if row[-3].split("\n") == printed[row[0]]}
    # Rows 12 and 13 contain the Latin letters WG, which are narrower here.
    assert same == {str(no) for no in range(1, 19)} - {"12", "13"}


@pytest.mark.parametrize("paper", UPRIGHT.values(), ids=UPRIGHT)
def test_seed_results_fit_on_two_pages(paper: Paper) -> None:
    # Opinions with a comment make a row higher, so the first page has one row less.
    pages = cells(pdf_file(results(paper)))
    numbers = [[int(row[0]) for row in rows] for rows in pages]
    assert numbers == [list(range(1, 12)), list(range(12, 19))]


def test_a_name_has_six_characters_a_line() -> None:
    names = {row[0]: row[1].split("\n") for rows in cells(pdf_file(handout())) for row in rows}
    assert names["1"] == ["地域完結型を", "目指す医療・", "介護・福祉の", "連携推進事業"]
    assert names["11"] == ["消費生活相談", "体制の強化事", "業"]
    assert max(len(line) for lines in names.values() for line in lines) == 6


@pytest.mark.parametrize("paper", UPRIGHT.values(), ids=UPRIGHT)
@pytest.mark.parametrize("bare", [True, False], ids=["bare", "with facts and note"])
def test_two_pages_have_twelve_and_six_rows(paper: Paper, *, bare: bool) -> None:
    pages = cells(pdf_file(handout(paper=paper) if bare else meeting(paper)))
    assert [[int(row[0]) for row in rows] for rows in pages] == [
        list(range(1, 13)),
        list(range(13, 19)),
    ]


def cell_texts(row: TableRow) -> list[str]:
    """The text of each cell of a row."""
    return ["".join(line.shown for line in cell.lines) for cell in row.cells]


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_pdf_cells_equal_the_handouts_cells(source: Handout) -> None:
    expected = [[without_spaces(cell) for cell in cell_texts(row)] for row in source.rows]
    printed = [
        [without_spaces(cell) for cell in row] for rows in cells(pdf_file(source)) for row in rows
    ]
    assert printed == expected


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_each_choice_is_on_one_line(source: Handout) -> None:
    labels = list(seed_form().column("opinion").choices)
    for row in (row for rows in cells(pdf_file(source)) for row in rows):
        assert [line[2:] for line in row[-2].split("\n")] == labels
        assert [line[2:] for line in row[-1].split("\n")][:3] == labels


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_no_character_crosses_the_border_of_its_cell(source: Handout) -> None:
    assert crossing(pdf_file(source)) == []


def test_a3_is_the_same_page_enlarged() -> None:
    small, large = pdf_file(meeting()), pdf_file(meeting(A3))
    assert paper_of(small) == pytest.approx((A4.width, A4.height), abs=0.1)
    assert paper_of(large) == pytest.approx((A3.width, A3.height), abs=0.1)
    pairs = list(zip(characters(small), characters(large), strict=True))
    assert all((a.page, a.text) == (b.page, b.text) for a, b in pairs)
    for a, b in pairs:
        enlarged = [length * A3.width / A4.width for length in (a.x, a.y, a.size)]
        assert [b.x, b.y, b.size] == pytest.approx(enlarged, abs=0.6)


def test_title_number_facts_and_note_are_above_the_table() -> None:
    first = text(pdf_file(results()))[0].split("\n")
    assert first[0].split() == ["見本・架空", "資料１"]
    assert first[1] == "次期共生ビジョンにおける既存連携事業の方針（案）一覧（懇談会意見 結果版）"
    assert first[2].replace(" ", "　") == "第２回　共生ビジョン懇談会　令和８年３月９日　市役所"


def test_the_header_and_the_page_number_are_on_every_page() -> None:
    first, second = text(pdf_file(handout()))
    for words in ("事業名", "振返り結果抜粋", "※ 懇談会当日使用欄"):
        assert words in first
        assert words in second
    assert first.rstrip().endswith("1 / 2")
    assert second.rstrip().endswith("2 / 2")


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_a_note_is_on_every_page(source: Handout) -> None:
    assert [page_text.count("見本・架空") for page_text in text(pdf_file(source))] == [1, 1]


def test_results_show_choice_status_and_comment_in_one_cell() -> None:
    opinions = (
        stated("見直し", "再検討を求める。\n時期も示す。"),
        stated(Status.DIVIDED),
        stated(None),
    )
    source = records(*(changed(project(n), **each) for n, each in enumerate(opinions, start=1)))
    (rows,) = cells(pdf_file(handout(source, Edition.RESULTS)))
    boxes = ["□ 継続", "□ 一部見直しのうえ継続"]
    chosen = [*boxes, "■ 見直し", "再検討を求める。", "時期も示す。"]
    assert rows[0][-1].split("\n") == chosen
    assert rows[1][-1].split("\n") == [*boxes, "□ 見直し", "意見が分かれた"]
    assert rows[2][-1].split("\n") == [*boxes, "□ 見直し", "未入力"]


@every_form
def test_any_form_prints_every_cell_in_an_accessible_and_archivable_file(source: str) -> None:
    page, form = probed(source)
    content = render_pdf(page, form).content
    assert prove(page, content, DocumentFormat.PDF).lost == ()
    assert failures(content) == []


def heading_paths(page: Handout) -> list[tuple[str, ...]]:
    """The form's headings above each column, from the top."""
    return [
        tuple(
            "".join((cell.text, *cell.note))
            for level in page.own_headings
            for cell in level
            if cell.text and cell.column <= place < cell.column + cell.colspan
        )
        for place in range(len(page.grid))
    ]


@every_form
def test_each_cell_refers_to_the_forms_headings_above_it(source: str) -> None:
    form = form_of(source)
    page = handout(with_short_texts(probe(form)), form.editions[-1], form.paper, form)
    paths = [tuple(without_spaces(each) for each in path) for path in heading_paths(page)]
    group: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    printed = tagged_headers(render_pdf(page, form).content)
    for found, row in zip(printed, page.rows, strict=True):
        if row.role == "group":
            ((text, headers),) = found
            assert headers == ()
            group = (text,)
            continue
        names = [cell for cell in row.cells if cell.role and cell.merge != "continue"]
        name = (
            tuple(without_spaces("".join(line.shown for line in cell.lines)) for cell in names)
            or name
        )
        place = 0
        for (_, headers), cell in zip(found, row.cells, strict=True):
            own = () if cell in names else name
            above = dict.fromkeys(h for k in range(cell.colspan) for h in paths[place + k])
            assert headers == (*group, *own, *above)
            place += cell.colspan


def with_short_texts(source: Records) -> Records:
    """The records with shortened texts, so that no row is split over two pages."""

    def cut(value: Value) -> Value:
        if isinstance(value, Fill) and isinstance(value.value, str):
            return replace(value, value=value.value[:20])
        return value[:20] if isinstance(value, str) else value

    rows = (
        replace(row, values={key: cut(value) for key, value in row.values.items()})
        for row in source.rows
    )
    return replace(source, rows=tuple(rows))


def test_forms_own_style_sheet_changes_one_column(tmp_path: Path) -> None:
    form = form_with(tmp_path, {"form.css": ".key-name { font-weight: bold }"})
    first = {c.font for c in characters(pdf_file(handout())) if c.text == "図"}
    bold = {c.font for c in characters(render_pdf(handout(), form).content) if c.text == "図"}
    assert not any("Bold" in font for font in first)
    assert any("Bold" in font for font in bold)


def test_choice_too_long_for_its_column_is_wrapped_and_reported() -> None:
    long = "関係する市町の協議がととのうまでのあいだ継続"
    source = FORM.replace('"終了"]', f'"{long}"]').replace(
        'as = "boxes" },', 'as = "boxes", width = 30 },'
    )
    form = form_of(source)
    row = row_of({"no": 1, "name": "朝市", "必要性": 1, "効果": 1, "費用": 1}, form)
    rendered = render_pdf(handout(records(row), form=form), form)
    assert "choice-wraps" in [found.code for found in rendered.findings]
    assert crossing(rendered.content) == []


# --- rows taller than a page ------------------------------------------------------------


def test_row_taller_than_a_page_is_split_and_reported() -> None:
    source = records(project(1), project(2, reason=LONG * 400), project(3))
    rendered = render_pdf(handout(source), seed_form())
    assert [(f.code, f.project) for f in rendered.findings] == [("row-taller-than-page", 2)]
    pages = text(rendered.content)
    assert len(pages) > 1
    assert all("事業名" in each for each in pages)
    assert "".join("".join(pages).split()).count("。") == 400 + 2
    assert failures(rendered.content) == []


@pytest.mark.parametrize("length", range(110, 134, 4))
def test_row_as_tall_as_a_page_keeps_the_tables_header(length: int) -> None:
    tall = LONG * length
    source = records(project(1), project(2, reason=tall), project(3, reason=tall), project(4))
    rendered = render_pdf(handout(source), seed_form())
    pages = text(rendered.content)
    assert all("事業名" in each and "懇談会意見" in each for each in pages)
    assert {found.project for found in rendered.findings} <= {2, 3}
    assert next(row[0] for rows in cells(rendered.content) for row in rows) == "1"


# --- characters -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        "<b>&amp;</b> {{ handout }} {% if %} {# x #} \"'",
        "㈱①２ﾊﾝｶｸ、髙﨑と𠮷野、神\ufa19、～〜−－",
        "ワーキング・グループ（ＷＧ）[1]…‥――",
    ],
)
def test_cell_is_printed_unchanged(odd: str) -> None:
    (rows,) = cells(pdf_file(one_row(odd)))
    assert "".join(rows[0][-3].split()) == "".join(odd.split())


def test_spaces_inside_a_cell_are_kept() -> None:
    def width(reasoning: str) -> float:
        first, second = [c for c in characters(pdf_file(one_row(reasoning))) if c.text in "甲乙"]
        return second.x - first.x

    assert width("甲    乙") == pytest.approx(width("甲 乙") + 3 * 7.5 / 2, abs=0.1)


def test_only_the_fonts_of_the_form_draw_the_page() -> None:
    assert fonts(pdf_file(handout())) == {"BIZ-UDGothic", "BIZ-UDGothic-Bold"}
    assert fonts(pdf_file(one_row("𠮷野"))) == {"BIZ-UDGothic", "BIZ-UDGothic-Bold", "IPAmjMincho"}


def test_character_without_a_glyph_stops_the_run() -> None:
    with pytest.raises(ComponentMissing) as caught:
        pdf_file(one_row("\U000f1234"))
    assert caught.value.code == "glyph-undrawn"
    assert "U+F1234" in str(caught.value.params["characters"])


def test_missing_font_is_reported() -> None:
    with pytest.raises(ComponentMissing) as caught:
        require_font("どこにもない書体")
    assert caught.value.code == "font-missing"


@pytest.mark.parametrize("family", ["BIZ UDGothic", "BIZ UDゴシック", "biz udgothic"])
def test_font_is_found_by_each_of_its_names(family: str) -> None:
    require_font(family)


def test_missing_font_of_the_style_sheet_is_reported(tmp_path: Path) -> None:
    form = form_with(tmp_path, {"handout.css": 'html { font-family: "どこにもない書体", serif }'})
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.params["family"] == "どこにもない書体"


# --- structure tree ---------------------------------------------------------------------


@pytest.mark.parametrize("paper", UPRIGHT.values(), ids=UPRIGHT)
@pytest.mark.parametrize("edition", [meeting, results], ids=["meeting", "results"])
def test_one_file_is_both_accessible_and_archivable(
    edition: Callable[[Paper], Handout], paper: Paper
) -> None:
    assert failures(pdf_file(edition(paper))) == []


def test_each_cell_refers_to_its_own_headers_on_every_page() -> None:
    review = "ワーキンググループ振返り結果抜粋※各判定の考え方については参考資料を参照"
    plan = "今後の連携事業の進め方（案）"
    columns = [
        (),
        ("事業名",),
        (review, "③進捗状況"),
        (review, "⑤実現可能性"),
        (review, "⑥広域メリット"),
        (review, "今後の方針"),
        (plan, "事務局案（２市１町協議結果）"),
        (plan, "事務局案（２市１町協議結果）"),
        (plan, "懇談会意見※懇談会当日使用欄"),
    ]
    for page_rows in tagged_rows(pdf_file(handout())):
        for row in page_rows[2:]:
            name = row[1].words
            headers = [tuple(map(without_spaces, cell.headers)) for cell in row]
            own = [each if k == 1 else each[1:] for k, each in enumerate(headers)]
            assert own == columns
            assert all(cell.headers[0] == name for cell in row if cell is not row[1])


def test_headers_have_a_scope() -> None:
    first, second, *body = tagged_rows(pdf_file(handout()))[0]
    assert {(cell.kind, cell.scope) for cell in (*first, *second)} == {("TH", "Column")}
    assert {(cell.kind, cell.scope) for row in body for cell in row} == {
        ("TD", None),
        ("TH", "Row"),
    }


def test_choices_and_comments_are_separate_paragraphs() -> None:
    row = tagged_rows(pdf_file(results()))[0][3]
    assert row[-2].paragraphs == ("■ 継続", "□ 一部見直しのうえ継続", "□ 見直し")
    assert row[-1].paragraphs == (
        "□ 継続",
        "□ 一部見直しのうえ継続",
        "■ 見直し",
        "再度の検討を求める。",
        "時期を示すこと。",
    )


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_text_read_aloud_has_the_printed_order(source: Handout) -> None:
    header = [
        "".join((cell.text, *cell.note))
        for level in source.own_headings
        for cell in level
        if cell.text
    ]
    above = [str(source.note), source.number, source.title, *source.facts]
    first, second = read_texts(pdf_file(source))
    rows = [cell for row in source.rows for cell in cell_texts(row)]
    cut = len(above) + len(header)
    expected = [*above, *header, *rows]
    split = len(first)
    assert [without_spaces(each) for each in first] == [
        without_spaces(each) for each in expected[:split]
    ]
    assert [without_spaces(each) for each in second] == [
        without_spaces(each) for each in (*header, *expected[split:])
    ]
    assert split > cut


@pytest.mark.parametrize("source", [meeting(), results()], ids=["meeting", "results"])
def test_printed_text_and_text_read_aloud_are_complete(source: Handout) -> None:
    content = pdf_file(source)
    assert replacements(content) == []
    # Only repeated text is not read aloud: page numbers and, from the second page on, the note.
    assert ["".join(each.split()) for each in artifact_texts(content)] == [
        "1/2",
        f"{source.note}2/2",
    ]


def test_colours_come_with_an_output_intent() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_file(meeting())))
    intents: Any = reader.root_object["/OutputIntents"]
    (intent,) = (each.get_object() for each in intents)
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"


def test_pdf_has_its_metadata_language_and_bookmark() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_file(results())))
    about = reader.metadata
    assert about is not None
    assert about.title == f"資料１ {results().title}"
    assert about.author == "事務局"
    assert about.creation_date == about.modification_date == results().date
    assert str(reader.root_object["/Lang"]) == "ja-JP"
    assert "'/DisplayDocTitle': True" in str(reader.root_object["/ViewerPreferences"])
    (bookmark,) = reader.outline
    assert isinstance(bookmark, pypdf.generic.Destination)
    assert bookmark.title == results().title


# --- the same bytes ---------------------------------------------------------------------

_DIGEST = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from support.records import handout, seed_form, seed_records, with_opinions
from pipeline.model.editions import Edition
from pipeline.render.pdf import render_pdf
for source in (handout(), handout(with_opinions(seed_records()), Edition.RESULTS)):
    print(hashlib.sha256(render_pdf(source, seed_form()).content).hexdigest())
"""


def digests(folder: Path, **environment: str) -> list[str]:
    """The digests of both editions, made by another process in ``folder``."""
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST, str(ROOT), str(ROOT / "tests")],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, **environment},
    )
    return done.stdout.split()


def test_bytes_do_not_depend_on_folder_time_zone_and_user(tmp_path: Path) -> None:
    first = digests(ROOT, TZ="Asia/Tokyo", PYTHONHASHSEED="1")
    other = digests(
        tmp_path, TZ="America/New_York", PYTHONHASHSEED="2", SOURCE_DATE_EPOCH="1", USER="x"
    )
    assert first == other
    assert len(set(first)) == 2


def test_bytes_do_not_depend_on_files_made_before() -> None:
    first = [render_pdf(source, seed_form()).content for source in (meeting(), one_row("𠮷野"))]
    again = [render_pdf(source, seed_form()).content for source in (one_row("𠮷野"), meeting())]
    assert first == again[::-1]
    assert digests(ROOT) == [
        hashlib.sha256(render_pdf(source, seed_form()).content).hexdigest()
        for source in (
            handout(),
            handout(with_opinions(seed_records()), Edition.RESULTS),
        )
    ]


def test_bytes_are_reproducible_without_harfbuzz_subsetting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weasyprint.pdf.fonts, "harfbuzz_subset", None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    first = render_pdf(one_row(), seed_form())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert render_pdf(one_row(), seed_form()) == first
    assert os.environ["SOURCE_DATE_EPOCH"] == "1700000000"


def test_stream_with_a_bad_end_is_written_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = pdf_file(one_row())
    # Every file contains these bytes, so every attempt is repeated and the last one is used.
    monkeypatch.setattr(pages, "BAD_END", b"endstream")
    again = render_pdf(one_row(), seed_form()).content
    assert again != plain
    assert failures(again) == []
    assert cells(again) == cells(plain)


# --- templates --------------------------------------------------------------------------


def form_with(tmp_path: Path, files: Mapping[str, str]) -> Form:
    """The shipped form in its own folder, with some files replaced."""
    folder = tmp_path / "form"
    shutil.copytree(seed_form().folders[-1], folder)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return replace(seed_form(), folders=(folder,))


def mistake_of(tmp_path: Path, html: str) -> ComponentMissing:
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form_with(tmp_path, {"handout.html": html}))
    return caught.value


def test_changed_template_is_read_again(tmp_path: Path) -> None:
    page = tmp_path / "handout.html"
    outputs = []
    for source in ("<p>前</p>", "<p>後</p>", "\n<p>{{ handot }}</p>"):
        page.write_text(source, encoding="utf-8")
        try:
            outputs.append(fill(meeting(), page, (tmp_path,), frozenset()))
        except ComponentMissing as error:
            outputs.append(str(error.params["place"]))
    assert outputs == ["<p>前</p>", "<p>後</p>", "2 行目"]


def test_unknown_name_in_the_template_is_reported_with_its_line(tmp_path: Path) -> None:
    error = mistake_of(tmp_path, "<p>\n{{ handot.title }}</p>")
    assert error.code == "template-broken"
    assert error.params["path"] == tmp_path / "form" / "handout.html"
    assert error.params["place"] == "2 行目"
    assert "「handout」ではありませんか" in str(error.params["reason"])


@pytest.mark.parametrize(
    ("mistake", "nearest"),
    [
        ("{{ handout.titel }}", "title"),
        ("{{ handout.rows[0].cels }}", "cells"),
        ("{{ handout.heading[0][0].colspn }}", "colspan"),
        ("{{ handout.paper.widht }}", "width"),
    ],
)
def test_nearest_field_is_suggested_at_any_depth(
    tmp_path: Path, mistake: str, nearest: str
) -> None:
    reason = str(mistake_of(tmp_path, mistake).params["reason"])
    assert f"「{nearest}」ではありませんか" in reason


@pytest.mark.parametrize(
    "mistake",
    [
        "{{ 1 + 'a' }}",
        "{{ 1 / 0 }}",
        "{{ handout.rows[99].no }}",
        "{{ handout.__class__.__mro__ }}",
        "{% include 'elsewhere.html' %}",
        "{% for row in handout.rows %}",
    ],
)
def test_mistake_in_the_template_is_reported_with_its_line(tmp_path: Path, mistake: str) -> None:
    error = mistake_of(tmp_path, f"<p>\n{mistake}</p>")
    assert error.code == "template-broken"
    assert error.params["place"] == "2 行目"


def test_mistake_in_an_included_file_is_reported_with_that_file(tmp_path: Path) -> None:
    form = form_with(
        tmp_path,
        {"handout.html": "{% include 'row.html' %}", "row.html": "\n\n{{ handout.titel }}"},
    )
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.params["path"] == form.folders[0] / "row.html"
    assert caught.value.params["place"] == "3 行目"


def test_template_in_another_encoding_is_reported(tmp_path: Path) -> None:
    form = form_with(tmp_path, {})
    (form.folders[0] / "handout.html").write_bytes("資料".encode("cp932"))
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert "UTF-8" in str(caught.value.params["reason"])


def test_form_without_an_html_template_is_reported(tmp_path: Path) -> None:
    form = form_with(tmp_path, {})
    (form.folders[0] / "handout.html").unlink()
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-missing"


def test_warning_of_weasyprint_stops_the_run(tmp_path: Path) -> None:
    html = '<html lang="ja"><title>x</title><p style="colour: red">x</p>'
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form_with(tmp_path, {"handout.html": html}))
    assert "colour" in str(caught.value.params["reason"])


@pytest.mark.parametrize(
    "reach",
    [
        '<link rel="stylesheet" href="{}">',
        '<img alt="" src="{}">',
        '<p style="background: url({})">x</p>',
        "<style>@import url({});</style>",
        '<style>@font-face {{ font-family: x; src: url({}) }}</style><p style="font: 1em x">x</p>',
        '<base href="{}"><link rel="stylesheet" href="handout.css">',
        '<object data="{}"></object>',
    ],
)
@pytest.mark.parametrize("where", ["network", "file:///etc/hostname", "../other/x.css"])
def test_template_can_read_neither_other_files_nor_the_network(
    tmp_path: Path, reach: str, where: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x" if where == "network" else where
        html = f'<html lang="ja"><title>x</title>{reach.format(url)}<p>x</p>'
        assert mistake_of(tmp_path, html).code == "template-reaches-out"
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_symlink_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    form = form_with(tmp_path, {"handout.html": "{% include 'secret.html' %}"})
    (tmp_path / "secret.html").write_text("ひみつ", encoding="utf-8")
    (form.folders[0] / "secret.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-broken"


def test_cell_with_several_classes_still_has_choices(tmp_path: Path) -> None:
    html = (seed_form().folders[-1] / "handout.html").read_text(encoding="utf-8")
    form = form_with(tmp_path, {"handout.html": html.replace(" boxes{%", " wide boxes{%")})
    assert tagged_rows(render_pdf(handout(), form).content) == tagged_rows(pdf_file(handout()))
