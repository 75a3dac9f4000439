"""会議結果概要, 会議録（案） and 参考資料 as files: complete, valid, accessible, on one page."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest
from support.forms import FORM, form_in, form_of
from support.pdf import (
    characters,
    crossing,
    failures,
    fonts,
    opened,
    paper_of,
    tagged_rows,
    text,
    without_spaces,
)
from support.records import (
    DATE,
    answered,
    changed,
    known_meeting,
    minutes,
    project,
    records,
    reference,
    row_of,
    seed_form,
    stated,
    summary,
)
from support.word import W, converted, mistakes_of, paragraphs, part, shown

from pipeline.model.document import Document
from pipeline.model.editions import A3, A4, DocumentFormat, Paper
from pipeline.model.form import Form, JudgementCell, JudgementTable
from pipeline.model.meeting import Meeting
from pipeline.model.reference import Reference
from pipeline.model.values import Status, Value
from pipeline.render.docx import render_docx
from pipeline.render.pdf import render_pdf

BODY = "word/document.xml"
HOSTILE = "{{ x }}{% z %}{# c #} &<>&amp;\"' “”‘’ ]]> </w:t> 𠮷神㈱　１"
LONG = "とても長い意見である。" * 300
on_both_papers = pytest.mark.parametrize("paper", [A4, A3], ids=["A4", "A3"])


@functools.cache
def pdf(document: Document) -> bytes:
    return render_pdf(document, seed_form()).content


@functools.cache
def word(document: Document) -> bytes:
    return render_docx(document, seed_form()).content


def form_and_table_of_size(rows: int, columns: int) -> tuple[Form, JudgementTable]:
    """A form whose two scores have other ranges, and a table with one confirmed cell."""
    highest = {"feasibility": rows, "regional_merit": columns}
    columns_changed = tuple(
        replace(column, scale=tuple(range(1, highest[column.key] + 1)))
        if column.key in highest
        else column
        for column in seed_form().columns
    )
    cell = JudgementCell(row=1, column=1, letter="A", label="継続", attested=True)
    table = JudgementTable(rows="feasibility", columns="regional_merit", cells=(cell,))
    return replace(seed_form(), columns=columns_changed), table


def reference_of_size(rows: int, columns: int) -> Reference:
    form, table = form_and_table_of_size(rows, columns)
    low = project(progress=1, feasibility=1, regional_merit=1)
    return reference(records(low), form=form, table=table)


def without_meeting_data() -> list[Document]:
    """The documents of a meeting without any data, with one opinion that agrees."""
    source = records(changed(project(), **stated("継続")))
    return [summary(source), minutes(source, form=seed_form()), reference(source)]


def long_remarks() -> list[Document]:
    source = records(
        project(1),
        changed(project(2), **stated(Status.DIVIDED, f"{LONG}\n終わりの一文。")),
        changed(project(3), **stated("継続", LONG)),
        meeting=known_meeting().meeting,
    )
    return [summary(source), minutes(source)]


def hostile_documents() -> list[Document]:
    source = records(
        changed(project(name=HOSTILE), **stated(Status.DEFERRED, HOSTILE)),
        meeting=Meeting(HOSTILE, HOSTILE, council=HOSTILE, place=HOSTILE, note=HOSTILE),
    )
    return [summary(source), minutes(source), reference(source)]


def second_council() -> tuple[Form, list[Document]]:
    """A form with five choices, another heading and no judgement table, and two documents."""
    form = form_of(FORM)
    proposed: dict[str, Value] = {"no": 1, "name": "事業1", "reason": "理由。", "proposal": "拡充"}
    source = records(row_of({**proposed, "opinion": answered("改善")}, form))
    return form, [summary(source, form=form), minutes(source, form=form)]


ALL_DOCUMENTS = [
    summary(),
    minutes(),
    reference(),
    reference_of_size(5, 2),
    *without_meeting_data(),
    *long_remarks(),
    *hostile_documents(),
    *second_council()[1],
]
WITH_PDF = [each for each in ALL_DOCUMENTS if DocumentFormat.PDF in each.formats]


def missing_texts(document: Document, found: str) -> list[str]:
    """The document's texts that are not in ``found``; white space is ignored."""
    texts = (document.note or "", *document.texts())
    return [each for each in texts if without_spaces(each) not in without_spaces(found)]


# --- the PDF ----------------------------------------------------------------------------


@pytest.mark.parametrize("document", WITH_PDF, ids=lambda d: d.template)
def test_every_text_is_in_an_accessible_and_archivable_pdf(document: Document) -> None:
    content = pdf(document)
    drawn = "".join(each.text for each in characters(content))
    # A long text is interrupted by the headers and notes of the further pages.
    long = [each for each in document.texts() if len(each) > 1000]
    assert [each for each in missing_texts(document, drawn) if each not in long] == []
    assert all(drawn.count("とても長い意見である。") >= 295 for _ in long)
    assert failures(content) == []
    assert crossing(content) == []


@on_both_papers
@pytest.mark.parametrize("document", [summary(), reference()], ids=lambda d: d.template)
def test_eighteen_projects_fill_one_page_on_each_paper(document: Document, paper: Paper) -> None:
    content = pdf(replace(document, paper=paper))
    assert len(text(content)) == 1
    assert paper_of(content) == pytest.approx((paper.width, paper.height), abs=0.1)
    assert failures(content) == []


@pytest.mark.parametrize("make", [summary, reference])
def test_a3_is_the_same_page_enlarged(make: Callable[..., Document]) -> None:
    small, large = pdf(make()), pdf(make(paper=A3))
    pairs = list(zip(characters(small), characters(large), strict=True))
    assert all((a.page, a.text) == (b.page, b.text) for a, b in pairs)
    for a, b in pairs:
        enlarged = [length * A3.height / A4.height for length in (a.x, a.y, a.size)]
        assert [b.x, b.y, b.size] == pytest.approx(enlarged, abs=0.6)


def test_long_remark_continues_below_a_repeated_header_and_note() -> None:
    (page, _) = long_remarks()
    rendered = render_pdf(page, seed_form())
    pages = text(rendered.content)
    assert len(pages) > 2
    assert all("見本・架空" in each and "意見の内容" in each for each in pages)
    assert without_spaces("".join(pages)).count("。") >= 600
    assert {found.code for found in rendered.findings} == {"row-taller-than-page"}
    assert {found.project for found in rendered.findings} == {2, 3}
    assert failures(rendered.content) == []


def test_each_cell_of_the_reference_sheet_refers_to_both_scores() -> None:
    header, *body = tagged_rows(pdf(reference()))[0]
    assert [cell.scope for cell in header] == ["Column"] * 4
    for down, row in zip("４３２１", body, strict=True):
        assert (row[0].kind, row[0].scope) == ("TH", "Row")
        for across, cell in zip("４３２１", row[1:], strict=True):
            assert cell.headers == (f"⑤実現可能性{down}", f"⑥広域メリット{across}")
    assert body[0][2].paragraphs == ("C", "（区分不明）", "未確認", "０事業")


def test_each_cell_of_the_summary_refers_to_project_and_column() -> None:
    rows = tagged_rows(pdf(summary()))[0]
    (project_2,) = [row for row in rows if row[0].words == "2"]
    name = "図書館の相互利用事業"
    assert [cell.headers for cell in project_2] == [
        (name, "No"),
        ("事業名",),
        (name, "事務局案"),
        (name, "懇談会意見"),
        (name, "意見の内容"),
    ]
    (deferred,) = [row for row in rows if row[0].words == "保留"]
    assert deferred[2].headers == ("保留", "懇談会意見")
    assert project_2[4].paragraphs == ("再度の検討を求める。", "時期を示すこと。")


@pytest.mark.parametrize(
    ("document", "headings"),
    [
        (
            summary(),
            [
                "会議結果概要",
                "１　選択肢ごとの事業数（計18事業）",
                "２　意見が事務局案と異なる事業など（13事業）",
                "３　意見が事務局案と同じ事業（５事業）",
            ],
        ),
        (reference(), ["各判定の考え方", "表の見方"]),
    ],
    ids=["summary", "reference"],
)
def test_pdf_has_its_metadata_and_its_headings_as_bookmarks(
    document: Document, headings: list[str]
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf(document)))
    about = reader.metadata
    assert about is not None
    assert about.title == f"{document.number} {document.title}".strip()
    assert about.author == "事務局"
    assert about.creation_date == about.modification_date == DATE
    assert str(reader.root_object["/Lang"]) == "ja-JP"
    assert bookmarks(reader.outline) == headings


def bookmarks(outline: Sequence[object]) -> list[str]:
    """The titles of the bookmarks of all levels, in order."""
    titles: list[str] = []
    for each in outline:
        if isinstance(each, list):
            titles += bookmarks(each)
        elif isinstance(each, pypdf.generic.Destination):
            titles.append(str(each.title))
    return titles


def test_only_the_fonts_of_the_form_draw_the_page() -> None:
    for document in (summary(), reference()):
        assert fonts(pdf(document)) == {"BIZ-UDGothic", "BIZ-UDGothic-Bold"}


# --- Word -------------------------------------------------------------------------------


@pytest.mark.parametrize("document", ALL_DOCUMENTS, ids=lambda d: d.template)
def test_every_text_is_in_a_valid_word_file(document: Document, tmp_path: Path) -> None:
    content = word(document)
    around = "".join(paragraphs(content, "word/header.xml"))
    assert missing_texts(document, shown(part(content)) + around) == []
    for version in ("Microsoft365", "Office2016"):
        assert mistakes_of(content, version, tmp_path) == []


@on_both_papers
@pytest.mark.parametrize("document", [summary(), minutes(), reference()], ids=lambda d: d.template)
def test_word_file_has_its_properties_header_and_font(document: Document, paper: Paper) -> None:
    content = word(replace(document, paper=paper))
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert (properties.title, properties.author) == (document.title, "事務局")
    assert properties.created == properties.modified == DATE
    assert properties.language == "ja-JP"
    assert paragraphs(content, "word/header.xml") == ["見本・架空"]
    (page,) = part(content).iter(W + "pgSz")
    assert page.get(W + "w") == {"A4": "11906", "A3": "16838"}[paper.name.split()[0]]
    (used,) = part(content, "word/styles.xml").iter(W + "rFonts")
    assert used.get(W + "eastAsia") == "BIZ UDゴシック"


@pytest.mark.parametrize(
    ("document", "headings"),
    [
        (summary(), [summary().parts[0].counts.heading, summary().parts[0].sections[0].heading]),
        (minutes(), ["意見の概要", "会議資料"]),
        (reference(), ["表の見方"]),
    ],
    ids=["summary", "minutes", "reference"],
)
def test_headings_are_in_words_outline(document: Document, headings: list[str]) -> None:
    styled = {
        shown(each): each.find(f"{W}pPr/{W}pStyle").get(W + "val")
        for each in part(word(document)).iter(W + "p")
        if each.find(f"{W}pPr/{W}pStyle") is not None
    }
    assert styled[document.title] == "Title"
    assert {styled[each] for each in headings} == {"Heading2"}


def test_each_blank_is_a_control_that_disappears_when_typed_over() -> None:
    content = word(minutes())
    controls = list(part(content).iter(W + "sdt"))
    blanks = [each.blank for each in (*minutes().entries, minutes().opinions, minutes().papers)]
    row_blanks = [each.blank for each in minutes().rows]
    assert len(controls) == len([each for each in (*blanks, *row_blanks) if each])
    assert all(shown(each).endswith("記入してください）") for each in controls)
    for each in controls:
        kinds = {child.tag for child in each.find(W + "sdtPr")}
        assert {W + "temporary", W + "showingPlcHdr"} <= kinds
    shaded = part(content, "word/styles.xml").find(f"{W}style[@{W}styleId='Blank']")
    assert shaded.get(W + "type") == "character", "what is typed over it loses the colour"
    numbers = [each.find(f"{W}sdtPr/{W}id").get(W + "val") for each in controls]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (5, 2), (2, 3), (3, 7)])
@on_both_papers
def test_columns_of_the_reference_sheet_have_the_documents_widths(
    rows: int, columns: int, paper: Paper
) -> None:
    document = replace(reference_of_size(rows, columns), paper=paper)
    content = word(document)
    grid = [int(each.get(W + "w")) for each in part(content).iter(W + "gridCol")]
    in_mm = [width / 1440 * 25.4 for width in grid]
    assert in_mm == pytest.approx(document.columns, abs=0.03)
    for row in part(content).iter(W + "tr"):
        assert sum(int(each.get(W + "w")) for each in row.iter(W + "tcW")) == sum(grid)
    assert len(list(part(content).iter(W + "tr"))) == rows + 1


def test_only_a_row_that_may_fill_a_page_can_split() -> None:
    (page, _) = long_remarks()
    unsplit = [
        next(row.iter(W + "cantSplit"), None) is not None
        for row in part(word(page)).iter(W + "tr")
        if shown(next(row.iter(W + "tc"))) in {"1", "2", "3"}
    ]
    assert unsplit == [True, False, False]


def test_rows_of_the_minutes_may_split() -> None:
    rows = list(part(word(minutes())).iter(W + "tr"))
    unsplit = [row for row in rows if next(row.iter(W + "cantSplit"), None) is not None]
    assert [shown(row)[:2] for row in unsplit] == ["No"]


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The text of each page of the Word files, printed by LibreOffice."""
    source = [summary(), minutes(), reference(), replace(summary(), paper=A3), long_remarks()[0]]
    names = ["summary", "minutes", "reference", "summary-A3", "long"]
    files = {name: word(each) for name, each in zip(names, source, strict=True)}
    folder = tmp_path_factory.mktemp("libreoffice")
    return {name: text(content) for name, content in converted(files, "pdf", folder).items()}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("summary", "会議結果概要"),
        ("summary-A3", "会議結果概要"),
        ("minutes", "会議録（案）"),
        ("reference", "各判定の考え方"),
    ],
)
def test_eighteen_projects_fill_one_page_of_word(
    name: str, title: str, by_libreoffice: dict[str, list[str]]
) -> None:
    (page,) = by_libreoffice[name]
    assert "見本・架空" in page
    assert title in page
    assert page.rstrip().endswith("1 / 1")


def test_long_remark_is_complete_in_the_printed_word_file(
    by_libreoffice: dict[str, list[str]],
) -> None:
    pages = by_libreoffice["long"]
    assert without_spaces("".join(pages)).count("。") >= 600
    assert all("見本・架空" in each and "意見の内容" in each for each in pages)
    assert "終わりの一文。" in without_spaces("".join(pages))


# --- templates and bytes ----------------------------------------------------------------


def test_the_same_document_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [word(summary()), word(minutes()), word(reference()), pdf(summary()), pdf(reference())]
    monkeypatch.setenv("TZ", "America/Lima")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    again = [
        *(render_docx(each, seed_form()) for each in (summary(), minutes(), reference())),
        *(render_pdf(each, seed_form()) for each in (summary(), reference())),
    ]
    assert before == [each.content for each in again]


def form_without(folder: Path, *names: str) -> Form:
    form_in(folder)
    own = folder / "templates" / "shiryo1"
    for name in names:
        (own / name).unlink()
    return replace(seed_form(), folders=(own, *seed_form().folders))


def test_form_without_a_template_uses_the_shipped_one(tmp_path: Path) -> None:
    names = ("summary.docx", "summary.html", "summary.css", "minutes.docx", "companion.css")
    form = form_without(tmp_path, *names, "reference.docx", "reference.html", "reference.css")
    for document in (summary(), reference()):
        assert render_pdf(document, form).content == pdf(document)
        assert render_docx(document, form).content == word(document)
    assert render_docx(minutes(), form).content == word(minutes())


def test_form_with_its_own_template_uses_it(tmp_path: Path) -> None:
    form = form_without(tmp_path)
    own = '<!doctype html><html lang="ja"><title>{{ summary.title }}</title><h1>当町の概要</h1>'
    (form.folders[0] / "summary.html").write_text(own, encoding="utf-8")
    assert "当町の概要" in text(render_pdf(summary(), form).content)[0]


def test_second_council_has_its_own_words_and_choices() -> None:
    form, (page, _) = second_council()
    counts, differing = opened(render_pdf(page, form).content).pages[0].extract_tables()
    assert [row[0] for row in counts[1:6]] == ["拡充", "現状維持", "改善", "縮小", "終了"]
    assert counts[0] == ["区分", "事務局案", "協議会の意見"]
    assert differing[1] == ["1", "事業1", "拡充", "改善"]
