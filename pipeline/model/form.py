"""The form: everything that differs between councils, as data.

Read from ``templates/<form>/form.toml`` by :func:`load_form`; a second council
is another folder, never another line of Python. msgspec checks types and
unknown keys, the rest is checked here, so that a slip in the file is told with
its place instead of surfacing in a template.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline.errors import ComponentMissing, UsageMistake
from pipeline.model.handout import Widths
from pipeline.paths import form_folder, form_names

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
NonEmpty = Annotated[str, msgspec.Meta(min_length=1)]

RATING_PREFIX = "ratings."
MEETING_KEYS = frozenset(
    [
        "number",
        "title",
        "council",
        "session",
        "date",
        "place",
        "members_label",
        "secretariat",
        "note",
    ]
)
COLUMN_KEYS = frozenset(
    [
        "no",
        "name",
        "judgement",
        "judgement.letter",
        "judgement.label",
        "proposal.text",
        "proposal.choice",
        "opinion.choice",
        "opinion.comment",
        "accepted",
    ]
)


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; a key that is not listed here is an error."""


class MeetingField(_Part, frozen=True, kw_only=True):
    """A line of the sheet 会議情報 and what stands in for it."""

    key: Key
    title: NonEmpty
    synonyms: tuple[str, ...] = ()
    default: str | None = None


class Column(_Part, frozen=True, kw_only=True):
    """A column of the master: its header in an empty master and its synonyms."""

    key: Key
    title: NonEmpty
    synonyms: tuple[str, ...] = ()
    required: bool = True


class Rating(_Part, frozen=True, kw_only=True):
    """A rating of the working group: a whole number from minimum to maximum."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    title: NonEmpty
    printed: tuple[str, ...]
    minimum: int
    maximum: int
    synonyms: tuple[str, ...] = ()

    @property
    def column(self) -> Column:
        """The rating's column in the master."""
        return Column(key=RATING_PREFIX + self.key, title=self.title, synonyms=self.synonyms)


class Choice(_Part, frozen=True, kw_only=True):
    """One of the choices of proposal and opinion."""

    label: NonEmpty


class OpinionWords(_Part, frozen=True, kw_only=True):
    """What is written for an opinion that is no choice."""

    blank: str = "未入力"
    no_opinion: str = "意見なし"
    deferred: str = "保留"
    divided: str = "意見が分かれた"


class Wording(_Part, frozen=True, kw_only=True):
    """Words of the reasoning that deserve a notice though they are no choice."""

    outside_choices: tuple[str, ...] = ()


class HeadingWords(_Part, frozen=True, kw_only=True):
    """The words of the printed header; ``{members_label}`` is filled in."""

    name: str
    review: str
    plan: str
    proposal: str
    opinion: str
    review_note: str = ""
    judgement: tuple[str, ...] = ()
    opinion_note_meeting: str = ""
    opinion_note_results: str = ""


class TitleSuffix(_Part, frozen=True, kw_only=True):
    """What each edition adds to the title."""

    meeting: str = ""
    results: str = ""


class JudgementCell(_Part, frozen=True, kw_only=True):
    """One cell of the table: letter and, where known, label.

    ``attested`` cells are held by a printed handout; the others are inferred
    from its rule and never count as more than a notice.
    """

    row: int
    column: int
    letter: NonEmpty
    label: str | None = None
    attested: bool = False


class JudgementTable(_Part, frozen=True, kw_only=True):
    """判定 = f(rating ``rows``, rating ``columns``)."""

    rows: str
    columns: str
    cells: tuple[JudgementCell, ...]

    def cell(self, row: int, column: int) -> JudgementCell | None:
        """The cell for a pair of ratings, or None where the table has none."""
        return next((c for c in self.cells if (c.row, c.column) == (row, column)), None)

    def letters(self) -> frozenset[str]:
        """Every letter of the table."""
        return frozenset(cell.letter for cell in self.cells)


class FormFile(_Part, frozen=True, kw_only=True):
    """The contents of ``form.toml``."""

    name: str
    description: str
    table_sheet: str
    meeting_sheet: str
    judgement_sheet: str
    meeting: tuple[MeetingField, ...]
    columns: tuple[Column, ...]
    ratings: Annotated[tuple[Rating, ...], msgspec.Meta(min_length=1)]
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=2)]
    headings: HeadingWords
    widths: Widths
    opinion: OpinionWords = OpinionWords()
    wording: Wording = Wording()
    title_suffix: TitleSuffix = TitleSuffix()
    judgement: JudgementTable | None = None


class Form(msgspec.Struct, frozen=True):
    """A form and the folder that its templates lie in."""

    folder: Path
    file: FormFile

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the choices, in their printed order."""
        return tuple(choice.label for choice in self.file.choices)

    @property
    def has_judgement(self) -> bool:
        """Whether the master has a column 今後の方針 at all."""
        return any(column.key.startswith("judgement") for column in self.file.columns)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column of the master in its usual order: ratings after the name."""
        listed = self.file.columns
        after_name = 1 + next(i for i, column in enumerate(listed) if column.key == "name")
        ratings = tuple(rating.column for rating in self.file.ratings)
        return listed[:after_name] + ratings + listed[after_name:]

    def column(self, key: str) -> Column:
        """The column of a field key; KeyError for a key that the form lacks."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def rating(self, key: str) -> Rating:
        """The rating of a key without its prefix; KeyError for an unknown one."""
        for rating in self.file.ratings:
            if rating.key == key:
                return rating
        raise KeyError(key)

    def with_judgement(self, table: JudgementTable | None) -> Form:
        """The form with the office's own 判定表; itself where there is none."""
        if table is None:
            return self
        return Form(self.folder, msgspec.structs.replace(self.file, judgement=table))

    def meeting_default(self, key: str) -> str | None:
        """What stands for a line that 会議情報 does not have."""
        return next((field.default for field in self.file.meeting if field.key == key), None)


def load_form(name: str) -> Form:
    """The form of that name.

    UsageMistake for an unknown name; ComponentMissing where the file can't be
    understood: the message names the file and the place in it.
    """
    folder = form_folder(name)
    if folder is None:
        raise UsageMistake("form-unknown", name=name, known="、".join(form_names()))
    path = folder / "form.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        file = msgspec.convert(content, FormFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ComponentMissing("form-broken", path=path, reason=str(error)) from error
    for reason in _inconsistencies(file):
        raise ComponentMissing("form-broken", path=path, reason=reason)
    return Form(folder, file)


def _inconsistencies(file: FormFile) -> list[str]:
    """What the types can't say; each reason names its table in the file."""
    reasons = []
    ratings = [rating.key for rating in file.ratings]
    columns = [column.key for column in file.columns]
    fields = [field.key for field in file.meeting]
    reasons += [
        f"[[meeting]] key「{key}」は使えません" for key in fields if key not in MEETING_KEYS
    ]
    reasons += [
        f"[[columns]] key「{key}」は使えません" for key in columns if key not in COLUMN_KEYS
    ]
    for title, keys in {
        "[[ratings]] key": ratings,
        "[[columns]] key": columns,
        "[[meeting]] key": fields,
        "[[choices]] label": [choice.label for choice in file.choices],
    }.items():
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        reasons += [f"{title}「{key}」が２回あります" for key in doubled]
    needed = ("no", "name", "proposal.text", "proposal.choice")
    reasons += [f"[[columns]] key「{key}」がありません" for key in needed if key not in columns]
    reasons += [
        f"[[ratings]]「{r.key}」の minimum が maximum より大きくなっています"
        for r in file.ratings
        if r.minimum > r.maximum
    ]
    if file.judgement is not None:
        axes = (file.judgement.rows, file.judgement.columns)
        reasons += [
            f"[judgement]「{key}」という評価がありません" for key in axes if key not in ratings
        ]
    return reasons
