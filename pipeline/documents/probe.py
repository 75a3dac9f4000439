"""Records that ask a form's templates for everything: form in, made-up records out.

Every status of an opinion, a text longer than a page, several paragraphs, characters
that mean something to Word, HTML or Jinja, and ratings that differ from column to
column, so that a template that loses or swaps any of them is found out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.model.form import Form
from pipeline.model.records import (
    Judgement,
    Meeting,
    Opinion,
    OpinionStatus,
    Project,
    Proposal,
    Records,
    Source,
)

_ODD = "&<>\"' {{ 7 * 7 }}{% raw %}{# 見本 #} &amp; ２2 ①㈱髙𠮷神\ufa19 ～〜 A  B"
_PLAIN = "見本の説明である。"
_TALL = "見本の長い説明である。" * 300
_COMMENT = "見本の意見である。\n" + _ODD
_DATE = dt.date(2026, 3, 9)


def probe(form: Form) -> Records:
    """Made-up records that every template of ``form`` must print whole."""
    note = "見本・架空"
    meeting = Meeting(
        number=form.meeting_default("number") or "資料１",
        title=f"{form.meeting_default('title') or '一覧'} {_ODD}",
        council="見本懇談会",
        session="第１回",
        date=_DATE,
        place="見本市役所",
        members_label=form.meeting_default("members_label"),
        secretariat="見本市",
        note=note,
    )
    return Records(meeting, tuple(_projects(form)))


def _projects(form: Form) -> Iterator[Project]:
    texts = (_PLAIN, f"{_PLAIN}\n{_ODD}\n{_PLAIN}", _TALL, _PLAIN, _PLAIN, _ODD)
    for k, (text, opinion) in enumerate(zip(texts, _opinions(form), strict=True)):
        yield Project(
            no=k + 1,
            name=f"見本事業{k + 1}" + (_ODD if k == 1 else ""),
            ratings=_ratings(form, k),
            judgement=_judgement(form, k),
            proposal=Proposal(text, form.labels[k % len(form.labels)]),
            opinion=opinion,
            source=Source("見本", k + 2),
        )


def _opinions(form: Form) -> tuple[Opinion, ...]:
    """One of each status; a choice with and without a comment."""
    return (
        Opinion(OpinionStatus.CHOSEN, form.labels[-1], _COMMENT),
        Opinion(OpinionStatus.CHOSEN, form.labels[0]),
        Opinion(OpinionStatus.NO_OPINION),
        Opinion(OpinionStatus.DEFERRED, None, _COMMENT),
        Opinion(OpinionStatus.DIVIDED, None, "見本の意見である。"),
        Opinion(),
    )


def _ratings(form: Form, k: int) -> dict[str, int]:
    """Ratings within their ranges, in no two neighbouring columns alike where there is room."""
    return {
        rating.key: rating.minimum + (k + place) % (rating.maximum - rating.minimum + 1)
        for place, rating in enumerate(form.file.ratings)
    }


def _judgement(form: Form, k: int) -> Judgement:
    """A letter and a label, now and then one of them alone; none where the form has none."""
    if not form.has_judgement:
        return Judgement(None, None)
    cells = form.file.judgement.cells if form.file.judgement else ()
    letter = cells[k % len(cells)].letter if cells else "ABCDEF"[k]
    label = form.labels[k % len(form.labels)]
    return Judgement(letter if k != 3 else None, label if k != 4 else None)  # noqa: PLR2004 - one row each
