"""The identity of a file: form, number, council, session, date; and digests of its texts.

Every Word file and workbook that the program makes has these as custom properties, with the
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
OUTSIDE_TABLE: Final = "around"
_SEPARATOR: Final = "／"


@dataclass(frozen=True, slots=True)
class Owner:
    """The form, document number, council and meeting of a file; unknown ones are empty."""

    form: str
    choices: tuple[str, ...] = ()
    number: str = ""
    council: str = ""
    session: str = ""
    date: str = ""

    @property
    def called(self) -> str:
        """「共生ビジョン懇談会 第２回 令和８年３月９日」, without unknown parts."""
        day = parse_date(self.date)
        parts = (self.council, self.session, era_date(day) if day else self.date)
        return " ".join(part for part in parts if part) or "会議情報なし"


def owner(meeting: Meeting, form: Form) -> Owner:
    """The owner of the files made from a master."""
    choices = dict.fromkeys(choice for column in form.opinions for choice in column.choices)
    date = meeting.date.isoformat() if meeting.date else ""
    facts = (meeting.number, meeting.council or "", meeting.session or "", date)
    return Owner(form.name, tuple(choices), *facts)


def differing_properties(theirs: Owner, ours: Owner) -> tuple[str, ...]:
    """The names of the properties that differ; an unknown value differs from a known one."""
    pairs = {
        _FORM: (theirs.form, ours.form),
        _CHOICES: (_SEPARATOR.join(theirs.choices), _SEPARATOR.join(ours.choices)),
        **{title: (getattr(theirs, k), getattr(ours, k)) for k, title in _FACTS.items()},
    }
    return tuple(
        title
        for title, (one, other) in pairs.items()
        if compare_key(one[:LONGEST]) != compare_key(other[:LONGEST])
    )


def is_of_another_form(theirs: Owner, ours: Owner) -> bool:
    """Whether form or choices differ."""
    return bool({_FORM, _CHOICES} & set(differing_properties(theirs, ours)))


def properties(of: Owner, edition: str, rows: Mapping[str, str] | None = None) -> dict[str, str]:
    """The custom properties of a file; ``rows`` are the digests of a handout's rows."""
    facts = {_FORM: of.form, _CHOICES: _SEPARATOR.join(of.choices), EDITION: edition}
    facts |= {title: getattr(of, key) for key, title in _FACTS.items()}
    pairs = [f"{identity}:{digest}" for identity, digest in (rows or {}).items()]
    digests = dict(_split(_ROWS, pairs))
    return {name: without_forbidden(text)[:LONGEST] for name, text in (facts | digests).items()}


def outside_table_properties(digests: Sequence[str]) -> dict[str, str]:
    """The custom properties with the digests of the texts outside of the table."""
    return dict(_split(_AROUND, digests))


def _split(name: str, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Numbered properties that contain the values, each property at most ``LONGEST`` long."""
    line, number = "", 1
    for value in values:
        if line and len(line) + 1 + len(value) > LONGEST:
            yield f"{name}{number}", line
            line, number = "", number + 1
        line = f"{line} {value}" if line else value
    if line:
        yield f"{name}{number}", line


def owner_of(custom: Mapping[str, str]) -> Owner | None:
    """The owner in a file's custom properties; None if the program did not write them."""
    if _FORM not in custom or not all(title in custom for title in _FACTS.values()):
        return None
    choices = tuple(filter(None, custom.get(_CHOICES, "").split(_SEPARATOR)))
    return Owner(custom[_FORM], choices, *(custom[title] for title in _FACTS.values()))


def digests_of(custom: Mapping[str, str]) -> dict[str, str]:
    """The digests in a file's custom properties.

    Those of the rows are by the rows' identities, those of the texts outside of the table are
    under the key ``around``.
    """
    rows: dict[str, str] = {}
    for name, text in custom.items():
        if name.startswith(_ROWS):
            pairs = (word.partition(":") for word in text.split())
            rows |= {identity: digest for identity, _, digest in pairs}
    around = (text for name, text in custom.items() if name.startswith(_AROUND))
    return rows | {OUTSIDE_TABLE: " ".join(around)}
