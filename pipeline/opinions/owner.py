"""Check which meeting a file belongs to: the file and the master's meeting in, findings out.

The meeting is read from the file's custom properties. If another program removed them, it is
read from the printed line of the meeting. If that line is missing too, a warning is reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.base.text import compare_key, parse_date
from pipeline.base.word import Passage, WordDocument, WordTable
from pipeline.model.findings import Finding, finding
from pipeline.model.identity import Owner, differing_properties, is_of_another_form, owner_of
from pipeline.model.printed import Printed, exact_key

_DAY = re.compile(
    r"(?:令和|平成|昭和)?(?:元|[0-9]{1,4})年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}"
)
_SESSION = re.compile(r"第[0-9一二三四五六七八九十]+回")
_MEETING_LINE = "開催情報の行"


def check_handout_owner(
    document: WordDocument, printed: Printed, ours: Owner, name: str, *, vouched: bool
) -> tuple[Finding, ...]:
    """Report a handout that is not of this master's meeting, or whose meeting is unknown.

    ``vouched``: the user has confirmed that the handout belongs to this meeting.
    """
    theirs = owner_of(document.properties)
    found = check_owner(theirs, ours, name, vouched=vouched) if theirs is not None else ()
    lines = [exact_key(line) for line in _title_lines(document)]
    if found or (
        printed.facts and all(exact_key(fact) in "".join(lines) for fact in printed.facts)
    ):
        return found
    foreign_line = next(
        (line for line in _title_lines(document) if _names_other_meeting(line, ours)), None
    )
    if theirs is None:
        if foreign_line is not None:
            return (_another_meeting(name, foreign_line.strip(), ours, [_MEETING_LINE]),)
        return () if vouched else (finding("meeting-unverified", value=name, ours=ours.called),)
    if foreign_line is None or vouched:
        return ()
    # A text of another meeting in a file of this one, or a date corrected by hand.
    return (_unclear_meeting(name, foreign_line.strip(), ours, [_MEETING_LINE]),)


def check_owner(theirs: Owner, ours: Owner, name: str, *, vouched: bool) -> tuple[Finding, ...]:
    """Report a file called ``name`` that is of another form or meeting."""
    if is_of_another_form(theirs, ours):
        choices = "、".join(theirs.choices)
        return (finding("file-of-another-form", value=name, form=theirs.form, choices=choices),)
    differences = differing_properties(theirs, ours)
    if not differences:
        return ()
    if _has_known_difference(theirs, ours):
        return (_another_meeting(name, theirs.called, ours, differences),)
    if vouched:
        return ()
    return (_unclear_meeting(name, theirs.called, ours, differences),)


def _another_meeting(name: str, theirs: str, ours: Owner, differences: Sequence[str]) -> Finding:
    listed = "、".join(differences)
    code = "file-of-another-meeting"
    return finding(code, value=name, theirs=theirs, ours=ours.called, what=listed)


def _unclear_meeting(name: str, theirs: str, ours: Owner, differences: Sequence[str]) -> Finding:
    listed = "、".join(differences)
    return finding("meeting-one-sided", value=name, theirs=theirs, ours=ours.called, what=listed)


def _has_known_difference(theirs: Owner, ours: Owner) -> bool:
    """Whether a value that is known on both sides differs."""
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


def _names_other_meeting(line: str, ours: Owner) -> bool:
    """Whether a line above the table contains the date or session of another meeting."""
    folded = unicodedata.normalize("NFKC", line)
    day = _DAY.search(folded)
    date = parse_date(day[0]) if day else None
    if date is not None and ours.date and date.isoformat() != ours.date:
        return True
    session = _SESSION.search(folded)
    return bool(
        session and ours.session and compare_key(session[0]) not in compare_key(ours.session)
    )
