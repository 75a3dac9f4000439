"""The proof finds every value that is missing, changed, swapped, doubled or hidden."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import one_in
from support.forms import NEXT_YEAR, PANEL, PLAIN, changed_page_form, form_of
from support.records import (
    answered,
    handout,
    project,
    records,
    seed_form,
    seed_records,
    summary,
    with_opinions,
    written,
)
from support.word import form_with as word_form
from support.word import swap, template, with_parts

from pipeline.documents.probe import probe
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.findings import finding
from pipeline.model.form import Form
from pipeline.model.handout import Cell, Handout, Line, TableRow
from pipeline.model.meeting import Meeting
from pipeline.model.proof_result import Proof
from pipeline.model.records import Records
from pipeline.proof import prove
from pipeline.proof.compare import comparable, compare_texts
from pipeline.proof.expected import expected
from pipeline.proof.pdf_reader import read_pdf
from pipeline.proof.word_reader import read_word
from pipeline.render.docx import render_docx
from pipeline.render.pdf import render_pdf

DOCX, PDF = DocumentFormat.DOCX, DocumentFormat.PDF
BODY = "word/document.xml"


@functools.cache
def rendered(source: Handout, kind: DocumentFormat) -> bytes:
    renderer = render_docx if kind is DOCX else render_pdf
    return renderer(source, seed_form()).content


def small() -> Handout:
    """Three projects with every kind of opinion and different values in every column."""
    choices = seed_form().column("proposal").choices
    source = records(
        *(
            project(
                no,
                name=f"{word}の事業",
                progress=no,
                feasibility=no % 4 + 1,
                regional_merit=5 - no,
                letter="ABC"[no - 1],
                label=choices[no - 1],
                reason=f"{word}を続ける。\n{word}を広げる。",
                proposal=choices[-no],
            )
            for no, word in enumerate(("図書館", "バス", "医療"), start=1)
        ),
        meeting=Meeting(
            "資料１", "方針一覧", "懇談会", members_label="２市１町", note="見本・架空"
        ),
    )
    return handout(with_opinions(source), Edition.RESULTS)


def cell_of(row: TableRow, key: str) -> Cell:
    return next(cell for cell in row.cells if f"key-{key}" in cell.styles.split())


def with_lines(row: TableRow, key: str, lines: Sequence[Line]) -> TableRow:
    """The row with these paragraphs in one cell."""
    cells = (
        replace(cell, lines=tuple(lines)) if f"key-{key}" in cell.styles.split() else cell
        for cell in row.cells
    )
    return replace(row, cells=tuple(cells))


def with_texts(row: TableRow, key: str, *texts: str) -> TableRow:
    return with_lines(row, key, [Line(text, f"key-{key}") for text in texts])


def inverted(lines: Sequence[Line]) -> list[Line]:
    """The lines with the state of each box inverted."""
    return [
        replace(line, box=replace(line.box, checked=not line.box.checked)) if line.box else line
        for line in lines
    ]


def lost(source: Handout, content: bytes, kind: DocumentFormat) -> set[tuple[str, str | None, str]]:
    found = prove(source, content, kind).lost
    return {(each.code, each.project, each.column) for each in found}


editions = pytest.mark.parametrize(
    "edition", [Edition.MEETING, Edition.RESULTS], ids=lambda edition: edition.value
)
both_formats = pytest.mark.parametrize("kind", DocumentFormat, ids=lambda kind: kind.value)


# --- all values are found ---------------------------------------------------------------


@both_formats
@editions
def test_all_values_of_the_seed_are_found(edition: Edition, kind: DocumentFormat) -> None:
    source = seed_records()
    source = with_opinions(source) if edition is Edition.RESULTS else source
    document = handout(source, edition)
    proof = prove(document, rendered(document, kind), kind)
    assert proof.lost == ()
    # 18 rows of no, name, 3 ratings, letter, label, 6 boxes and 1 or 2 paragraphs at least.
    assert proof.found == proof.values > 18 * 14


@editions
def test_expected_values_are_all_texts_of_a_handout(edition: Edition) -> None:
    document = handout(with_opinions(seed_records()), edition)
    wanted = expected(document)
    values = [value.shown for row in wanted.rows for cell in row.cells for value in cell]
    around = [text for _, text in wanted.around if text]
    headings = "".join(dict.fromkeys(column.heading for column in wanted.columns))
    printed = document.texts()
    shown = [text for text in values if text]
    assert list(printed[-len(shown) :]) == shown
    assert list(printed[: len(around)]) == around
    assert all(text in headings for text in printed[len(around) : -len(shown)])


def test_proof_has_the_page_of_each_project() -> None:
    proof = prove(handout(), rendered(handout(), PDF), PDF)
    assert proof.pages == {str(no): (1,) if no <= 12 else (2,) for no in range(1, 19)}
    assert prove(handout(), rendered(handout(), DOCX), DOCX).pages == {}


def test_row_on_several_pages_is_found() -> None:
    long = "とても長い説明である。" * 500 + "終わり。"
    document = handout(records(project(1), project(2, reason=long), project(3)))
    proof = prove(document, rendered(document, PDF), PDF)
    assert proof.lost == ()
    first, *rest = proof.pages["2"]
    assert (first, *rest) == tuple(range(1, 2 + len(rest)))
    assert len(rest) > 1
    assert proof.pages["3"] == (rest[-1],)


OTHERS = {"panel": PANEL, "plain": PLAIN, "next_year": NEXT_YEAR}


@both_formats
@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
def test_other_forms_are_checked(source: str, kind: DocumentFormat) -> None:
    form = form_of(source)
    page = handout(probe(form), Edition.RESULTS, form.paper, form)
    renderer = render_docx if kind is DOCX else render_pdf
    content = renderer(page, form).content
    assert prove(page, content, kind).lost == ()
    assert lost(replace(page, rows=page.rows[::-1]), content, kind)


@both_formats
def test_groups_and_totals_are_checked(kind: DocumentFormat) -> None:
    form = form_of(NEXT_YEAR.replace('group = "分野"', 'group = "分野"\ntotal = "合計"'))
    page = handout(probe(form), Edition.MEETING, form.paper, form)
    renderer = render_docx if kind is DOCX else render_pdf
    content = renderer(page, form).content
    assert prove(page, content, kind).lost == ()
    for role in ("group", "total"):
        k = next(k for k, row in enumerate(page.rows) if row.role == role)
        first = page.rows[k].cells[0]
        cells = (replace(first, lines=(Line("別の言葉", role),)), *page.rows[k].cells[1:])
        rows = (*page.rows[:k], replace(page.rows[k], cells=cells), *page.rows[k + 1 :])
        assert lost(replace(page, rows=rows), content, kind)
        assert lost(replace(page, rows=(*page.rows[:k], *page.rows[k + 1 :])), content, kind)


# --- each value that differs ------------------------------------------------------------


def changed(row: TableRow) -> Iterator[tuple[str, TableRow]]:
    """The row with one changed value, and the name of that column."""
    names = {column.key: column.name for column in small().grid}
    for key in ("no", "name", "progress", "feasibility", "regional_merit"):
        yield names[key], with_texts(row, key, "9")
    letter, label = cell_of(row, "letter").lines
    yield names["letter"], with_lines(row, "letter", [replace(letter, text="P"), label])
    yield (
        names["letter"],
        with_lines(row, "letter", [letter, replace(label, text="（見直し継続）")]),
    )
    reason = cell_of(row, "reason").lines
    longer = replace(reason[-1], text=reason[-1].text.replace("。", ""))
    on = replace(reason[-1], text="、と続く。")
    yield names["reason"], with_lines(row, "reason", [*reason[:-1], longer, on])
    yield names["reason"], with_lines(row, "reason", reason[::-1])
    yield names["proposal"], with_lines(row, "proposal", inverted(cell_of(row, "proposal").lines))
    opinion = cell_of(row, "opinion").lines
    boxes = [line for line in opinion if line.box]
    yield names["opinion"], with_lines(row, "opinion", inverted(opinion))
    yield names["opinion"], with_lines(row, "opinion", [*boxes, Line("別の意見。", "key-comment")])
    yield names["opinion"], with_lines(row, "opinion", [*boxes, Line("別の言葉", "words")])


CHANGES = [
    (k, place, column)
    for k, row in enumerate(small().rows)
    for place, (column, _) in enumerate(changed(row))
]


@both_formats
@pytest.mark.parametrize(("k", "place", "column"), CHANGES)
def test_changed_value_is_reported_with_project_and_column(
    k: int, place: int, column: str, kind: DocumentFormat
) -> None:
    source = small()
    _, other = list(changed(source.rows[k]))[place]
    rows = tuple(other if j == k else row for j, row in enumerate(source.rows))
    found = prove(replace(source, rows=rows), rendered(source, kind), kind).lost
    assert found
    assert {(each.project, each.column) for each in found} == {(other.no, column)}


@both_formats
def test_values_swapped_between_columns_or_rows_are_reported(kind: DocumentFormat) -> None:
    source = small()
    first, second, third = source.rows
    content = rendered(source, kind)
    progress, merit = (cell_of(first, key).lines for key in ("progress", "regional_merit"))
    swapped_scores = with_lines(with_lines(first, "progress", merit), "regional_merit", progress)
    assert lost(replace(source, rows=(swapped_scores, second, third)), content, kind) == {
        ("value-lost", "1", "③進捗状況"),
        ("value-lost", "1", "⑥広域メリット"),
    }
    names = [cell_of(row, "name").lines for row in (first, second)]
    swapped = (with_lines(first, "name", names[1]), with_lines(second, "name", names[0]), third)
    assert lost(replace(source, rows=swapped), content, kind) == {
        ("value-lost", "1", "事業名"),
        ("value-lost", "2", "事業名"),
    }


@both_formats
def test_texts_around_the_rows_are_checked(kind: DocumentFormat) -> None:
    source = small()
    content = rendered(source, kind)
    others = {
        "資料番号": replace(source, number="資料２"),
        "表題": replace(source, title="方針一覧表"),
        "開催情報": replace(source, facts=("第９回",)),
        "注記（1 ページ）": replace(source, note="別の注記"),
        "表の見出し": with_heading(source, "事業名", "事業名称"),
    }
    for column, other in others.items():
        assert {each[2] for each in lost(other, content, kind)} == {column}
    other = with_heading(source, "③進捗状況", "③進捗度")
    assert {each[2] for each in lost(other, content, kind)} == {"表の見出し"}


def with_heading(source: Handout, text: str, other: str) -> Handout:
    """The handout with one heading replaced."""
    levels = tuple(
        tuple(replace(cell, lines=(other,)) if cell.text == text else cell for cell in level)
        for level in source.heading
    )
    return replace(source, heading=levels)


@both_formats
def test_missing_and_extra_projects_are_reported(kind: DocumentFormat) -> None:
    source = small()
    content = rendered(source, kind)
    fourth = with_texts(replace(source.rows[0], no="4"), "no", "4")
    assert ("row-lost", "4", "行") in lost(
        replace(source, rows=(*source.rows, fourth)), content, kind
    )
    assert ("value-extra", None, "表の行") in lost(
        replace(source, rows=source.rows[:2]), content, kind
    )


@both_formats
@pytest.mark.parametrize(
    ("entered", "printed"),
    [("２", "2"), ("神", "\ufa19"), ("髙", "高"), ("㈱", "(株)"), ("～", "〜"), ("が", "か")],
)
def test_similar_characters_are_different(entered: str, printed: str, kind: DocumentFormat) -> None:
    document = handout(records(project(name=f"甲{entered}乙")))
    assert prove(document, rendered(document, kind), kind).lost == ()
    row = with_texts(document.rows[0], "name", f"甲{printed}乙")
    assert lost(replace(document, rows=(row,)), rendered(document, kind), kind) == {
        ("value-lost", "1", "事業名")
    }


@pytest.mark.parametrize(
    "odd",
    [
        "abc\u00addefghijk\u00adlmnopqrstuvw\u00adxyz" * 3,
        "ab-" * 30,
        "a\u200b" * 60,
        "e\u0301é か\u3099が",
        "A\u2011B" * 20,
        "ﬁ ﬀ ½ ①\ufe0f",
        "العربية abc שלום",
        "葛\U000e0100城と葛城",
    ],
)
def test_text_with_special_characters_is_found(odd: str) -> None:
    document = handout(records(project(reason=f"あ{odd}")))
    assert prove(document, rendered(document, PDF), PDF).lost == ()


def test_spaces_are_compared_in_a_word_file() -> None:
    document = handout(records(project(name="甲  乙")))
    row = with_texts(document.rows[0], "name", "甲 乙")
    assert lost(replace(document, rows=(row,)), rendered(document, DOCX), DOCX)


def test_only_combining_marks_are_normalised() -> None:
    assert comparable("か\u3099く\u3000 校\n") == comparable("がく校")
    assert comparable("神\ufa19２①㈱") == "神\ufa19２①㈱"


# The excluded characters are printed too, but cp932 maps them to others, which gives a warning.
PRINTABLE = st.characters(
    codec="cp932",
    exclude_categories=("Cc", "Co", "Cs", "Zl", "Zp"),
    exclude_characters="¢£¬‖−〜",
)


@both_formats
@settings(max_examples=one_in(2))
@given(text=st.text(PRINTABLE | st.sampled_from("-&<>{}%#  髙𠮷神\ufa19\u200b"), min_size=1))
def test_any_text_is_found(kind: DocumentFormat, text: str) -> None:
    base = handout(records(project()))
    row = with_texts(with_texts(base.rows[0], "name", text), "reason", text, "。", text)
    document = replace(base, title=f"表{text}題", rows=(row,))
    renderer = render_docx if kind is DOCX else render_pdf
    assert prove(document, renderer(document, seed_form()).content, kind).lost == ()


# --- a broken template ------------------------------------------------------------------


def proof_of_page(source: Handout, form: Form) -> Proof:
    return prove(source, render_pdf(source, form).content, PDF)


LINE = "{{ lines[0].text }}"
ROW = "{% for cell in row.cells %}"
PAGES = {
    "row dropped": ("in handout.rows %}", "in handout.rows[1:] %}", ("row-lost", "1", "行")),
    "row twice": (
        "in handout.rows %}",
        "in (handout.rows + handout.rows[:1]) %}",
        ("value-extra", None, "表の行"),
    ),
    "text cut": (LINE, "{{ lines[0].text[:4] }}", ("value-lost", "1", "事業名")),
    "filter": (
        '<p class="{{ line.style }}">{{ line.text }}',
        '<p class="{{ line.style }}">{{ line.text|replace("。", ".") }}',
        ("value-lost", "2", "事務局案（説明）"),
    ),
    "always the same": (
        "{{ content(cell) }}</td>",
        "{{ content(handout.rows[0].cells[cell.column]) }}</td>",
        ("value-lost", "2", "判定"),
    ),
    "paragraphs left out": (
        '<p class="{{ line.style }}">{{ line.text }}</p>',
        "",
        ("value-lost", "2", "懇談会意見"),
    ),
    "heading left out": (
        '{{ cell.lines|join("\\n") }}',
        '{{ cell.lines|join("\\n") if cell.column != 8 }}',
        ("value-lost", None, "表の見出し"),
    ),
    "word added": (LINE, LINE + "別", ("value-extra", "1", "事業名")),
    "title left out": ("<h1>{{ handout.title }}</h1>", "", ("value-lost", None, "表題")),
}


@pytest.mark.parametrize("name", PAGES)
def test_error_in_a_page_template_is_reported(name: str, tmp_path: Path) -> None:
    old, new, expected = PAGES[name]
    proof = proof_of_page(small(), changed_page_form(tmp_path, "handout.html", old, new))
    assert expected in {(each.code, each.project, each.column) for each in proof.lost}


def test_column_printed_twice_is_reported(tmp_path: Path) -> None:
    form = changed_page_form(tmp_path, "handout.html", "</colgroup>", "<col></colgroup>")
    path = form.folders[0] / "handout.html"
    source = path.read_text(encoding="utf-8")
    source = source.replace(
        "</tr>\n{% endfor %}\n</tbody>", "<td>{{ row.no }}</td></tr>\n{% endfor %}\n</tbody>"
    )
    path.write_text(source, encoding="utf-8")
    found = {(each.code, each.column) for each in proof_of_page(small(), form).lost}
    assert ("value-extra", "表の列") in found


STYLES = {
    "not displayed": ("td.kind-score { display: none }", "value-lost"),
    "invisible": ("tbody th { visibility: hidden }", "value-lost"),
    "white": ("tbody th { color: white }", "value-unseen"),
    "nearly white": ("tbody th { color: #fafafa }", "value-unseen"),
    "transparent": ("tbody th { color: transparent }", "value-unseen"),
    "moved away": ("h1 { position: relative; left: -60rem }", "value-unseen"),
    "onto the neighbour": ("td.boxes { text-indent: -2.5rem }", "value-misplaced"),
    "tiny": ("tbody th { font-size: .01rem }", "value-unseen"),
    "no header": ("thead { display: none }", "value-lost"),
}


@pytest.mark.parametrize("name", STYLES)
def test_style_that_hides_a_value_is_reported(name: str, tmp_path: Path) -> None:
    style, code = STYLES[name]
    form = changed_page_form(tmp_path, "handout.css", ".words {", f"{style}\n.words {{")
    proof = proof_of_page(small(), form)
    assert code in {each.code for each in proof.lost}


@pytest.mark.parametrize(
    "style",
    [
        "tbody th { color: white; background: #203864 }",
        "table, td, th { border: none }",
        "td.boxes { opacity: .6 }",
        "body { font-size: .3rem }",
        "h1 { transform: scale(.9) }",
    ],
)
def test_style_without_hidden_values_is_not_reported(style: str, tmp_path: Path) -> None:
    form = changed_page_form(tmp_path, "handout.css", ".words {", f"{style}\n.words {{")
    assert proof_of_page(small(), form).lost == ()


def test_columns_may_be_in_another_order(tmp_path: Path) -> None:
    form = changed_page_form(tmp_path, "handout.html", ROW, "{% for cell in row.cells|reverse %}")
    path = form.folders[0] / "handout.html"
    source = path.read_text(encoding="utf-8")
    path.write_text(
        source.replace("{% for cell in level %}", "{% for cell in level|reverse %}").replace(
            "{% for width in handout.columns %}", "{% for width in handout.columns|reverse %}"
        ),
        encoding="utf-8",
    )
    other = replace(form_of(PANEL), folders=form.folders)
    assert proof_of_page(handout(probe(other), Edition.RESULTS, form=other), other).lost == ()


def test_legend_may_be_in_its_own_table(tmp_path: Path) -> None:
    folder = tmp_path / "word"
    folder.mkdir()
    legend = "<table>" + "<tr><td>A<td>継続" * 9 + "</table>"
    form = changed_page_form(tmp_path, "handout.html", "<table>", f"{legend}<table>")
    assert proof_of_page(small(), form).lost == ()
    cell = "<w:tc><w:tcPr/><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc>"
    grid = "<w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>"
    word = f"<w:tbl>{grid}{f'<w:tr>{cell}</w:tr>' * 9}</w:tbl><w:p/><w:tbl>"
    content = with_parts(template(), {BODY: swap("<w:tbl>", word)})
    assert lost(small(), render_docx(small(), word_form(folder, content)).content, DOCX) == set()


SHOWN = "{{ line.shown }}"
LINES = (
    '</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Control"/></w:pPr>'
    '<w:r><w:t xml:space="preserve">{%p if line.box'
)
WORDS = {
    "row dropped": ("in handout.rows %}", "in handout.rows[1:] %}", ("row-lost", "1", "行")),
    "text cut": (SHOWN, "{{ line.shown[:4] }}", ("value-lost", "1", "事業名")),
    "text twice": (SHOWN, SHOWN + SHOWN, ("value-extra", "1", "No")),
    "hidden text": (
        f'<w:t xml:space="preserve">{{% style line.style %}}{SHOWN}',
        f'<w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve">{{% style line.style %}}{SHOWN}',
        ("value-unseen", "1", "事業名"),
    ),
    "control of another project": (
        "{{ line.box.tag }}",
        "opinion.1.{{ loop.index }}",
        ("value-lost", "2", "懇談会意見"),
    ),
    "paragraphs left out": (
        # The first loop over the lines prints the heading of a group.
        f"{{%p for line in cell.lines %}}{LINES}",
        f"{{%p for line in cell.lines[:3] %}}{LINES}",
        ("value-lost", "2", "懇談会意見"),
    ),
    "header no longer repeated": ("<w:tblHeader/>", "", ("value-lost", None, "表の見出し")),
}


@pytest.mark.parametrize("name", WORDS)
def test_error_in_a_word_template_is_reported(name: str, tmp_path: Path) -> None:
    old, new, expected = WORDS[name]
    form = word_form(tmp_path, with_parts(template(), {BODY: swap(old, new)}))
    content = render_docx(small(), form).content
    assert expected in lost(small(), content, DOCX)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<w:tblW w:w="11106"', '<w:tblW w:w="13106"'),
        ('<w:pgSz w:w="11906"', '<w:pgSz w:w="9906"'),
        ("<w:tblGrid>", '<w:tblGrid><w:gridCol w:w="2000"/>'),
    ],
)
def test_too_wide_table_is_reported_with_the_remedy(old: str, new: str) -> None:
    content = with_parts(rendered(small(), DOCX), {BODY: swap(old, new)})
    (found,) = (
        each for each in prove(small(), content, DOCX).lost if each.code == "table-too-wide"
    )
    message = finding(found.code, **found.params("資料.docx")).message
    assert "35 mm 広いため" in message
    assert "width を狭く" in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<w14:checked w14:val="1"/>', '<w14:checked w14:val="0"/>'),
        ("■</w:t></w:r></w:sdtContent>", "□</w:t></w:r></w:sdtContent>"),
        ('<w:tag w:val="opinion.2.1"/>', '<w:tag w:val="opinion.2.2"/>'),
        ('<w14:checkbox><w14:checked w14:val="1"/>', "<w14:checkbox>"),
    ],
)
def test_mark_state_and_tag_of_a_control_are_checked(old: str, new: str) -> None:
    content = with_parts(rendered(small(), DOCX), {BODY: swap(old, new)})
    found = {code for code, _, _ in lost(small(), content, DOCX)}
    assert found
    assert found <= {"control-lost", "value-lost"}


def test_word_style_that_hides_text_is_reported() -> None:
    hide = swap(
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="key-comment">',
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="X"/><w:rPr><w:vanish/></w:rPr>'
        '</w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="key-comment">',
    )
    base = swap(
        '懇談会意見（内容）"/><w:basedOn w:val="kind-text"/>',
        '懇談会意見（内容）"/><w:basedOn w:val="X"/>',
    )
    content = with_parts(rendered(small(), DOCX), {"word/styles.xml": lambda xml: base(hide(xml))})
    assert ("value-unseen", "2", "懇談会意見") in lost(small(), content, DOCX)


# --- other documents --------------------------------------------------------------------


def proof_of_texts(texts: tuple[str, ...], content: bytes, kind: DocumentFormat) -> Proof:
    reading = read_word(content) if kind is DOCX else read_pdf(content)
    return compare_texts(texts, "", reading)


@both_formats
def test_texts_are_checked_in_order(kind: DocumentFormat) -> None:
    source = small()
    content = rendered(source, kind)
    first, second, _ = source.rows
    one, reason = (cell_of(first, key).lines[0].text for key in ("name", "reason"))
    two = cell_of(second, "name").lines[0].text
    texts = (source.title, one, reason, two)
    proof = proof_of_texts(texts, content, kind)
    assert (proof.values, proof.lost) == (4, ())
    reordered = proof_of_texts((two, one), content, kind)
    assert [each.value for each in reordered.lost] == [one]
    missing = proof_of_texts((source.title, "載っていない文"), content, kind)
    assert [(each.code, each.value) for each in missing.lost] == [("value-lost", "載っていない文")]
    assert missing.found == 1


def with_remark(remark: str) -> Records:
    meeting = Meeting("資料１", "一覧", note="見本・架空")
    return records(
        project(opinion=answered("見直し"), comment=written(remark)), project(2), meeting=meeting
    )


@both_formats
def test_remark_on_several_pages_is_found_and_its_change_is_reported(
    kind: DocumentFormat,
) -> None:
    remark = "\n".join(f"{k}番目の意見を、委員から述べられたとおりに記す。" for k in range(1, 150))
    page = summary(with_remark(remark))
    renderer = render_docx if kind is DOCX else render_pdf
    content = renderer(page, seed_form()).content
    proof = prove(page, content, kind)
    assert proof.lost == ()
    assert proof.found == proof.values > 150
    other = prove(replace(page, note="別の注記"), content, kind)
    assert {each.column for each in other.lost} >= {"注記（1 ページ）"}
    changed = summary(with_remark(remark.replace("140番", "百四十番")))
    assert [each.code for each in prove(changed, content, kind).lost] == ["value-lost"]
