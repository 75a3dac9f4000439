"""A column of a form: its meaning, its place in the master and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass

# Marks where a heading may break on paper; not printed.
BREAK = "|"


def plain(heading: str) -> str:
    """A heading without its allowed line breaks."""
    return heading.replace(BREAK, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``kind`` is the name of one of ``model.kinds.KINDS``.

    ``under`` are the headings above it from the top down, ``printed`` is its own heading on
    paper (None: its title); both contain their allowed breaks. ``scale`` lists every score in
    order, ``choices`` the labels of a choice. ``width`` is in millimetres on the form's paper.
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
        """Its own heading on paper; empty if it has only the heading above it."""
        return self.title if self.printed is None else self.printed

    @property
    def name(self) -> str:
        """The title without allowed breaks, as in the master and in messages."""
        return plain(self.title)

    @property
    def is_choice(self) -> bool:
        """Whether its kind is ``choice``."""
        return self.kind == "choice"
