"""Any one or two edits of a filled-in handout: right, or asked; never an opinion of nobody.

``SHIRYO_MUTATIONS`` says how many files are tried (the gate: 300; ``nox -s mutations``:
20,000); a file's number is its seed, so that one that fails can be made again.
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

# A test has five minutes.
BATCHES = max(10, COUNT // 500)
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"


def untouched(tree: Any) -> None:
    """Saved by nothing but the pipeline."""
    del tree


WAYS: Mapping[str, Callable[[Any], None]] = {
    "as it is": untouched,
    "saved by Word": save_as_word,
    "without controls": strip_controls,
}


@cache
def meeting() -> tuple[Mapping[str, bytes], Printed]:
    """The parts of the meeting edition, made once, and what it prints."""
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
    """What is taken of each project, or asked, and what is listed as edited."""
    made, paper = meeting()
    with_styles = made[STYLES].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    changed = {**made, DOCUMENT: etree.tostring(tree), STYLES: with_styles}
    document = read(package_of(changed))
    filled = read_filled(document, paper, "資料１.docx", digests_of(document.properties))
    return {row.no or 0: row for row in filled.rows}, filled.edits


def filled_in(rng: random.Random) -> tuple[Any, dict[int, Fills]]:
    """The tree of a handout as a careful officer fills it in, and what was said."""
    tree = etree.fromstring(meeting()[0][DOCUMENT])
    return tree, fill_in(tree, NUMBERS, rng)


def mutated(seed: int) -> Case:
    """The file of a number: filled in, saved by a program, and edited once or twice."""
    rng = random.Random(seed)
    tree, said = filled_in(rng)
    way = rng.choice(list(WAYS))
    WAYS[way](tree)
    case = Case(tree, said, rng, history=[way])
    names = rng.sample(sorted(EDITS), rng.choice((1, 1, 2)))
    for name in names[:1] if OF_THE_TABLE.issuperset(names) else names:
        case.history.append(name)
        try:
            EDITS[name](case)
        except (LookupError, StopIteration, ValueError):
            # What the edit needs is not there, or was edited away before.
            case.history.append("(not possible)")
    return case


def wrong(seed: int) -> str | None:
    """Why a file was read wrongly; None where every project is right or asked."""
    case = mutated(seed)
    said, edits = collected(case.tree, case.parts.get("styles", ""))
    for no, expected in case.opinions.items():
        verdict = case.verdicts.get(no, Verdict.CLEAN)
        reason = _wrong(said[no], expected, verdict, edits, is_clean=not case.verdicts)
        if reason:
            return f"seed {seed}, No.{no}, {case.history}: {reason} {said[no].fills}, {expected}"
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
    # Blank, with its words kept among the edits, is no opinion of anybody.
    return None if is_blank(expected) and edits else "lost"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_was_edited_is_right_or_asked(batch: int) -> None:
    found = [why for seed in range(batch, COUNT, BATCHES) if (why := wrong(seed)) is not None]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("way", WAYS)
def test_a_clean_file_is_never_asked(way: str) -> None:
    for seed in range(max(20, COUNT // 20)):
        tree, said = filled_in(random.Random(f"clean {seed}"))
        WAYS[way](tree)
        found, edits = collected(tree)
        assert {no: with_blanks(each.fills) for no, each in found.items()} == said, seed
        assert not edits
        assert not any(each.asked for each in found.values())
