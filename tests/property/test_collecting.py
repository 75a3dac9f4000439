"""Any ticked and typed opinions are read back: from Word, LibreOffice and the workbooks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.books import book_rows, fill, identity, opened, write
from support.examples import one_in
from support.filling import as_word_saves, filled, without_controls
from support.records import changed, handout, project, records, seed_form, stated, with_blanks
from support.word import converted

from pipeline.base.text import compare_key, is_as_proposed
from pipeline.model.collected import BookKind
from pipeline.model.editions import Edition
from pipeline.model.fills import Fills, fill_text
from pipeline.model.form import Form
from pipeline.model.identity import digests_of
from pipeline.model.printed_handout import printed
from pipeline.model.records import Records
from pipeline.model.values import Status
from pipeline.opinions.filled_handout import read_handout
from pipeline.opinions.filled_handout.remarks import is_plain_remark
from pipeline.opinions.filled_handout.rule import read_filled
from pipeline.render.docx import render_docx

Opinions = dict[int, Fills]
NUMBERS = (1, 2, 3)
FIVE = ("拡充", "現状維持", "改善", "縮小", "終了")


@cache
def form_of(choices: int) -> Form:
    """The shipped form, or the same form with five choices."""
    form = seed_form()
    if choices == len(labels_of(form)):
        return form
    columns = (replace(c, choices=FIVE) if c.is_choice else c for c in form.columns)
    return replace(form, columns=tuple(columns))


def labels_of(form: Form) -> tuple[str, ...]:
    return form.column("opinion").choices


def words_of(form: Form) -> tuple[str, ...]:
    return tuple(form.words.by_status.values())


def master(form: Form, answers: Mapping[int, Fills] | None = None) -> Records:
    proposals = dict(zip(NUMBERS, labels_of(form), strict=False))
    return records(
        *(
            changed(project(no, proposal=proposals[no]), **with_blanks((answers or {}).get(no, {})))
            for no in NUMBERS
        )
    )


@cache
def meeting(choices: int) -> bytes:
    """The meeting edition, made once."""
    form = form_of(choices)
    return render_docx(handout(master(form), form=form), form).content


def is_plain(line: str, form: Form) -> bool:
    """Whether a line is a remark and cannot be mistaken for a mark or an answer."""
    key = compare_key(line).strip("()「」『』[]【】。.・")
    words = words_of(form)
    return bool(
        line
        and line == line.strip()
        and key not in {compare_key(word) for word in (*labels_of(form), *words)}
        and not is_as_proposed(line)
        and is_plain_remark(line, None, labels_of(form), words)
    )


def are_plain(lines: list[str], form: Form) -> bool:
    """Whether joined lines are a remark: a label may be broken over two lines."""
    words = words_of(form)
    return is_plain_remark("".join(lines), None, labels_of(form), words, begins=False)


# All characters that can be typed in a line; WORDS makes the office's words more frequent.
# Without U+FFFD, which replaces an unreadable character: a remark with it is asked.
TYPED = st.characters(
    exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"], exclude_characters="\ufffd"
)
WORDS = st.sampled_from(
    [
        "継続",
        "見直し",
        "■",
        "□",
        "○",
        " ",
        "　",
        "保留",
        "の意見",
        "。",
        "葛󠄀城",
        "㈱",
        "𠮷",
        "神",
        "&<>",
        "A",
    ]
)


# The same without words that make a remark an answer.
PLAIN = st.sampled_from(
    ["時期", "を示す", "次回", " ", "　", "。", "葛󠄀城", "㈱", "𠮷", "神", "&<>", "A"]
)


def random_opinions(
    form: Form, *, words: st.SearchStrategy[str] = TYPED | WORDS
) -> st.SearchStrategy[Opinions]:
    """Random choices, words and remarks for each project."""
    # A random line of a few letters is often an answer, so every line begins with a remark.
    beginning = st.sampled_from(["時期を示すこと", "次回に聞くこと", "説明をすること"])
    typed = st.lists(words, max_size=7).map("".join)
    lines = st.builds(str.__add__, beginning, typed).map(str.strip)
    remarks = (
        st.lists(lines.filter(lambda line: is_plain(line, form)), max_size=3)
        .filter(lambda chosen: are_plain(chosen, form))
        .map(lambda chosen: "\n".join(chosen) or None)
    )
    kinds = st.sampled_from(
        [
            None,
            *labels_of(form),
            Status.NO_OPINION,
            Status.DEFERRED,
            Status.DIVIDED,
        ]
    )
    opinion = st.builds(stated, kinds, remarks)
    return st.fixed_dictionaries(dict.fromkeys(NUMBERS, opinion))


def collected(content: bytes, form: Form) -> Opinions:
    """The opinions that ``collect`` reads in a Word file; asserts that there is no finding."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "資料１.docx"
        path.write_bytes(content)
        document = read_handout(path)
    paper = printed(handout(master(form), form=form), form)
    filled = read_filled(document, paper, path.name, digests_of(document.properties))
    assert (filled.edits, filled.found) == ((), len(NUMBERS))
    assert not any(row.asked for row in filled.rows)
    return {row.no or 0: with_blanks(row.fills) for row in filled.rows}


both_forms = pytest.mark.parametrize("choices", [3, 5])


@both_forms
@given(data=st.data(), saved=st.booleans(), stripped=st.booleans())
def test_filled_handout_is_read_back(
    choices: int, data: st.DataObject, *, saved: bool, stripped: bool
) -> None:
    form = form_of(choices)
    answers = data.draw(random_opinions(form))
    content = filled(meeting(choices), answers, form)
    content = as_word_saves(content) if saved else content
    assert collected(without_controls(content) if stripped else content, form) == answers


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_results_edition_is_read_back(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    answers = data.draw(random_opinions(form))
    edition = handout(master(form, answers), Edition.RESULTS, form=form)
    assert collected(render_docx(edition, form).content, form) == answers


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_entry_workbook_is_read_back(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    answers = data.draw(random_opinions(form))
    typed = {
        no: {
            key: None if fill.is_blank else fill_text(fill, form.column(key), form)
            for key, fill in each.items()
        }
        for no, each in answers.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = write(
            Path(folder) / "a.xlsx",
            book_rows(master(form), form=form),
            identity(of=form),
            form=form,
        )
        book = opened(fill(path, typed, form), form)
    assert not any(each.doubts for each in book.opinions)
    assert {each.no: each.fills for each in book.opinions} == answers


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_results_workbook_is_read_back(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    answers = data.draw(random_opinions(form))
    own = identity(BookKind.RESULTS, of=form)
    with tempfile.TemporaryDirectory() as folder:
        rows = book_rows(master(form), answers, "資料１.docx 表の3行目", form=form)
        book = opened(write(Path(folder) / "a.xlsx", rows, own, form=form), form)
    assert not any(each.doubts for each in book.opinions)
    assert (book.identity, book.extras) == (own, ())
    assert {each.no: each.fills for each in book.opinions} == answers


@both_forms
# Each example needs one run of LibreOffice, which takes seconds, so examples are not shrunk.
@settings(max_examples=one_in(12), phases=[Phase.generate])
@given(data=st.data())
def test_handout_saved_by_libreoffice_is_read_back(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    batch = data.draw(st.lists(random_opinions(form, words=PLAIN), min_size=6, max_size=6))
    files = {str(place): filled(meeting(choices), own, form) for place, own in enumerate(batch)}
    with tempfile.TemporaryDirectory() as folder:
        again = converted(files, "docx", Path(folder))
    assert [collected(again[str(place)], form) for place in range(len(batch))] == batch
