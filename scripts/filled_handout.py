"""Make a filled-in handout for the documents: the meeting edition with made-up opinions.

In: the sample master with its made-up opinions. Out: the meeting edition with checked boxes
and typed words, as Word stores them. Every page has the note 見本・架空.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.base.archives import UNDATED, pack, parts  # noqa: E402 - needs the root on the path
from pipeline.commands.reading import read_intake  # noqa: E402 - needs the root on the path
from pipeline.documents import present  # noqa: E402 - needs the root
from pipeline.model.editions import A4, Edition  # noqa: E402 - needs the root on the path
from pipeline.model.fills import fill_text  # noqa: E402 - needs the root on the path
from pipeline.model.form import Form  # noqa: E402 - needs the root on the path
from pipeline.model.form_file import load_form  # noqa: E402 - needs the root on the path
from pipeline.model.records import Row  # noqa: E402 - needs the root on the path
from pipeline.model.request import Source  # noqa: E402 - needs the root on the path
from pipeline.model.values import Status  # noqa: E402 - needs the root on the path
from pipeline.render.docx import render_docx  # noqa: E402 - needs the root on the path
from scripts.make_sample_masters import SAMPLE  # noqa: E402 - needs the root on the path

BODY = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def filled_handout() -> bytes:
    """The Word file; every call returns the same bytes."""
    form = load_form("shiryo1")
    records = read_intake(Source(ROOT / "inputs", SAMPLE, "shiryo1")).records
    # The handout is collected into a master whose meeting fields are still empty.
    meeting = replace(records.meeting, council=None, session=None, date=None, place=None)
    records = replace(records, meeting=meeting)
    empty = render_docx(present(records, form, Edition.MEETING, A4, date=UNDATED), form).content
    return pack(
        (name, _filled(part, records.rows, form) if name == BODY else part)
        for name, part in parts(empty)
    )


def _filled(body: bytes, rows: tuple[Row, ...], form: Form) -> bytes:
    root = etree.fromstring(body)
    controls = {
        tag.get(_WORD + "val"): tag.iterancestors(_WORD + "sdt") for tag in root.iter(_WORD + "tag")
    }
    boxes = {name: next(above) for name, above in controls.items()}
    (opinion,) = (column for column in form.fills if column.boxes)
    count = len(opinion.choices)
    for row in rows:
        answer = row.fill(opinion.key)
        if answer.status is Status.CHOSEN:
            _check(boxes[f"{opinion.key}.{row.no}.{1 + opinion.choices.index(str(answer.value))}"])
        last = next(boxes[f"{opinion.key}.{row.no}.{count}"].iterancestors(_WORD + "p"))
        for text in reversed(_typed_lines(row, form)):
            _type_below(last, text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _typed_lines(row: Row, form: Form) -> list[str]:
    """The lines typed below the boxes: the opinion if it is no choice (e.g. 保留), the remarks."""
    texts = [
        fill_text(row.fill(column.key), column, form)
        for column in form.fills
        if row.fill(column.key).status not in (Status.CHOSEN, Status.BLANK)
    ]
    return [line for text in texts for line in text.split("\n")]


def _check(box: etree._Element) -> None:
    """Check a box as a click in Word does: set the control's state and its mark."""
    for state in box.iter(_WORD_2010 + "checked"):
        state.set(_WORD_2010 + "val", "1")
    for text in box.iter(_WORD + "t"):
        text.text = "■"


def _type_below(paragraph: etree._Element, text: str) -> None:
    """Add a paragraph with ``text`` below another one, in the same style."""
    new = etree.Element(_WORD + "p")
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    if style is not None:
        properties = etree.SubElement(new, _WORD + "pPr")
        etree.SubElement(
            properties, _WORD + "pStyle", {_WORD + "val": style.get(_WORD + "val") or ""}
        )
    run = etree.SubElement(new, _WORD + "r")
    etree.SubElement(run, _WORD + "t").text = text
    paragraph.addnext(new)
