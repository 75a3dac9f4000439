"""Any damaged handout is read or refused with a reason; no other error occurs."""

from __future__ import annotations

import copy
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.filling import click, edited, type_below
from support.records import handout, project, records, seed_form
from support.word import W

from pipeline.base.errors import InputUnreadable
from pipeline.model.findings import Finding
from pipeline.model.printed_handout import printed
from pipeline.opinions.filled_handout import read_handout
from pipeline.opinions.filled_handout.rule import read_filled
from pipeline.opinions.stated_opinions import handout_findings
from pipeline.render.docx import render_docx

FORM = seed_form()
MASTER = records(project(1), project(2))


@cache
def word() -> bytes:
    def fill(tree: Any) -> None:
        click(tree, 1, 1)
        type_below(tree, 2, "保留")

    return edited(render_docx(handout(MASTER), FORM).content, fill)


def findings(content: bytes) -> tuple[Finding, ...] | None:
    """All findings about a file; None if it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "資料１.docx"
        path.write_bytes(content)
        try:
            document = read_handout(path)
        except InputUnreadable:
            return None
    filled = read_filled(document, printed(handout(MASTER), FORM), "資料１.docx")
    return tuple(handout_findings(filled.rows, filled.edits, MASTER, FORM, "資料１.docx"))


CHANGES = st.tuples(
    st.sampled_from(["drop", "double", "move", "retag", "text", "value"]),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
VALUES = ["", "0", "²", "-1", "9" * 5000, "true", "opinion.1.1", "x"]
TAGS = ["p", "r", "t", "tc", "tr", "tbl", "sdt", "sdtContent", "sdtPr", "ins", "del", "sym", "br"]


def change(tree: Any, kind: str, place: int, choice: int) -> None:
    """Damage one element."""
    elements = [each for each in tree.iter() if each.getparent() is not None]
    if not elements:
        return
    one = elements[place % len(elements)]
    other = elements[choice % len(elements)]
    if kind == "drop":
        one.getparent().remove(one)
    elif kind == "double":
        one.addnext(copy.deepcopy(one))
    elif kind == "move" and one not in other.iterancestors() and one is not other:
        other.append(one)
    elif kind == "retag":
        one.tag = W + TAGS[choice % len(TAGS)]
    elif kind == "text":
        one.text = ["■", "□ 継続", "保留", "1", "\t", "案のとおり"][choice % 6]
    elif kind == "value" and one.attrib:
        names = list(one.attrib)
        one.set(names[choice % len(names)], VALUES[choice % len(VALUES)])


@given(st.lists(CHANGES, min_size=1, max_size=8))
def test_damaged_document_is_read_or_refused(changes: list[tuple[str, int, int]]) -> None:
    def mangle(tree: Any) -> None:
        for arguments in changes:
            change(tree, *arguments)

    for found in findings(edited(word(), mangle)) or ():
        assert found.message


@given(place=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_damaged_bytes_are_read_or_refused(*, place: int, byte: int, cut: bool) -> None:
    content = bytearray(word())
    at = place % len(content)
    content[at] = byte
    findings(bytes(content[:at]) if cut else bytes(content))
