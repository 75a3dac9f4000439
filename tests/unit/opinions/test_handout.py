"""What a reader sees of a filled-in handout, and what is refused before it is read."""

from __future__ import annotations

import copy
import io
import os
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from support.filling import (
    as_word_saves,
    cell_of,
    cells,
    click,
    control,
    edited,
    paragraph,
    row_of,
    set_text,
    type_below,
    without_controls,
)
from support.records import handout, project, records, seed_form
from support.word import W, with_parts

from pipeline.base.errors import InputUnreadable
from pipeline.model.collected import FilledRow
from pipeline.opinions.handout import read_handout
from pipeline.render.docx import render_docx

LABELS = ["□ 継続", "□ 一部見直しのうえ継続", "□ 見直し"]


@cache
def word() -> bytes:
    """Two projects, meeting edition."""
    return render_docx(handout(records(project(1), project(2))), seed_form()).content


def rows(folder: Path, content: bytes) -> tuple[FilledRow, ...]:
    path = folder / "資料１.docx"
    path.write_bytes(content)
    return read_handout(path, seed_form())


def seen(row: FilledRow) -> list[str]:
    """The council's cell, without its empty lines."""
    return [line.text for line in row.opinion if line.text.strip()]


def after(folder: Path, edit: Callable[[Any], None]) -> FilledRow:
    """The first project's row after an edit of the document."""
    return rows(folder, edited(word(), edit))[0]


def test_each_project_is_a_row_with_its_place(tmp_path: Path) -> None:
    first, second = rows(tmp_path, word())
    assert (first.no, first.name, second.no, second.name) == ("1", "事業1", "2", "事業2")
    assert (first.at.sheet, first.at.address) == ("資料１.docx", "表の3行目")
    assert seen(first) == LABELS
    assert [line.states for line in first.opinion if line.text.strip()] == [(False,)] * 3
    assert [line.text for line in first.proposal if line.text] == [
        "■ 継続",
        "□ 一部見直しのうえ継続",
        "□ 見直し",
    ]


def test_a_click_changes_the_mark_and_the_state(tmp_path: Path) -> None:
    row = after(tmp_path, lambda tree: click(tree, 1, 2))
    assert seen(row) == ["□ 継続", "■ 一部見直しのうえ継続", "□ 見直し"]
    assert [line.states for line in row.opinion if line.states] == [(False,), (True,), (False,)]


def test_what_word_strews_in_between_is_not_seen(tmp_path: Path) -> None:
    assert [seen(row) for row in rows(tmp_path, as_word_saves(word()))] == [LABELS, LABELS]


def test_without_controls_the_column_under_the_heading_is_read(tmp_path: Path) -> None:
    def note(tree: Any) -> None:
        for each in list(tree.iter(W + "tr")):
            extra = copy.deepcopy(list(each.iter(W + "tc"))[-1])
            set_text(extra, "備考")
            each.append(extra)

    row = rows(tmp_path, edited(without_controls(word()), note))[0]
    assert seen(row) == LABELS
    assert not any(line.states for line in row.opinion)


def test_deleted_text_is_not_seen_and_inserted_text_is(tmp_path: Path) -> None:
    def track(tree: Any) -> None:
        for name, text in (("del", "消した意見"), ("ins", "加えた意見"), ("moveFrom", "移した")):
            made = paragraph(text)
            run = made.find(W + "r")
            change = etree.SubElement(made, W + name)
            change.append(run)
            cell_of(tree, 1).append(made)

    assert seen(after(tmp_path, track)) == [*LABELS, "加えた意見"]


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next(tmp_path: Path) -> None:
    def join(tree: Any) -> None:
        type_below(tree, 1, "前半")
        first = cell_of(tree, 1).findall(W + "p")[-1]
        properties = etree.Element(W + "pPr")
        etree.SubElement(etree.SubElement(properties, W + "rPr"), W + "del")
        first.insert(0, properties)
        type_below(tree, 1, "後半")

    assert seen(after(tmp_path, join)) == [*LABELS, "前半後半"]


def test_a_row_deleted_with_tracked_changes_is_gone(tmp_path: Path) -> None:
    def delete(tree: Any) -> None:
        etree.SubElement(row_of(tree, 1).find(W + "trPr"), W + "del")

    assert [row.no for row in rows(tmp_path, edited(word(), delete))] == ["2"]


def test_furigana_hidden_text_and_field_codes_are_not_seen(tmp_path: Path) -> None:
    def write(tree: Any) -> None:
        made = etree.fromstring(
            f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:ruby><w:rt><w:r><w:t>きょう</w:t></w:r></w:rt>'
            "<w:rubyBase><w:r><w:t>今日</w:t></w:r></w:rubyBase></w:ruby></w:r>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し</w:t></w:r>"
            "<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>の意見</w:t></w:r></w:p>"
        )
        cell_of(tree, 1).append(made)

    assert seen(after(tmp_path, write)) == [*LABELS, "今日の意見"]


def test_breaks_tabs_and_links_are_read_as_they_are_seen(tmp_path: Path) -> None:
    def write(tree: Any) -> None:
        made = paragraph("一行目\n二行目")
        link = etree.SubElement(made, W + "hyperlink")
        run = etree.SubElement(link, W + "r")
        etree.SubElement(run, W + "tab")
        etree.SubElement(run, W + "t").text = "参照"
        cell_of(tree, 1).append(made)

    assert seen(after(tmp_path, write)) == [*LABELS, "一行目", "二行目\t参照"]


@pytest.mark.parametrize(
    ("looks", "piece", "sign"),
    [
        ("", '<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
        ("", '<w:sym w:font="Wingdings 2" w:char="F050"/>', "✓"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>', "<w:t>ü</w:t>", "✓"),
        ("", '<w:sym w:font="Webdings" w:char="F061"/>', "\ufffd"),
    ],
)
def test_signs_of_symbol_fonts_are_seen(tmp_path: Path, looks: str, piece: str, sign: str) -> None:
    def write(tree: Any) -> None:
        run = etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}">{looks}{piece}</w:r>')
        content = control(tree, 1, 1).find(W + "sdtContent")
        content.replace(content[0], run)

    assert seen(after(tmp_path, write))[0] == f"{sign} 継続"


@pytest.mark.parametrize(
    ("xml", "name"),
    [
        ("<w:drawing/>", "図形"),
        ('<w:commentReference w:id="0"/>', "コメント"),
        ("<w:rPr><w:strike/></w:rPr><w:t>撤回</w:t>", "取り消し線の文字"),
    ],
)
def test_what_a_program_can_not_read_is_named(tmp_path: Path, xml: str, name: str) -> None:
    def write(tree: Any) -> None:
        made = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}"><w:r>{xml}</w:r></w:p>')
        cell_of(tree, 1).append(made)

    row = after(tmp_path, write)
    assert (row.unread, seen(row)) == ((name,), LABELS)


def test_the_text_of_another_control_is_read_and_its_placeholder_is_not(tmp_path: Path) -> None:
    def write(tree: Any) -> None:
        for text, properties in (("保留", ""), ("選んでください", "<w:showingPlcHdr/>")):
            made = etree.fromstring(
                f'<w:p xmlns:w="{W[1:-1]}"><w:sdt><w:sdtPr>{properties}<w:dropDownList/></w:sdtPr>'
                f"<w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt></w:p>"
            )
            cell_of(tree, 1).append(made)

    assert seen(after(tmp_path, write)) == [*LABELS, "保留"]


def test_rows_and_cells_inside_of_controls_are_found(tmp_path: Path) -> None:
    def wrap(tree: Any) -> None:
        for each in (cell_of(tree, 1), row_of(tree, 2)):
            outer = etree.Element(W + "sdt")
            each.addprevious(outer)
            etree.SubElement(outer, W + "sdtContent").append(each)

    assert [seen(row) for row in rows(tmp_path, edited(word(), wrap))] == [LABELS, LABELS]


def test_a_table_of_somebody_else_is_no_handout_and_ours_behind_it_is_named(
    tmp_path: Path,
) -> None:
    def precede(tree: Any) -> None:
        (ours,) = tree.iter(W + "tbl")
        other = copy.deepcopy(ours)
        for row in list(other.iter(W + "tr"))[:-1]:
            other.remove(row)
        for cell in other.iter(W + "tc"):
            set_text(cell, "1")
        ours.addprevious(other)

    found = rows(tmp_path, edited(word(), precede))
    assert [row.at.address for row in found] == ["2番目の表の3行目", "2番目の表の4行目"]


def test_a_table_torn_at_the_page_is_read_in_both_halves(tmp_path: Path) -> None:
    """A detour through PDF makes a table of each page; the second may have no header."""

    def tear(tree: Any) -> None:
        (ours,) = tree.iter(W + "tbl")
        second = etree.Element(W + "tbl")
        second.append(list(ours.iter(W + "tr"))[-1])
        ours.addnext(second)

    found = rows(tmp_path, edited(without_controls(word()), tear))
    assert [(row.no, seen(row)) for row in found] == [("1", LABELS), ("2", LABELS)]


def test_other_cells_may_be_edited(tmp_path: Path) -> None:
    def edit(tree: Any) -> None:
        found = list(cells(tree, 1))
        set_text(found[-3], "説明を直した。1 継続 ■ 見直し")

    assert seen(after(tmp_path, edit)) == LABELS


# ---- refused


def refused(folder: Path, content: bytes, name: str = "資料１.docx") -> str:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(InputUnreadable) as caught:
        read_handout(path, seed_form())
    return caught.value.code


def package(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return stream.getvalue()


def ole(*streams: str) -> bytes:
    names = b"".join(name.encode("utf-16-le") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + names


PLAIN = f'<w:document xmlns:w="{W[1:-1]}"><w:body><w:p/></w:body></w:document>'.encode()
DTD = b'<!DOCTYPE d [<!ENTITY a "b">]>' + PLAIN


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "handout-damaged"),
        (b"plain text", "not-a-handout"),
        (b"%PDF-1.7", "not-a-handout"),
        (ole("EncryptedPackage"), "handout-protected"),
        (ole("WordDocument"), "handout-legacy"),
        (ole("Workbook", "WordDocument"), "not-a-handout"),
        (package(word__document_xml=PLAIN), "not-a-handout"),
        (package(word__document_xml=PLAIN[:40]), "handout-damaged"),
        (package(word__document_xml=DTD), "handout-forbidden"),
        (package(xl__workbook_xml=b"<workbook/>"), "not-a-handout"),
        (package(other_xml=b"<x/>"), "not-a-handout"),
    ],
)
def test_a_file_that_is_no_handout_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    assert refused(tmp_path, content) == code


def test_a_handout_cut_off_is_damaged(tmp_path: Path) -> None:
    assert refused(tmp_path, word()[:-2000]) == "handout-damaged"


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.opinions.handout.UNPACKED_LIMIT", 2**20)
    assert refused(tmp_path, package(word__document_xml=b" " * 2**21)) == "handout-too-large"


def test_words_lock_file_and_a_missing_file_are_told(tmp_path: Path) -> None:
    assert refused(tmp_path, b"x", "~$料１.docx") == "handout-lock-file"
    for path, code in ((tmp_path / "ない.docx", "handout-missing"), (tmp_path, "not-a-handout")):
        with pytest.raises(InputUnreadable) as caught:
            read_handout(path, seed_form())
        assert caught.value.code == code


def test_the_strict_variant_of_the_format_reads_too(tmp_path: Path) -> None:
    strict = with_parts(
        word(),
        {
            "word/document.xml": lambda text: text.replace(
                W[1:-1], "http://purl.oclc.org/ooxml/wordprocessingml/main"
            )
        },
    )
    assert [seen(row) for row in rows(tmp_path, strict)] == [LABELS, LABELS]


def test_a_fifo_is_no_handout_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "資料１.docx")
    with pytest.raises(InputUnreadable) as caught:
        read_handout(tmp_path / "資料１.docx", seed_form())
    assert caught.value.code == "file-unreadable"


def test_a_handout_that_the_web_s_word_saved_is_read(tmp_path: Path) -> None:
    """It calls the document word/document2.xml."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name).replace(b"word/document.xml", b"word/document2.xml")
            target.writestr(name.replace("word/document.xml", "word/document2.xml"), part)
    assert [row.no for row in rows(tmp_path, stream.getvalue())] == ["1", "2"]
