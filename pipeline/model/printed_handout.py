"""Describe a handout to its reader: the handout and its form in, a :class:`Printed` out."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model.collected import statuses
from pipeline.model.form import Form
from pipeline.model.handout import Handout, Row
from pipeline.model.printed import FillColumn, FillKind, Printed, PrintedColumn, PrintedRow

_TAG = "opinion"


def printed(handout: Handout, form: Form) -> Printed:
    """The paper as it was printed for the meeting."""
    return Printed(
        columns=tuple(_columns(handout, form)),
        rows=tuple(_row(row, place, handout) for place, row in enumerate(handout.rows, start=1)),
        against="proposal",
        around=(
            ("資料番号", handout.number),
            ("表題", handout.title),
            *(("開催情報", fact) for fact in handout.facts),
            *((("注記", handout.note),) if handout.note else ()),
        ),
        facts=handout.facts,
    )


def row_digests(handout: Handout, form: Form) -> dict[str, str]:
    """The digests of the rows by their identities, as the file's properties keep them."""
    paper = printed(handout, form)
    return {str(row.identity): paper.digest(row.cells) for row in paper.rows}


def _columns(handout: Handout, form: Form) -> Iterator[PrintedColumn]:
    words = handout.headings
    review = words.review + (words.review_note if words.review else "")
    yield PrintedColumn("no", form.column("no").title, ("",), exact=False)
    yield PrintedColumn("name", words.name or "事業名", (words.name,), words.name)
    for rating in words.ratings:
        lines = "".join(rating.lines)
        yield PrintedColumn(rating.key, rating.title, (review + lines,), lines, exact=False)
    if handout.has_judgement:
        own = "".join(words.judgement_lines)
        title = words.judgement or "判定"
        yield PrintedColumn("judgement", title, (review + own,), own, exact=False)
    plan = words.plan + words.proposal
    yield PrintedColumn("reason", f"{words.proposal}（説明）", (plan,))
    yield PrintedColumn("proposal", words.proposal, (plan,), words.proposal)
    yield _opinion(handout, form)


def _opinion(handout: Handout, form: Form) -> PrintedColumn:
    words, own = handout.headings, handout.headings.opinion
    told = form.file.headings
    notes = {"", words.opinion_note or "", told.opinion_note_meeting, told.opinion_note_results}
    choice = FillColumn("opinion", own, FillKind.BOXES, _TAG, form.labels, statuses(form))
    remarks = FillColumn("comment", f"{own}（内容）", FillKind.TEXT, "comment")
    headings = tuple(words.plan + own + note for note in sorted(notes))
    return PrintedColumn("opinion", own, headings, own, fill=choice, remarks=remarks)


def _row(row: Row, place: int, handout: Handout) -> PrintedRow:
    cells = [row.no, row.name, *row.ratings]
    if handout.has_judgement:
        cells.append("\n".join(filter(None, (row.letter, row.label))))
    cells.append("\n".join(row.paragraphs))
    cells.append("\n".join(f"{box.mark} {box.label}" for box in row.proposal))
    number = int(row.no) if row.no.lstrip("-").isdecimal() else place
    return PrintedRow(number, row.no, row.name, (*cells, ""))
