"""Whose a file is: form, paper, council, session, day; and the texts as they were printed.

Every Word file and workbook of ours carries these in its custom properties, under the
Japanese names that an officer sees there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.base.properties import LONGEST
from pipeline.base.text import compare_key, era_date, parse_date, without_forbidden
from pipeline.model.form import Form
from pipeline.model.meeting import Meeting

_FORM: Final = "様式"
EDITION: Final = "版"
_CHOICES: Final = "選択肢"
_FACTS: Final = {"number": "資料番号", "council": "会議名", "session": "回", "date": "開催日"}
_ROWS: Final = "行の照合値"
_AROUND: Final = "表の外の照合値"
AROUND: Final = "around"
_BETWEEN: Final = "／"


@dataclass(frozen=True, slots=True)
class Owner:
    """Which form, paper, council and meeting a file belongs to; empty where not known."""

    form: str
    choices: tuple[str, ...] = ()
    number: str = ""
    council: str = ""
    session: str = ""
    date: str = ""

    @property
    def called(self) -> str:
        """「共生ビジョン懇談会 第２回 令和８年３月９日」, as far as it is known."""
        day = parse_date(self.date)
        told = (self.council, self.session, era_date(day) if day else self.date)
        return " ".join(part for part in told if part) or "会議情報なし"


def owner(meeting: Meeting, form: Form) -> Owner:
    """The owner of what is made from a master."""
    choices = dict.fromkeys(choice for column in form.opinions for choice in column.choices)
    date = meeting.date.isoformat() if meeting.date else ""
    told = (meeting.number, meeting.council or "", meeting.session or "", date)
    return Owner(form.name, tuple(choices), *told)


def differing(theirs: Owner, ours: Owner) -> tuple[str, ...]:
    """The names of what is not the same, an unknown value against a known one included."""
    pairs = {
        _FORM: (theirs.form, ours.form),
        _CHOICES: (_BETWEEN.join(theirs.choices), _BETWEEN.join(ours.choices)),
        **{title: (getattr(theirs, k), getattr(ours, k)) for k, title in _FACTS.items()},
    }
    return tuple(
        title
        for title, (one, other) in pairs.items()
        if compare_key(one[:LONGEST]) != compare_key(other[:LONGEST])
    )


def is_of_another_form(theirs: Owner, ours: Owner) -> bool:
    """Whether form or choices differ."""
    return bool({_FORM, _CHOICES} & set(differing(theirs, ours)))


def properties(of: Owner, edition: str, rows: Mapping[str, str] | None = None) -> dict[str, str]:
    """The custom properties of a file; ``rows`` are the digests of a handout's rows."""
    told = {_FORM: of.form, _CHOICES: _BETWEEN.join(of.choices), EDITION: edition}
    told |= {title: getattr(of, key) for key, title in _FACTS.items()}
    pairs = [f"{identity}:{digest}" for identity, digest in (rows or {}).items()]
    listed = dict(_listed(_ROWS, pairs))
    return {name: without_forbidden(text)[:LONGEST] for name, text in (told | listed).items()}


def around_properties(digests: Sequence[str]) -> dict[str, str]:
    """The digests of what stands outside of the table."""
    return dict(_listed(_AROUND, digests))


def _listed(name: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words in as many properties as it takes."""
    line, number = "", 1
    for word in words:
        if line and len(line) + 1 + len(word) > LONGEST:
            yield f"{name}{number}", line
            line, number = "", number + 1
        line = f"{line} {word}" if line else word
    if line:
        yield f"{name}{number}", line


def owner_of(told: Mapping[str, str]) -> Owner | None:
    """The owner that a file's properties tell; None where they are not ours."""
    if _FORM not in told or not all(title in told for title in _FACTS.values()):
        return None
    choices = tuple(filter(None, told.get(_CHOICES, "").split(_BETWEEN)))
    return Owner(told[_FORM], choices, *(told[title] for title in _FACTS.values()))


def digests_of(told: Mapping[str, str]) -> dict[str, str]:
    """The rows' digests by their identities, and under ``around`` those outside of the table."""
    rows: dict[str, str] = {}
    for name, text in told.items():
        if name.startswith(_ROWS):
            pairs = (word.partition(":") for word in text.split())
            rows |= {identity: digest for identity, _, digest in pairs}
    around = (text for name, text in told.items() if name.startswith(_AROUND))
    return rows | {AROUND: " ".join(around)}
