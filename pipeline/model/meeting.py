"""会議情報: the lines of the sheet by key, and the meeting that they describe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import era_date


@dataclass(frozen=True, slots=True)
class MeetingField:
    """A line of the sheet 会議情報: its key, its title and other titles for it."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()


MEETING_FIELDS: Final = (
    MeetingField("number", "資料番号", ("資料No", "資料名")),
    MeetingField("title", "表題", ("タイトル", "題名", "件名")),
    MeetingField("council", "会議名", ("懇談会名", "会議の名称")),
    MeetingField("session", "回", ("開催回", "回数", "第何回")),
    MeetingField("date", "開催日", ("日付", "開催年月日", "開催日時", "日時")),
    MeetingField("place", "場所", ("会場", "開催場所")),
    MeetingField("members_label", "構成市町", ("構成", "圏域の構成")),
    MeetingField("secretariat", "事務局", ("事務局名", "担当課")),
    MeetingField("attendees", "出席者", ("出席委員", "出席")),
    MeetingField("absentees", "欠席者", ("欠席委員", "欠席")),
    MeetingField("agenda", "議題", ("次第", "議事")),
    MeetingField("note", "注記", ("各ページの注記",)),
    MeetingField("form", "様式", ("様式名",)),
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The office accepts the findings about a project, with its reason."""

    project: int
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting and its document. None means not known; nothing is printed for it.

    ``when`` is the date as the office wrote it, with weekday and time; ``accepted`` and
    ``form`` are never printed.
    """

    number: str
    title: str
    council: str | None = None
    session: str | None = None
    date: dt.date | None = None
    when: str | None = None
    place: str | None = None
    members_label: str | None = None
    secretariat: str | None = None
    attendees: str | None = None
    absentees: str | None = None
    agenda: str | None = None
    note: str | None = None
    form: str | None = None
    accepted: tuple[Acceptance, ...] = ()

    @property
    def called(self) -> str:
        """The session with its council, without unknown parts: 第２回 ○○懇談会."""
        return " ".join(part for part in (self.session, self.council) if part)

    @property
    def day(self) -> str:
        """The date as it is printed; empty if it is not known."""
        return self.when or (era_date(self.date) if self.date else "")

    @property
    def facts(self) -> tuple[str, ...]:
        """One line with session, council, date and place as far as known; () if none is."""
        line = "　".join(part for part in (self.called, self.day, self.place) if part)
        return (line,) if line else ()

    def filled(self, text: str) -> str:
        """``text`` with ``{key}`` replaced by the meeting's value, for each line of 会議情報.

        Other braces are unchanged: the office wrote the text.
        """
        for field in MEETING_FIELDS:
            value = self.day if field.key == "date" else getattr(self, field.key)
            text = text.replace(f"{{{field.key}}}", value or "")
        return text

    def as_json(self) -> Mapping[str, object]:
        """The meeting as ``records --json`` prints it."""
        shown = {field.key: getattr(self, field.key) for field in MEETING_FIELDS}
        return {**shown, "date": self.date.isoformat() if self.date else None, "when": self.when}
