from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import page
import pdfplumber
import pytest
from support.records import (
    GOLDEN,
    handout,
    project,
    records,
    seed_form,
    seed_records,
    with_opinions,
)

from pipeline.errors import ComponentMissing, Defect
from pipeline.model.editions import A3, A4, Edition, Paper
from pipeline.model.form import Form
from pipeline.model.records import Opinion, OpinionStatus, Proposal
from pipeline.stations.render_pdf import render_pdf
from pipeline.stations.render_pdf.fonts import require_font


def cells(content: bytes) -> list[list[list[str]]]:
    """Per page, the table's rows that begin with a number."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        pages = [each.extract_table() or [] for each in pdf.pages]
    return [
        [[cell or "" for cell in row] for row in rows if (row[0] or "").isdigit()] for rows in pages
    ]


def text(content: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [each.extract_text() for each in pdf.pages]


@pytest.mark.parametrize("paper", [A4, A3], ids=["A4", "A3"])
def test_the_reasoning_breaks_as_it_was_printed(paper: Paper) -> None:
    printed = json.loads((GOLDEN / "reasoning_lines.json").read_text(encoding="utf-8"))
    rows = [
        row
        for page_rows in cells(render_pdf(handout(paper=paper), seed_form()).content)
        for row in page_rows
    ]
    same = {row[0] for row in rows if row[-3].split("\n") == printed[row[0]]}
    # 12 and 13 hold the Latin letters WG, which are narrower here.
    assert same == {str(no) for no in range(1, 19)} - {"12", "13"}


@pytest.mark.parametrize("paper", [A4, A3], ids=["A4", "A3"])
def test_two_pages_hold_twelve_rows_and_six(paper: Paper) -> None:
    pages = cells(render_pdf(handout(paper=paper), seed_form()).content)
    assert [[int(row[0]) for row in rows] for rows in pages] == [
        list(range(1, 13)),
        list(range(13, 19)),
    ]


def test_each_choice_stands_on_one_line() -> None:
    for rows in cells(render_pdf(handout(), seed_form()).content):
        for row in rows:
            assert [line[2:] for line in row[-1].split("\n")] == list(seed_form().labels)
            assert [line[2:] for line in row[-2].split("\n")] == list(seed_form().labels)


def test_the_header_and_the_page_number_are_on_every_page() -> None:
    first, second = text(render_pdf(handout(), seed_form()).content)
    for words in ("事業名", "ワーキンググループ振返り結果抜粋", "※ 懇談会当日使用欄"):
        assert words in first
        assert words in second
    assert first.rstrip().endswith("1 / 2")
    assert second.rstrip().endswith("2 / 2")


def test_a_note_is_on_every_page() -> None:
    meeting = replace(seed_records().meeting, note="見本・架空")
    pages = text(render_pdf(handout(replace(seed_records(), meeting=meeting)), seed_form()).content)
    assert [page_text.count("見本・架空") for page_text in pages] == [1, 1]


@pytest.mark.parametrize("edition", list(Edition))
def test_one_file_is_both_accessible_and_archivable(edition: Edition) -> None:
    content = render_pdf(handout(with_opinions(seed_records()), edition), seed_form()).content
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert report.is_compliant, [str(failure) for failure in report.failures]


def test_the_results_show_choice_words_and_comment_in_one_cell() -> None:
    opinions = (
        Opinion(OpinionStatus.CHOSEN, "見直し", "再検討を求める。"),
        Opinion(OpinionStatus.DIVIDED),
    )
    told = records(*(project(n, opinion=o) for n, o in enumerate(opinions, start=1)))
    (rows,) = cells(render_pdf(handout(told, Edition.RESULTS), seed_form()).content)
    assert "■ 見直し" in rows[0][-1]
    assert "再検討を求める。" in rows[0][-1]
    assert "■" not in rows[1][-1]
    assert "意見が分かれた" in rows[1][-1]


def test_markup_in_a_cell_is_printed_as_it_stands() -> None:
    odd = "<b>&amp;</b> {{ handout }} {% if %} ㈱①"
    told = records(project(name="事業", proposal=Proposal(odd, "継続")))
    (rows,) = cells(render_pdf(handout(told), seed_form()).content)
    assert "".join(rows[0][-3].split()) == "".join(odd.split())


def test_the_same_handout_gives_the_same_bytes() -> None:
    assert render_pdf(handout(), seed_form()) == render_pdf(handout(), seed_form())


def test_a_row_taller_than_a_page_is_split_and_told() -> None:
    long = "とても長い説明である。" * 400
    told = records(project(1), project(2, proposal=Proposal(long, "継続")), project(3))
    rendered = render_pdf(handout(told), seed_form())
    assert [(f.code, f.project) for f in rendered.findings] == [("row-taller-than-page", 2)]
    pages = text(rendered.content)
    assert len(pages) > 1
    assert all("事業名" in each for each in pages)
    reasoning = "".join("".join(pages).split())
    assert reasoning.count("。") >= 400


def form_with(tmp_path: Path, html: str) -> Form:
    shutil.copytree(seed_form().folder, tmp_path / "form")
    (tmp_path / "form" / "handout.html").write_text(html, encoding="utf-8")
    return Form(tmp_path / "form", seed_form().file)


def test_an_unknown_name_in_the_template_is_told_with_its_line(tmp_path: Path) -> None:
    form = form_with(tmp_path, "<p>\n{{ handot.title }}</p>")
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-broken"
    assert caught.value.params["place"] == "2 行目"
    assert "「handout」ではありませんか" in str(caught.value.params["reason"])


@pytest.mark.parametrize(
    ("slip", "near"),
    [
        ("{{ handout.titel }}", "title"),
        ("{{ handout.rows[0].naem }}", "name"),
        ("{{ handout.headings.propsal }}", "proposal"),
    ],
)
def test_the_nearest_field_is_named_at_any_depth(tmp_path: Path, slip: str, near: str) -> None:
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form_with(tmp_path, slip))
    assert f"「{near}」ではありませんか" in str(caught.value.params["reason"])


@pytest.mark.parametrize(
    "slip", ["{{ 1 + 'a' }}", "{{ 1 / 0 }}", "{% for i in range(10 ** 9) %}{% endfor %}"]
)
def test_a_slip_in_an_expression_is_a_mistake_of_the_template(tmp_path: Path, slip: str) -> None:
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form_with(tmp_path, f"<p>\n{slip}</p>"))
    assert caught.value.code == "template-broken"
    assert caught.value.params["place"] == "2 行目"


def test_a_template_saved_in_another_encoding_is_told(tmp_path: Path) -> None:
    form = form_with(tmp_path, "")
    (form.folder / "handout.html").write_bytes("資料".encode("cp932"))
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-broken"


def test_an_unbalanced_loop_in_the_template_is_told(tmp_path: Path) -> None:
    form = form_with(tmp_path, "{% for row in handout.rows %}<p>x</p>")
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-broken"


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/x.css", "../x.css"])
def test_a_template_reads_nothing_outside_of_its_folder(tmp_path: Path, url: str) -> None:
    form = form_with(tmp_path, f'<link rel="stylesheet" href="{url}"><p>x</p>')
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(handout(), form)
    assert caught.value.code == "template-reaches-out"


def test_a_template_can_not_reach_into_python(tmp_path: Path) -> None:
    form = form_with(tmp_path, "{{ handout.__class__.__mro__ }}")
    with pytest.raises(ComponentMissing):
        render_pdf(handout(), form)


def test_a_complaint_of_the_renderer_stops_the_run(tmp_path: Path) -> None:
    form = form_with(tmp_path, '<html lang="ja"><title>x</title><p style="colour: red">x</p>')
    with pytest.raises(Defect) as caught:
        render_pdf(handout(), form)
    assert "colour" in str(caught.value.params["reason"])


def test_a_missing_font_is_told_with_the_line_to_run() -> None:
    with pytest.raises(ComponentMissing) as caught:
        require_font("どこにもない書体")
    assert caught.value.code == "font-missing"
