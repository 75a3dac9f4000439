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
from pipeline.model.editions import Edition, Paper
from pipeline.model.form import Form, JudgementTable
from pipeline.model.records import Records


def documents_of(
    records: Records,
    form: Form,
    editions: Sequence[Edition],
    paper: Paper,
    *,
    date: dt.datetime,
    judgement: JudgementTable | None,
    companions: bool = True,
) -> tuple[Document, ...]:
    """The handout's editions, then, with ``companions``, what goes with them.

    Summary and minutes come with the results edition; the reference sheet comes with
    every run that has a ``judgement`` table.
    """
    handouts = tuple(present(records, form, edition, paper, date=date) for edition in editions)
    if not companions:
        return handouts
    reference = present_reference(records, form, judgement, paper, date=date) if judgement else None
    others: list[Document] = []
    if Edition.RESULTS in editions:
        others.append(present_summary(records, form, paper, date=date))
        others.append(present_minutes(records, form, paper, date=date, reference=reference))
    return (*handouts, *others, *([reference] if reference else []))
