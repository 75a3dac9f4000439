"""Whose file it is: what it tells of itself and the master's meeting in, findings out.

The custom properties tell it; where another program dropped them, the printed line of the
meeting does; where that is gone too, a warning says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.base.text import compare_key, parse_date
from pipeline.base.word import Passage, WordDocument, WordTable
from pipeline.model.findings import Finding, finding
from pipeline.model.identity import Owner, differing, is_of_another_form, owner_of
from pipeline.model.printed import Printed, exact_key

_DAY = re.compile(
    r"(?:令和|平成|昭和)?(?:元|[0-9]{1,4})年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}"
)
_SESSION = re.compile(r"第[0-9一二三四五六七八九十]+回")
_LINE = "開催情報の行"


def foreign_handout(
    document: WordDocument, printed: Printed, ours: Owner, name: str, *, vouched: bool
) -> tuple[Finding, ...]:
    """Why a handout is not of this master's meeting, or can't be told to be."""
    theirs = owner_of(document.properties)
    told = of_another(theirs, ours, name, vouched=vouched) if theirs is not None else ()
    lines = [exact_key(line) for line in _title_lines(document)]
    if told or (printed.facts and all(exact_key(fact) in "".join(lines) for fact in printed.facts)):
        return told
    strange = next((line for line in _title_lines(document) if _is_another(line, ours)), None)
    if theirs is None:
        if strange is not None:
            return (_of_another(name, strange.strip(), ours, [_LINE]),)
        return () if vouched else (finding("meeting-unverified", value=name, ours=ours.called),)
    if strange is None or vouched:
        return ()
    # Another meeting's text in a file of this one, or the day corrected by hand.
    return (_one_sided(name, strange.strip(), ours, [_LINE]),)


def of_another(theirs: Owner, ours: Owner, name: str, *, vouched: bool) -> tuple[Finding, ...]:
    """Why a file called ``name`` is of another form or meeting."""
    if is_of_another_form(theirs, ours):
        choices = "、".join(theirs.choices)
        return (finding("file-of-another-form", value=name, form=theirs.form, choices=choices),)
    what = differing(theirs, ours)
    if not what:
        return ()
    if _is_known_to_differ(theirs, ours):
        return (_of_another(name, theirs.called, ours, what),)
    if vouched:
        return ()
    return (_one_sided(name, theirs.called, ours, what),)


def _of_another(name: str, theirs: str, ours: Owner, what: Sequence[str]) -> Finding:
    listed = "、".join(what)
    code = "file-of-another-meeting"
    return finding(code, value=name, theirs=theirs, ours=ours.called, what=listed)


def _one_sided(name: str, theirs: str, ours: Owner, what: Sequence[str]) -> Finding:
    listed = "、".join(what)
    return finding("meeting-one-sided", value=name, theirs=theirs, ours=ours.called, what=listed)


def _is_known_to_differ(theirs: Owner, ours: Owner) -> bool:
    """Whether something that both of them tell is not the same."""
    pairs = (
        (theirs.number, ours.number),
        (theirs.council, ours.council),
        (theirs.session, ours.session),
        (theirs.date, ours.date),
    )
    return any(one and other and compare_key(one) != compare_key(other) for one, other in pairs)


def _title_lines(document: WordDocument) -> Iterator[str]:
    """The lines above the first table."""
    for block in document.body:
        if isinstance(block, WordTable):
            return
        if isinstance(block, Passage):
            yield from (line.text for line in block.lines if line.text.strip())


def _is_another(line: str, ours: Owner) -> bool:
    """Whether a line above the table tells another day or another session."""
    folded = unicodedata.normalize("NFKC", line)
    day = _DAY.search(folded)
    date = parse_date(day[0]) if day else None
    if date is not None and ours.date and date.isoformat() != ours.date:
        return True
    session = _SESSION.search(folded)
    return bool(
        session and ours.session and compare_key(session[0]) not in compare_key(ours.session)
    )
