"""``records``: the master as data, JSON or CSV."""

from __future__ import annotations

import csv
import io

from pipeline.commands.reading import take_in
from pipeline.model.form import load_form
from pipeline.model.intake import Intake
from pipeline.model.records import Records
from pipeline.model.request import Source

_FIXED = ("no", "name")
_REST = (
    "judgement_letter",
    "judgement_label",
    "proposal_text",
    "proposal_choice",
    "opinion_status",
    "opinion_choice",
    "opinion_comment",
    "source_sheet",
    "source_row",
)


def run(source: Source, form_name: str) -> Intake:
    """Take the master in."""
    return take_in(source, load_form(form_name))


def csv_of(records: Records) -> str:
    """One row a project, one datum a cell, plain column names; the caller adds the BOM."""
    ratings = tuple(dict.fromkeys(key for p in records.projects for key in p.ratings))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow((*_FIXED, *ratings, *_REST))
    for project in records.projects:
        writer.writerow(
            (
                project.no,
                project.name,
                *(project.ratings.get(key) for key in ratings),
                project.judgement.letter,
                project.judgement.label,
                project.proposal.text,
                project.proposal.choice,
                project.opinion.status.value,
                project.opinion.choice,
                project.opinion.comment,
                project.source.sheet,
                project.source.row,
            )
        )
    return stream.getvalue()
