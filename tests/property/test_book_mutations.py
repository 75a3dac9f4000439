"""Any one or two edits of a filled-in entry workbook: each opinion is read correctly or asked.

As in ``test_mutations``; reading a workbook costs more, so a third as many files are tested.
"""

from __future__ import annotations

import random
import tempfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from support.book_mutations import BOOK_EDITS, OF_THE_COLUMNS, BookCase, fill_book
from support.books import book_rows, opened, write
from support.mutations import COUNT, NAMES, NUMBERS, Verdict
from support.records import project, records, seed_form, with_blanks

from pipeline.model.collected import StatedOpinion
from pipeline.model.records import Records
from pipeline.opinions.match import match, with_difference_doubts
from pipeline.opinions.stated_opinions import with_question

FORM = seed_form()
BATCHES = max(5, COUNT // 500)


@cache
def master() -> Records:
    return records(
        *(
            project(no, name=f"{name}の事業", proposal="継続")
            for no, name in zip(NUMBERS, NAMES, strict=True)
        )
    )


@cache
def entry() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / "a.xlsx", book_rows(master())).read_bytes()


def collected(path: Path) -> dict[int, StatedOpinion]:
    found = with_difference_doubts(match(opened(path).opinions, master(), FORM), FORM)
    return {no: with_question(opinion, path.name, FORM) for no, opinion in found.items()}


def mutated(seed: int, path: Path) -> BookCase:
    rng = random.Random(f"book {seed}")
    path.write_bytes(entry())
    book = openpyxl.load_workbook(path)
    case = BookCase(book, fill_book(book, NUMBERS, rng), rng)
    names = rng.sample(sorted(BOOK_EDITS), rng.choice((1, 1, 2)))
    for name in names[:1] if OF_THE_COLUMNS.issuperset(names) else names:
        case.history.append(name)
        try:
            BOOK_EDITS[name](case)
        except (LookupError, ValueError, AttributeError):
            # A merged cell accepts no value, or an earlier edit removed the edit's target.
            case.history.append("(not possible)")
    book.save(path)
    return case


def wrong(seed: int) -> str | None:
    """Why a workbook was read wrongly; None if every project is read correctly or asked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "当日入力.xlsx"
        case = mutated(seed, path)
        opinions = collected(path)
    for no, expected in case.opinions.items():
        verdict, found = case.verdicts.get(no, Verdict.CLEAN), opinions.get(no)
        context = f"seed {seed}, No.{no}, {case.history}: {found and found.fills}, {expected}"
        if found is not None and found.is_open:
            if not case.verdicts:
                return f"asked without need: {context} {found.asked}"
        elif verdict is Verdict.UNCLEAR:
            return f"taken or lost: {context}"
        elif found is None or with_blanks(found.fills) != expected:
            return f"read wrongly: {context}"
    return None


@pytest.mark.parametrize("batch", range(BATCHES))
def test_edited_opinion_is_read_correctly_or_asked(batch: int) -> None:
    seeds = range(batch, COUNT // 3, BATCHES)
    found = [reason for seed in seeds if (reason := wrong(seed)) is not None]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found[:20])
