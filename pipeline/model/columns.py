"""A column of a form: what it means, where it stands in the master and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass

# Where a heading may break on paper; no part of the heading's words.
BREAK = "|"


def plain(heading: str) -> str:
    """A heading without its allowed line breaks."""
    return heading.replace(BREAK, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``kind`` is the name of one of ``model.kinds.KINDS``.

    ``under`` is the path of headings above it and ``printed`` its own on paper (None: its
    title), both with their allowed breaks. ``scale`` holds every score in its order,
    ``choices`` the words of a choice. ``width`` is in millimetres on the form's paper.
    """

    key: str
    title: str
    kind: str = "text"
    synonyms: tuple[str, ...] = ()
    nth: int | None = None
    under: tuple[str, ...] = ()
    printed: str | None = None
    choices: tuple[str, ...] = ()
    boxes: bool = False
    scale: tuple[int | str, ...] = ()
    fill: bool = False
    against: str | None = None
    inside: str | None = None
    shape: str = "{}"
    format: str | None = None
    required: bool = True
    prints: bool = True
    merge: bool = False
    width: float | None = None
    align: str | None = None

    @property
    def heading(self) -> str:
        """Its own heading on paper; empty where it shares the one above it."""
        return self.title if self.printed is None else self.printed

    @property
    def name(self) -> str:
        """The title without allowed breaks: what the master and messages call it."""
        return plain(self.title)

    @property
    def is_choice(self) -> bool:
        """Whether it holds one of its choices."""
        return self.kind == "choice"
