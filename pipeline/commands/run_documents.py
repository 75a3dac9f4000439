"""The documents of a run: records in, documents out, in the order of the run.

``build`` makes them from a master, ``check-template`` from made-up records, so that a form is
tested with every document that a run can have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pipeline.documents import (
    present,
    present_minutes,
    present_reference,
    present_summary,
)
from pipeline.model.document import Document
from pipeline.model.editions import PAPERS, Edition, paper_for
from pipeline.model.form import Form, JudgementTable
from pipeline.model.records import Records


def documents_of(
    records: Records,
    form: Form,
    editions: Sequence[Edition],
    paper: str | None,
    *,
    date: dt.datetime,
    judgement: JudgementTable | None,
    companions: bool = True,
) -> tuple[Document, ...]:
    """The handout's editions and, with ``companions``, the other documents.

    ``paper`` is the requested paper, None for the form's own; the other documents are always
    portrait. A results edition adds minutes and, if the form has a choice to fill in, a
    summary. A ``judgement`` table adds the reference sheet to every run.
    """
    sheet = paper_for(paper, form.paper)
    handouts = tuple(present(records, form, edition, sheet, date=date) for edition in editions)
    if not companions:
        return handouts
    portrait = PAPERS[f"{(paper or 'A4').split()[0]} portrait"]
    reference = None
    if judgement is not None:
        reference = present_reference(records, form, judgement, portrait, date=date)
    others: list[Document] = []
    if Edition.RESULTS in editions:
        if form.opinions:
            others.append(present_summary(records, form, portrait, date=date))
        others.append(present_minutes(records, form, portrait, date=date, reference=reference))
    return (*handouts, *others, *([reference] if reference else []))
