"""Any one or two edits of a filled-in handout: each opinion is read correctly or asked.

No opinion is invented. ``SHIRYO_MUTATIONS`` is the number of tested files (the gate: 300;
``nox -s mutations``: 20,000). A file's number is its seed, so that a failing file can be made
again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from lxml import etree
from support.filling import save_as_word, strip_controls
from support.mutations import (
    COUNT,
    EDITS,
    LABELS,
    NAMES,
    NUMBERS,
    OF_THE_TABLE,
    Case,
    Verdict,
    fill_in,
)
from support.records import handout, project, records, seed_form, with_blanks

from pipeline.base.archives import parts
from pipeline.base.word import package_of, read
from pipeline.model.collected import StatedOpinion
from pipeline.model.doubts import Edit
from pipeline.model.fills import Fills, is_blank
from pipeline.model.identity import digests_of
from pipeline.model.printed import Printed
from pipeline.model.printed_handout import printed
from pipeline.opinions.filled_handout.rule import read_filled
from pipeline.render.docx import render_docx

# A test has a time limit of five minutes.
BATCHES = max(10, COUNT // 500)
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"


def untouched(tree: Any) -> None:
    """The file as the pipeline wrote it."""
    del tree


SAVED_BY: Mapping[str, Callable[[Any], None]] = {
    "as it is": untouched,
    "saved by Word": save_as_word,
    "without controls": strip_controls,
}


@cache
def meeting() -> tuple[Mapping[str, bytes], Printed]:
    """The parts of the meeting edition, made once, and its printed content."""
    form = seed_form()
    master = records(
        *(
            project(no, name=f"{name}の事業", proposal=LABELS[no % 3])
            for no, name in zip(NUMBERS, NAMES, strict=True)
        )
    )
    made = handout(master)
    return dict(parts(render_docx(made, form).content)), printed(made, form)


def collected(tree: Any, styles: str = "") -> tuple[dict[int, StatedOpinion], tuple[Edit, ...]]:
    """The opinion that is read for each project, and the listed edits."""
    made, paper = meeting()
    with_styles = made[STYLES].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    changed = {**made, DOCUMENT: etree.tostring(tree), STYLES: with_styles}
    document = read(package_of(changed))
    filled = read_filled(document, paper, "資料１.docx", digests_of(document.properties))
    return {row.no or 0: row for row in filled.rows}, filled.edits


def filled_in(rng: random.Random) -> tuple[Any, dict[int, Fills]]:
    """The tree of a handout that a careful officer has filled in, and its opinions."""
    tree = etree.fromstring(meeting()[0][DOCUMENT])
    return tree, fill_in(tree, NUMBERS, rng)


def mutated(seed: int) -> Case:
    """The file with this seed: filled in, saved by a program, and edited once or twice."""
    rng = random.Random(seed)
    tree, opinions = filled_in(rng)
    program = rng.choice(list(SAVED_BY))
    SAVED_BY[program](tree)
    case = Case(tree, opinions, rng, history=[program])
    names = rng.sample(sorted(EDITS), rng.choice((1, 1, 2)))
    for name in names[:1] if OF_THE_TABLE.issuperset(names) else names:
        case.history.append(name)
        try:
            EDITS[name](case)
        except (LookupError, StopIteration, ValueError):
            # The edit's target is missing, or an earlier edit removed it.
            case.history.append("(not possible)")
    return case


def wrong(seed: int) -> str | None:
    """Why a file was read wrongly; None if every project is read correctly or asked."""
    case = mutated(seed)
    opinions, edits = collected(case.tree, case.parts.get("styles", ""))
    for no, expected in case.opinions.items():
        verdict = case.verdicts.get(no, Verdict.CLEAN)
        reason = _wrong(opinions[no], expected, verdict, edits, is_clean=not case.verdicts)
        if reason:
            return (
                f"seed {seed}, No.{no}, {case.history}: {reason} {opinions[no].fills}, {expected}"
            )
    return None


def _wrong(
    found: StatedOpinion,
    expected: Fills,
    verdict: Verdict,
    edits: tuple[Edit, ...],
    *,
    is_clean: bool,
) -> str | None:
    if found.is_open:
        return f"asked without need: {found.asked}" if is_clean else None
    if verdict is not Verdict.UNCLEAR:
        return None if with_blanks(found.fills) == expected else "read wrongly"
    if not is_blank(found.fills):
        return "taken"
    # A blank opinion is correct if nothing was filled in and the words are among the edits.
    return None if is_blank(expected) and edits else "lost"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_edited_opinion_is_read_correctly_or_asked(batch: int) -> None:
    found = [reason for seed in range(batch, COUNT, BATCHES) if (reason := wrong(seed)) is not None]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("program", SAVED_BY)
def test_unedited_file_is_never_asked(program: str) -> None:
    for seed in range(max(20, COUNT // 20)):
        tree, opinions = filled_in(random.Random(f"clean {seed}"))
        SAVED_BY[program](tree)
        found, edits = collected(tree)
        assert {no: with_blanks(row.fills) for no, row in found.items()} == opinions, seed
        assert not edits
        assert not any(row.asked for row in found.values())
