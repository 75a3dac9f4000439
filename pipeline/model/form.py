"""The form: everything that differs between councils, as data.

Read from ``templates/<form>/form.toml`` by :func:`load_form`; a second council
is another folder, never another line of Python. msgspec checks types and
unknown keys, the rest is checked here, so that a slip in the file is told with
its place instead of surfacing in a template.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline.base.errors import ComponentMissing, UsageMistake, reason_of
from pipeline.base.paths import form_folder, form_names, shared_template
from pipeline.base.text import closest, compare_key, nearest_of
from pipeline.model.document import Document
from pipeline.model.editions import Edition
from pipeline.model.handout import Widths
from pipeline.model.records import OpinionStatus

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
NonEmpty = Annotated[str, msgspec.Meta(min_length=1)]

RATING_PREFIX = "ratings."
# The columns that 今後の方針 may stand in: as one, or letter and label apart.
JUDGEMENT_KEYS = ("judgement", "judgement.letter", "judgement.label")
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
        *JUDGEMENT_KEYS,
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

    @property
    def by_status(self) -> Mapping[OpinionStatus, str]:
        """The word for each status but that of a choice, which has its label; 未入力 first."""
        return {
            OpinionStatus.BLANK: self.blank,
            OpinionStatus.NO_OPINION: self.no_opinion,
            OpinionStatus.DEFERRED: self.deferred,
            OpinionStatus.DIVIDED: self.divided,
        }

    @property
    def words(self) -> tuple[str, ...]:
        """All four words, 未入力 first."""
        return tuple(self.by_status.values())

    @property
    def said(self) -> tuple[str, ...]:
        """The words for what was said, without the one for nothing."""
        return self.words[1:]

    @property
    def counted(self) -> tuple[str, ...]:
        """The words in the order of a table that counts them: 未入力 last."""
        return (*self.said, self.blank)


class Wording(_Part, frozen=True, kw_only=True):
    """Words of the reasoning that deserve a notice though they are no choice."""

    outside_choices: tuple[str, ...] = ()


class HeadingWords(_Part, frozen=True, kw_only=True):
    """The words of the printed header; ``{members_label}`` of ``proposal`` is filled in."""

    name: str
    review: str
    plan: str
    proposal: str
    opinion: str
    review_note: str = ""
    judgement: tuple[str, ...] = ()
    opinion_note_meeting: str = ""
    opinion_note_results: str = ""


class SummaryWords(_Part, frozen=True, kw_only=True):
    """The words of 会議結果概要; ``disclaimer`` stands in the minutes as well."""

    title: NonEmpty = "会議結果概要"
    disclaimer: NonEmpty = "会議で出された意見をまとめたもので、方針を決めたものではありません。"
    proposal: NonEmpty = "事務局案"
    comment: NonEmpty = "意見の内容"


class MinutesWords(_Part, frozen=True, kw_only=True):
    """The words of the skeleton of 会議録."""

    title: NonEmpty = "会議録（案）"


class ReferenceWords(_Part, frozen=True, kw_only=True):
    """The number and the title of the sheet that explains the judgements."""

    number: NonEmpty = "参考資料"
    title: NonEmpty = "各判定の考え方"


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
    """The contents of ``form.toml``; the form's name is that of its folder."""

    name: str | None = None
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
    summary: SummaryWords = SummaryWords()
    minutes: MinutesWords = MinutesWords()
    reference: ReferenceWords = ReferenceWords()
    judgement: JudgementTable | None = None


class Form(msgspec.Struct, frozen=True):
    """A form and the folder that its templates lie in."""

    folder: Path
    file: FormFile

    @property
    def name(self) -> str:
        """What the form is asked for by, and what runs and workbooks of opinions remember."""
        return self.folder.name

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

    def template(self, document: Document, suffix: str) -> Path:
        """The template of a document (``suffix`` docx or html): the form's own where it has one.

        The handout's always is the form's own. The others fit any form, so a folder
        without them uses the shipped ones.
        """
        name = f"{document.template}.{suffix}"
        own = self.folder / name
        if own.is_file() or isinstance(document.edition, Edition):
            return own
        return shared_template(name) or own

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
        raise UsageMistake("form-unknown", name=name, near=nearest_of(name, form_names()))
    path = folder / "form.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        file = msgspec.convert(content, FormFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ComponentMissing("form-broken", path=path, reason=in_japanese(error)) from error
    reasons = [
        *_wrong_name(file, folder),
        *_wrong_widths(content["widths"]),
        *_inconsistencies(file),
    ]
    if reasons:
        raise ComponentMissing("form-broken", path=path, reason="／".join(reasons))
    return Form(folder, file)


def template_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder of templates that a document may come from: its name and bytes.

    Word's own lock files and hidden ones are left out.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith((".", "~$")) for part in name.split("/")):
            yield name, path.read_bytes()


def in_japanese(error: Exception) -> str:
    """Why a TOML file can't be understood, in words for the person who edited it.

    The English of tomllib and msgspec is matched as their pinned lower bounds
    have it; what is not matched is passed on, because any hint beats none.
    """
    said = str(error)
    if isinstance(error, UnicodeDecodeError):
        return "文字コードが UTF-8 ではありません"
    if isinstance(error, OSError):
        return reason_of(error)
    place = re.search(r" - at `\$\.?([^`]*)`", said)
    # ``choices[0].label`` counts from 0, people from 1.
    counted = re.sub(r"\[(\d+)\]", lambda m: f"（{int(m[1]) + 1} 番目）", place[1]) if place else ""
    inside = f"{counted} の" if counted else ""
    for pattern, words in _ENGLISH.items():
        match = re.search(pattern, said)
        if match:
            near = _near(match["key"], _all_fields()) if "key" in match.groupdict() else ""
            return inside + words.format_map(match.groupdict()) + near
    return inside + said


_ENGLISH = {
    r"unknown field `(?P<key>[^`]*)`": "「{key}」は使えません",
    r"missing required field `(?P<field>[^`]*)`": "「{field}」がありません",
    r"Expected `(?P<kind>[^`]*)`, got `(?P<got>[^`]*)`": "値の種類が違います（{kind} が必要です）",
    r"of length >= (?P<least>\d+)": "値が足りません（{least} 以上必要です）",
    r"matching regex": "名前に使えない文字があります（半角の英小文字・数字・_ で書きます）",
    r"\(at line (?P<line>\d+), column (?P<at>\d+)\)": (
        "{line} 行目 {at} 文字目の書き方が正しくありません"
    ),
    r"\(at end of document\)": "ファイルの終わりで、かっこか引用符が閉じていません",
}


def _all_fields() -> frozenset[str]:
    """Every key that any table of the file may have."""
    return frozenset(name for part in _Part.__subclasses__() for name in part.__struct_fields__)


def _near(key: str, known: Iterable[str]) -> str:
    """「。もしかして「label」ですか」 where a known name is near, else nothing."""
    near = closest(key, sorted(known), cutoff=0.6)
    return f"（もしかして「{near}」ですか）" if near else ""


def _wrong_widths(told: Mapping[str, float]) -> Iterator[str]:
    """Columns that the page does not have, and widths that no column can have."""
    known = Widths.__dataclass_fields__
    for key, width in told.items():
        if key not in known:
            yield f"[widths]「{key}」は使えません{_near(key, known)}"
        # A form without the column gives it no width.
        elif not 0 <= width < math.inf:
            yield f"[widths]「{key}」は 0 以上の数にしてください"


def _wrong_name(file: FormFile, folder: Path) -> Iterator[str]:
    """A copy that still has the name of what it was copied from."""
    if file.name not in {None, folder.name}:
        yield (
            f"name「{file.name}」がフォルダーの名前「{folder.name}」と違います"
            "（name の行を消せば、フォルダーの名前が使われます）"
        )


def _inconsistencies(file: FormFile) -> Iterator[str]:
    """What the types can't say; each reason names its table in the file."""
    yield from _wrong_keys(file)
    yield from _doubled(file)
    for rating in file.ratings:
        if rating.minimum > rating.maximum:
            yield f"[[ratings]]「{rating.key}」の minimum が maximum より大きくなっています"
    if file.judgement is not None:
        yield from _wrong_judgement(file.judgement, {r.key: r for r in file.ratings})


def _wrong_keys(file: FormFile) -> Iterator[str]:
    """Keys that mean nothing to the program, and keys that it can't do without."""
    columns = [column.key for column in file.columns]
    fields = [field.key for field in file.meeting]
    for table, keys, known in (
        ("meeting", fields, MEETING_KEYS),
        ("columns", columns, COLUMN_KEYS),
    ):
        for key in keys:
            if key not in known:
                yield f"[[{table}]] key「{key}」は使えません{_near(key, known)}"
    for key in ("no", "name", "proposal.text", "proposal.choice"):
        if key not in columns:
            yield f"[[columns]] key「{key}」がありません"


def _doubled(file: FormFile) -> Iterator[str]:
    """Names that must differ from one another and don't, compared as the master's cells are."""
    columns = (*file.columns, *(rating.column for rating in file.ratings))
    for title, names in {
        "[[ratings]] key": [rating.key for rating in file.ratings],
        "[[columns]] key": [column.key for column in file.columns],
        "[[meeting]] key": [field.key for field in file.meeting],
        "[[columns]]・[[ratings]] title": [column.title for column in columns],
        "[[choices]] label・[opinion]": [
            *(choice.label for choice in file.choices),
            *file.opinion.words,
        ],
    }.items():
        seen = Counter(map(compare_key, names))
        first = {compare_key(name): name for name in reversed(names)}
        yield from (f"{title}「{first[key]}」が２回あります" for key in seen if seen[key] > 1)


def _wrong_judgement(table: JudgementTable, ratings: Mapping[str, Rating]) -> Iterator[str]:
    """Axes that are no rating, cells that no project can have, and pairs told twice."""
    axes = {"rows": table.rows, "columns": table.columns}
    for key in axes.values():
        if key not in ratings:
            yield f"[judgement]「{key}」という評価がありません{_near(key, ratings)}"
    for pair, times in Counter((cell.row, cell.column) for cell in table.cells).items():
        if times > 1:
            yield f"[judgement] cells の row = {pair[0]}, column = {pair[1]} が２回あります"
        for score, key in zip(pair, axes.values(), strict=True):
            rating = ratings.get(key)
            if rating is not None and not rating.minimum <= score <= rating.maximum:
                yield (
                    f"[judgement] cells の {score} は「{rating.title}」の範囲"
                    f"（{rating.minimum}〜{rating.maximum}）の外です"
                )
