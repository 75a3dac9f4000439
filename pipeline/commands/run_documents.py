"""Which documents a run makes: records in, documents out, in the order of the run.

``build`` makes them of a master, ``check-template`` of its made-up records, so that a
form is tried with every document that a run can have.
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
    """The handout's editions, then, with ``companions``, what goes with them.

    ``paper`` is the one that was asked for, None the form's own; companions are always
    upright. A summary comes with the results of a form that has a choice to fill in, minutes
    with any results, the reference sheet with every run that has a ``judgement`` table.
    """
    sheet = paper_for(paper, form.paper)
    handouts = tuple(present(records, form, edition, sheet, date=date) for edition in editions)
    if not companions:
        return handouts
    upright = PAPERS[f"{(paper or 'A4').split()[0]} portrait"]
    reference = None
    if judgement is not None:
        reference = present_reference(records, form, judgement, upright, date=date)
    others: list[Document] = []
    if Edition.RESULTS in editions:
        if form.opinions:
            others.append(present_summary(records, form, upright, date=date))
        others.append(present_minutes(records, form, upright, date=date, reference=reference))
    return (*handouts, *others, *([reference] if reference else []))
