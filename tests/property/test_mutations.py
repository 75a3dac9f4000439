"""Any one or two edits of a filled-in handout: right, or asked; never an opinion of nobody.

``SHIRYO_MUTATIONS`` says how many files are tried (the gate: 300; ``nox -s mutations``:
20,000); a file's number is its seed, so that one that fails can be made again.
"""

from __future__ import annotations

import os
import random
from functools import cache

import pytest
from lxml import etree
from support.filling import as_word_saves, edited, without_controls
from support.mutations import EDITS, OF_THE_TABLE, Case, Verdict, fill_in
from support.records import handout, project, records, seed_form
from support.word import part, with_parts

from pipeline.base.word import open_package, read
from pipeline.model.collected import Said
from pipeline.model.doubts import Edit
from pipeline.model.identity import digests_of
from pipeline.model.printed import Printed
from pipeline.model.printed_handout import printed
from pipeline.model.records import Opinion, Proposal
from pipeline.opinions.handout.rule import read_filled
from pipeline.opinions.said import said_of
from pipeline.render.docx import render_docx

COUNT = int(os.environ.get("SHIRYO_MUTATIONS", "300"))
BATCHES = 10
NUMBERS = (1, 2, 3, 4, 5, 6)


@cache
def meeting() -> tuple[bytes, Printed]:
    """The meeting edition, made once, and what it prints."""
    form = seed_form()
    labels = form.labels
    master = records(
        *(
            project(no, name=f"{word}の事業", proposal=Proposal("取組を続ける。", labels[no % 3]))
            for no, word in zip(
                NUMBERS, ("図書館", "バス", "医療", "観光", "防災", "子育て"), strict=True
            )
        )
    )
    made = handout(master)
    return render_docx(made, form).content, printed(made, form)


def collected(content: bytes) -> tuple[dict[int, Said], tuple[Edit, ...]]:
    """What is taken of each project, or asked, and what is listed as edited."""
    _, paper = meeting()
    document = read(open_package(content))
    filled = read_filled(document, paper, "資料１.docx", digests_of(document.properties))
    return {row.identity: said_of(row, "資料１.docx") for row in filled.rows}, filled.edits


def mutated(seed: int) -> tuple[bytes, Case]:
    """The file of a number: filled in, saved by a program, and edited once or twice."""
    rng = random.Random(seed)
    content, _ = meeting()
    tree = part(content)
    said = fill_in(tree, NUMBERS, rng)
    way = rng.choice(("as it is", "word", "without controls"))
    content = with_tree(content, tree, {})
    content = {"word": as_word_saves, "without controls": without_controls}.get(way, bytes)(content)
    case = Case(part(content), said, rng, history=[way])
    names = rng.sample(sorted(EDITS), rng.choice((1, 1, 2)))
    for name in names[:1] if OF_THE_TABLE.issuperset(names) else names:
        case.history.append(name)
        try:
            EDITS[name](case)
        except (LookupError, StopIteration, IndexError, ValueError):
            case.history.append("(not possible)")
    return with_tree(content, case.tree, case.parts), case


def with_tree(content: bytes, tree: object, parts: dict[str, str]) -> bytes:
    made = edited(content, lambda old: replace_all(old, tree))
    styles = parts.get("styles")
    if styles is None:
        return made
    return with_parts(
        made, {"word/styles.xml": lambda text: text.replace("</w:styles>", f"{styles}</w:styles>")}
    )


def replace_all(old: etree._Element, new: object) -> None:
    """The children of the new tree in the place of the old one's."""
    assert isinstance(new, etree._Element)
    for child in list(old):
        old.remove(child)
    for child in list(new):
        old.append(child)


def wrong(seed: int) -> str | None:
    """Why a file was read wrongly; None where every project is right or asked."""
    content, case = mutated(seed)
    said, edits = collected(content)
    for no, expected in case.said.items():
        verdict = case.verdicts.get(no, Verdict.CLEAN)
        found = said[no]
        told = f"seed {seed} No.{no} {case.history}: {found.opinion} for {expected}"
        if found.is_open:
            if verdict is Verdict.CLEAN and not case.verdicts:
                return f"asked without need, {told}: {found.asked}"
            continue
        if verdict is Verdict.UNCLEAR and found.opinion != Opinion():
            return f"taken, {told}"
        if verdict is Verdict.UNCLEAR and not kept(case, no, edits):
            return f"lost, {told}"
        if verdict is not Verdict.UNCLEAR and found.opinion != expected:
            return f"wrong, {told}"
    return None


def kept(case: Case, no: int, edits: tuple[Edit, ...]) -> bool:
    """Whether a blank that stands for something unclear has its words among the edits."""
    return case.said[no] == Opinion() and bool(edits)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_was_edited_is_right_or_asked(batch: int) -> None:
    found = [told for seed in range(batch, COUNT, BATCHES) if (told := wrong(seed)) is not None]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("way", [bytes, as_word_saves, without_controls])
def test_a_clean_file_is_never_asked(way: type) -> None:
    for seed in range(max(20, COUNT // 20)):
        rng = random.Random(f"clean {seed}")
        content, _ = meeting()
        tree = part(content)
        said = fill_in(tree, NUMBERS, rng)
        found, edits = collected(way(with_tree(content, tree, {})))
        assert {no: each.opinion for no, each in found.items()} == said, seed
        assert not edits
        assert not any(each.asked for each in found.values())
