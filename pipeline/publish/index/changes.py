"""What changed between two runs of one master: two lists of projects in, differences out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.form import OpinionWords
from pipeline.model.manifest import Manifest, ProjectValues


@dataclass(frozen=True, slots=True)
class Field:
    """One value that differs; an empty text stands for an empty cell."""

    key: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A project that both runs have, and what differs."""

    project: ProjectValues
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences of two runs."""

    added: tuple[ProjectValues, ...]
    removed: tuple[ProjectValues, ...]
    changed: tuple[Changed, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.added or self.removed or self.changed)


def is_of_the_council(key: str) -> bool:
    """Whether a column is the council's, which is empty on the meeting's paper."""
    return key.startswith("opinion.")


def changes(before: Manifest, after: Manifest, *, is_next_meeting: bool = False) -> Changes:
    """The differences, in the order of the newer run.

    Between two meetings the council's columns start anew, which is no change.

    A project is known by its name or, where that was changed, by its number: a new number
    or a new name is a change, not a project gone and another come.
    """
    old, new = before.records.projects, after.records.projects
    # A column that the form has no longer, or has only now, has its name in one of them.
    titles = {**before.titles, **after.titles}
    pairs = _pairs(old, new)
    kept = {id(project) for project in pairs.values()}
    changed = (
        Changed(
            new[place],
            tuple(
                field
                for field in _fields(pairs[place], new[place], after.opinion_words, titles)
                if not (is_next_meeting and is_of_the_council(field.key))
            ),
        )
        for place in sorted(pairs)
        if pairs[place] != new[place]
    )
    return Changes(
        added=tuple(project for place, project in enumerate(new) if place not in pairs),
        removed=tuple(project for project in old if id(project) not in kept),
        changed=tuple(each for each in changed if each.fields),
    )


def _pairs(
    old: Sequence[ProjectValues], new: Sequence[ProjectValues]
) -> Mapping[int, ProjectValues]:
    """Which older project each newer one (by its place) continues."""
    pairs: dict[int, ProjectValues] = {}
    for key in ("name", "no"):
        taken = {id(project) for project in pairs.values()}
        left = [project for project in old if id(project) not in taken]
        known = {getattr(project, key): project for project in left}
        counts = Counter(getattr(project, key) for project in left)
        for place, project in enumerate(new):
            value = getattr(project, key)
            if place not in pairs and counts[value] == 1:
                pairs[place] = known[value]
                counts[value] = 0
    return pairs


def _fields(
    before: ProjectValues, after: ProjectValues, words: OpinionWords, titles: Mapping[str, str]
) -> Iterator[Field]:
    old, new = (_values(project, words) for project in (before, after))
    for key in dict.fromkeys((*new, *old)):
        if old.get(key, "") != new.get(key, ""):
            yield Field(key, titles.get(key, key), old.get(key, ""), new.get(key, ""))


def _values(project: ProjectValues, words: OpinionWords) -> dict[str, str]:
    """Every value of a project as text, by the key of its column."""
    ratings = {f"ratings.{key}": value for key, value in project.ratings.items()}
    return {
        "no": _text(project.no),
        "name": project.name,
        **{key: _text(value) for key, value in ratings.items()},
        "judgement.letter": _text(project.judgement.letter),
        "judgement.label": _text(project.judgement.label),
        "proposal.text": project.proposal.text,
        "proposal.choice": _text(project.proposal.choice),
        "opinion.choice": opinion_label(project, words),
        "opinion.comment": _text(project.opinion.comment),
    }


def opinion_label(project: ProjectValues, words: OpinionWords) -> str:
    """The opinion in one word: the choice, or 意見なし, 保留, 意見が分かれた, 未入力."""
    said = project.opinion
    told = {status.value: word for status, word in words.by_status.items()}
    return said.choice or told.get(said.status, said.status)


def _text(value: object) -> str:
    return "" if value is None else str(value)
