"""``records``: the master as data, JSON or CSV."""

from __future__ import annotations

import csv
import io

from pipeline.base.excel import csv_text
from pipeline.model.records import Records

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


def as_csv(records: Records) -> str:
    """One row a project, one datum a cell, plain column names; the caller adds the BOM."""
    ratings = tuple(dict.fromkeys(key for p in records.projects for key in p.ratings))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow((*_FIXED, *ratings, *_REST))
    for project in records.projects:
        writer.writerow(
            csv_text(value)
            for value in (
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
