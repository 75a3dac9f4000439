"""Read a form: its folder in, the :class:`Form` out, or everything that is wrong with it.

The language is one ordered list of typed columns (docs/様式の作り方.md). Every mistake
is told at once, each with its line, the nearest word and what can be used there.
"""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.base.errors import ComponentMissing, UsageMistake, reason_of
from pipeline.base.paths import form_folders, form_names
from pipeline.base.text import compare_key, near_hint, nearest_of
from pipeline.base.toml_lines import lines_of
from pipeline.model.columns import Column, plain
from pipeline.model.editions import A4, PAPERS, Edition
from pipeline.model.form import (
    MARGINS,
    Arithmetic,
    Form,
    JudgementCell,
    JudgementTable,
    Note,
    Words,
)
from pipeline.model.kinds import KINDS
from pipeline.model.meeting import MEETING_FIELDS

Where = tuple[str | int, ...]
# The tag of a control in Word holds 64 characters: a key, a number and a place.
_LONGEST_KEY: Final = 48
# Higher scales are no scores, and a slip of the pen must not fill the memory.
_LARGEST_SCALE: Final = 1000
# The words that can stand for some words of a column.
_WORDS_OF: Final = {
    "as": ("word", "boxes"),
    "align": ("left", "center", "right"),
    "fill": ("meeting",),
}
_SYNTAX: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def load_form(name: str) -> Form:
    """The form of that name.

    UsageMistake for an unknown name; ComponentMissing where the file can't be
    understood: the message names the file, the line and what is wrong there.
    """
    folders = form_folders(name)
    if not folders:
        raise UsageMistake("form-unknown", name=name, near=nearest_of(name, form_names()))
    path = next(folder / "form.toml" for folder in folders if (folder / "form.toml").is_file())
    try:
        return parse_form(path.read_text(encoding="utf-8"), name, folders)
    except (OSError, UnicodeDecodeError, FormSlips) as error:
        raise ComponentMissing("form-broken", path=path, reason=toml_reason(error)) from error


class FormSlips(Exception):
    """A form's text is wrong; ``slips`` are all of its mistakes, in the order of their lines."""

    def __init__(self, slips: Sequence[str]) -> None:
        super().__init__("／".join(slips))
        self.slips = tuple(slips)


def parse_form(source: str, name: str, folders: tuple[Path, ...] = ()) -> Form:
    """The form that a ``form.toml`` describes; FormSlips with every mistake in it."""
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise FormSlips([_syntax(error)]) from error
    reader = _Reader(content, lines_of(source))
    form = reader.form(name, folders)
    if reader.slips or form is None:
        ordered = sorted(reader.slips, key=lambda slip: slip[0])
        raise FormSlips([f"{line} 行目: {text}" for line, text in ordered])
    return form


def toml_reason(error: Exception) -> str:
    """Why a TOML file can't be read, in words for the person who edited it."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return _syntax(error)
    if isinstance(error, UnicodeDecodeError):
        return "文字コードが UTF-8 ではありません"
    return reason_of(error) if isinstance(error, OSError) else str(error)


def _syntax(error: tomllib.TOMLDecodeError) -> str:
    place = _SYNTAX.search(str(error))
    if place:
        return f"{place[1]} 行目 {place[2]} 文字目の書き方が正しくありません"
    return "ファイルの終わりで、かっこか引用符が閉じていません"


# ---- the types of the language


@dataclasses.dataclass(frozen=True, slots=True)
class _Type:
    """What a word takes: how it is called, and whether a value is one."""

    called: str
    accepts: Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_heading(value: object) -> bool:
    return isinstance(value, str) and bool(plain(value).strip())


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list_of(accepts: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(accepts, value))


def _is_size(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < math.inf


_TEXT: Final = _Type("文字列", _is_text)
_ANY_TEXT: Final = _Type("文字列", lambda value: isinstance(value, str))
_HEADING: Final = _Type("見出しの文字列", _is_heading)
_HEADINGS: Final = _Type('見出しの並び（["…", "…"]）', _list_of(_is_heading))
_TEXTS: Final = _Type('文字列の並び（["…", "…"]）', _list_of(_is_text))
_BOOLEAN: Final = _Type("true か false", lambda value: isinstance(value, bool))
_WHOLE: Final = _Type("整数", _is_whole)
_COUNT: Final = _Type("1 以上の整数", lambda value: _is_whole(value) and value > 0)
_SIZE: Final = _Type("0 より大きい数（ミリメートル）", _is_size)
_SIZES: Final = _Type(
    "数（ミリメートル）、または上・右・下・左の 4 つの数の並び",
    lambda v: _is_size(v) or (isinstance(v, list) and len(v) == 4 and all(map(_is_size, v))),  # noqa: PLR2004 - four sides
)
_CHOICES: Final = _Type(
    "選択肢の並び、または選択肢を借りる列の key", lambda v: _is_text(v) or _TEXTS.accepts(v)
)
_SCALE: Final = _Type(
    "[最低, 最高] か、評点の並び",
    lambda v: isinstance(v, list) and len(v) > 1 and all(_is_whole(x) or _is_text(x) for x in v),
)
_TABLE: Final = _Type("表（{ … }）", lambda value: isinstance(value, dict))
_TABLES: Final = _Type(
    "表の並び", lambda v: isinstance(v, list) and all(isinstance(x, dict) for x in v)
)
_COLUMNS: Final = _Type("列の並び", lambda value: isinstance(value, list))

_FORM_WORDS: Final = {
    "title": _TEXT,
    "columns": _COLUMNS,
    "number": _TEXT,
    "paper": _TEXT,
    "margins": _SIZES,
    "group": _TEXT,
    "total": _TEXT,
    "note": _TEXT,
    "notes": _TABLE,
    "checks": _TABLES,
    "meeting": _TABLE,
    "words": _TABLE,
    "judgement": _TABLE,
}
_COLUMN_WORDS: Final = {
    "title": _HEADING,
    "titles": _HEADINGS,
    "key": _TEXT,
    "synonyms": _TEXTS,
    "nth": _COUNT,
    "under": _TEXTS,
    "printed": _ANY_TEXT,
    "kind": _TEXT,
    "choices": _CHOICES,
    "as": _TEXT,
    "scale": _SCALE,
    "fill": _TEXT,
    "against": _TEXT,
    "inside": _TEXT,
    "shape": _TEXT,
    "format": _TEXT,
    "required": _BOOLEAN,
    "print": _BOOLEAN,
    "merge": _BOOLEAN,
    "width": _SIZE,
    "align": _TEXT,
}
_CHECK_WORDS: Final = {"equal": _TEXT, "sum": _TEXTS}
_JUDGEMENT_WORDS: Final = {
    "rows": _TEXT,
    "columns": _TEXT,
    "letter": _TEXT,
    "label": _TEXT,
    "cells": _TABLES,
}
_CELL_WORDS: Final = {
    "row": _WHOLE,
    "column": _WHOLE,
    "letter": _TEXT,
    "label": _TEXT,
    "attested": _BOOLEAN,
}
_WORDS_WORDS: Final = {
    each.name: _TEXTS if each.name == "outside_choices" else _ANY_TEXT
    for each in dataclasses.fields(Words)
}
_MEETING_WORDS: Final = {field.key: _TEXT for field in MEETING_FIELDS if field.key != "form"}
_NOTE_WORDS: Final = {"meeting": _ANY_TEXT, "results": _ANY_TEXT}


class _Reader:
    """Reads one file; collects its slips with their lines."""

    def __init__(self, content: Mapping[str, Any], lines: Mapping[Where, int]) -> None:
        self.content = content
        self.lines = lines
        self.slips: list[tuple[int, str]] = []

    # ---- slips

    def slip(self, where: Where, text: str) -> None:
        """A mistake, at the line of the nearest place that has one."""
        while where and where not in self.lines:
            where = where[:-1]
        self.slips.append((self.lines.get(where, 1), text))

    def table(
        self, where: Where, table: Mapping[str, Any], words: Mapping[str, _Type]
    ) -> dict[str, Any]:
        """The words of a table that are known and of the right type; slips for the others."""
        good: dict[str, Any] = {}
        for word, value in table.items():
            if word not in words:
                self.slip((*where, word), f"「{word}」は使えません。{_usable(word, words)}")
            elif not words[word].accepts(value):
                self.slip((*where, word), f"「{word}」には{words[word].called}を書きます")
            else:
                good[word] = value
        return good

    def one_of(self, where: Where, word: str, value: str, known: Iterable[str]) -> bool:
        """Whether the value is a known one; a slip where not."""
        known = list(known)
        if value in known:
            return True
        self.slip((*where, word), f"{word} の「{value}」はありません。{_usable(value, known)}")
        return False

    # ---- the form

    def form(self, name: str, folders: tuple[Path, ...]) -> Form | None:
        top = self.table((), self.content, _FORM_WORDS)
        for word in ("title", "columns"):
            if word not in self.content:
                self.slip((), f"「{word}」がありません")
        columns = self._columns(top.get("columns", []))
        if "columns" in top and not any(c.prints and c.inside is None for c in columns):
            self.slip(("columns",), "印刷する列がありません")
        paper = top.get("paper", A4.name)
        if not self.one_of((), "paper", paper, PAPERS):
            paper = A4.name
        group, columns = self._group(top.get("group"), columns)
        self._contradictions(columns)
        words = self._words(top.get("words", {}))
        self._clashes(columns, words)
        form = Form(
            name=name,
            title=top.get("title", ""),
            columns=columns,
            folders=folders,
            number=top.get("number", ""),
            paper=PAPERS[paper],
            margins=_margins(top.get("margins")),
            group=group,
            total=top.get("total"),
            note=top.get("note", ""),
            notes=self._notes(top.get("notes", {}), columns),
            checks=self._checks(top.get("checks", []), columns),
            meeting=self.table(("meeting",), top.get("meeting", {}), _MEETING_WORDS),
            words=words,
            judgement=self._judgement(top.get("judgement"), columns),
        )
        self._widths(form)
        return None if self.slips else form

    def _words(self, told: Mapping[str, Any]) -> Words:
        good = self.table(("words",), told, _WORDS_WORDS)
        if "outside_choices" in good:
            good["outside_choices"] = tuple(good["outside_choices"])
        return Words(**good)

    def _group(
        self, title: str | None, columns: tuple[Column, ...]
    ) -> tuple[str | None, tuple[Column, ...]]:
        """The key of the column that groups the rows; one of its own where no column is it."""
        if title is None:
            return None, columns
        known = next((c for c in columns if title in (c.key, c.name)), None)
        if known is not None:
            return known.key, columns
        own = Column(key=_default_key(title), title=title, prints=False)
        return own.key, (*columns, own)

    # ---- columns

    def _columns(self, told: Sequence[Any]) -> tuple[Column, ...]:
        columns: list[Column] = []
        places: list[int] = []
        sources: dict[str, str] = {}
        for place, each in enumerate(told):
            if _is_heading(each):
                columns.append(Column(key=_default_key(each), title=each))
                places.append(place)
                continue
            if not isinstance(each, dict):
                self.slip(("columns", place), "列は、見出しの文字列か { … } で書きます")
                continue
            declared = list(self._declared(("columns", place), each))
            columns += declared
            places += [place] * len(declared)
            if isinstance(each.get("choices"), str):
                sources |= {column.key: each["choices"] for column in declared if column.is_choice}
        for place, column in zip(places, columns, strict=True):
            if column.fill and len(column.key) > _LONGEST_KEY:
                reason = f"列「{column.name}」の key は {_LONGEST_KEY} 文字以内で付けてください"
                self.slip(("columns", place), reason)
        for key, count in Counter(column.key for column in columns).items():
            if count > 1:
                # The second one is told: the first may be right.
                place = [k for k, c in zip(places, columns, strict=True) if c.key == key][1]
                reason = f"列「{key}」が {count} つあります。key を別々に付けてください"
                self.slip(("columns", place), reason)
        return tuple(self._with_choices(columns, sources))

    def _with_choices(
        self, columns: Sequence[Column], sources: Mapping[str, str]
    ) -> Iterator[Column]:
        """The columns, each choice with its list; none where the source has none of its own.

        ``sources`` is borrower → source, both by key.
        """
        own = {c.key: c.choices for c in columns if c.choices and c.key not in sources}
        for column in columns:
            source = sources.get(column.key)
            if source is None:
                yield column
                continue
            if source not in own:
                exists = any(source == each.key for each in columns)
                lacks = "には、自分の choices がありません" if exists else "がありません"
                reason = f"choices の列「{source}」{lacks}。{_usable(source, own)}"
                self.slip(self._place(column, "choices"), reason)
            yield dataclasses.replace(column, choices=own.get(source, ()))

    def _declared(self, where: Where, told: Mapping[str, Any]) -> Iterator[Column]:
        """The column, or the columns alike, of one table."""
        good = self.table(where, told, _COLUMN_WORDS)
        titles = good.get("titles") or [good["title"]] if {"title", "titles"} & set(good) else []
        if not {"title", "titles"} & set(told):
            self.slip(where, "列に title がありません")
        if {"title", "titles"} <= set(told):
            self.slip((*where, "titles"), "title と titles は、どちらか一方を書きます")
        if "titles" in good:
            for word in ("key", "printed", "nth"):
                if word in good:
                    self.slip((*where, word), f"「{word}」は titles と一緒には使えません")
        kind = good.get("kind", "text")
        if not self.one_of(where, "kind", kind, KINDS):
            kind = "text"
        self._fits_kind(where, told, good, kind)
        if kind == "score" and "scale" in good:
            self._scale(where, good["scale"])
        if kind == "choice" and isinstance(good.get("choices"), list):
            self._choices(where, good["choices"])
        for title in titles:
            yield _column(title, kind, good)

    def _fits_kind(
        self, where: Where, told: Mapping[str, Any], good: Mapping[str, Any], kind: str
    ) -> None:
        """Words that belong to one kind alone, and words that a kind needs."""
        owners = {"choices": "choice", "as": "choice", "scale": "score", "format": "number"}
        for word, owner in owners.items():
            if word in good and kind != owner:
                self.slip((*where, word), f'「{word}」は kind = "{owner}" の列にだけ書きます')
        for word in ("choices", "scale"):
            if kind == owners[word] and word not in told:
                self.slip(where, f'kind = "{kind}" の列には「{word}」が必要です')
        for word, known in _WORDS_OF.items():
            if word in good:
                self.one_of(where, word, good[word], known)
        if "shape" in good and "{}" not in good["shape"]:
            self.slip((*where, "shape"), "shape には、値の入る場所 {} が必要です")
        if "shape" in good and "inside" not in good:
            self.slip((*where, "shape"), "「shape」は inside のある列にだけ書きます")

    def _scale(self, where: Where, told: Sequence[int | str]) -> None:
        bounds = [each for each in told if isinstance(each, int)]
        if len(bounds) == 2 and bounds[1] - bounds[0] >= _LARGEST_SCALE:  # noqa: PLR2004 - lowest, highest
            reason = f"評点の範囲が広すぎます（{_LARGEST_SCALE} 段階まで）"
            self.slip((*where, "scale"), reason)
        elif len(_scale(told)) < 2:  # noqa: PLR2004 - a scale of one score says nothing
            self.slip((*where, "scale"), "評点の範囲が空です。[最低, 最高] の順に書きます")

    def _choices(self, where: Where, told: Sequence[str]) -> None:
        if len(told) < 2:  # noqa: PLR2004 - one choice is none
            self.slip((*where, "choices"), "choices には、選択肢を２つ以上書きます")
        for choice in _twice(told):
            self.slip((*where, "choices"), f"選択肢「{choice}」が２回あります")

    def _contradictions(self, columns: tuple[Column, ...]) -> None:
        """What no single column can tell."""
        by_key = {column.key: column for column in columns}
        for kind in ("no", "name"):
            several = [c for c in columns if c.kind == kind]
            if len(several) > 1:
                reason = f'kind = "{kind}" の列は１つだけにします'
                self.slip(self._place(several[1], "kind"), reason)
        for column in columns:
            self._references(column, by_key)

    def _references(self, column: Column, by_key: Mapping[str, Column]) -> None:
        """The other columns that a column names."""
        for word, key in (("inside", column.inside), ("against", column.against)):
            if key is not None and key not in by_key:
                reason = f"{word} の列「{key}」がありません。{_usable(key, by_key)}"
                self.slip(self._place(column, word), reason)
        host = by_key.get(column.inside) if column.inside else None
        if _is_inside(column, column.inside, by_key):
            self.slip(self._place(column, "inside"), "自分自身の中には印刷できません")
        elif host is not None and not host.prints:
            self.slip(self._place(column, "inside"), f"列「{host.key}」は印刷しない列です")
        proposed = by_key.get(column.against) if column.against else None
        if proposed is column:
            self.slip(self._place(column, "against"), "自分自身とは比べられません")
        elif proposed is not None and not column.fill:
            self.slip(self._place(column, "against"), "against は fill のある列にだけ書きます")
        elif proposed is not None and proposed.kind != column.kind:
            reason = f"列「{proposed.key}」とは種類（kind）が違うので比べられません"
            self.slip(self._place(column, "against"), reason)

    def _clashes(self, columns: tuple[Column, ...], words: Words) -> None:
        """What could not be told apart in a master: equal headings, equal words."""
        seen: set[tuple[object, ...]] = set()
        for column in columns:
            heading = (*map(compare_key, (*column.under, column.name)), column.nth)
            if heading in seen:
                reason = f"見出し「{column.name}」の列がもう１つあります。nth で何番目かを書きます"
                self.slip(self._place(column, "title"), reason)
            seen.add(heading)
        statuses = words.by_status.values()
        for word in _twice(statuses):
            self.slip(("words",), f"[words] の言葉「{word}」が２回あります")
        keys = {compare_key(word) for word in statuses}
        for column in (each for each in columns if each.fill):
            for choice in column.choices:
                if compare_key(choice) in keys:
                    reason = f"選択肢「{choice}」は、意見のない行の言葉（[words]）にもあります"
                    self.slip(self._place(column, "choices"), reason)

    def _place(self, column: Column, word: str) -> Where:
        """Where a column says a word."""
        for k, told in enumerate(self.content.get("columns", [])):
            if not isinstance(told, dict):
                continue
            titles = [told.get("title"), *(told.get("titles") or ())]
            if told.get("key") == column.key or column.title in titles:
                return ("columns", k, word)
        return ("columns",)

    # ---- what stands around them

    def _notes(self, told: Mapping[str, Any], columns: tuple[Column, ...]) -> dict[str, Note]:
        printed = (c for c in columns if c.prints and c.inside is None)
        words = (each for c in printed for each in (*c.under, c.heading))
        headings = dict.fromkeys(plain(each) for each in words if each)
        notes: dict[str, Note] = {}
        for heading, note in told.items():
            where: Where = ("notes", heading)
            if plain(heading) not in headings:
                reason = f"見出し「{heading}」はありません。{_usable(heading, headings)}"
                self.slip(where, reason)
            if isinstance(note, str):
                notes[plain(heading)] = Note(dict.fromkeys(Edition, note))
            elif isinstance(note, dict):
                good = self.table(where, note, _NOTE_WORDS)
                notes[plain(heading)] = Note({Edition(word): text for word, text in good.items()})
            else:
                self.slip(where, '注は文字列か { meeting = "…", results = "…" } で書きます')
        return notes

    def _checks(
        self, told: Sequence[Mapping[str, Any]], columns: tuple[Column, ...]
    ) -> tuple[Arithmetic, ...]:
        numbers = {n: c.key for c in columns if c.kind == "number" for n in (c.name, c.key)}
        checks: list[Arithmetic] = []
        for place, check in enumerate(told):
            where: Where = ("checks", place)
            good = self.table(where, check, _CHECK_WORDS)
            if set(good) != set(_CHECK_WORDS):
                self.slip(where, "[[checks]] には equal と sum を書きます")
                continue
            names = [good["equal"], *(term.removeprefix("-") for term in good["sum"])]
            unknown = [name for name in names if name not in numbers]
            for name in unknown:
                reason = f'数（kind = "number"）の列「{name}」がありません。'
                self.slip(where, reason + _usable(name, numbers))
            if not unknown:
                terms = [
                    (-1 if term.startswith("-") else 1, numbers[term.removeprefix("-")])
                    for term in good["sum"]
                ]
                checks.append(Arithmetic(numbers[good["equal"]], tuple(terms)))
        return tuple(checks)

    def _judgement(
        self, told: Mapping[str, Any] | None, columns: tuple[Column, ...]
    ) -> JudgementTable | None:
        if told is None:
            return None
        where: Where = ("judgement",)
        good = self.table(where, told, _JUDGEMENT_WORDS)
        scores = [column.key for column in columns if column.kind == "score"]
        for word in ("rows", "columns"):
            if word not in good:
                self.slip(where, f"[judgement] に「{word}」がありません")
            else:
                self.one_of(where, word, good[word], scores)
        for word in ("letter", "label"):
            key = good.get(word, word)
            if not any(column.key == key for column in columns):
                reason = f"[judgement] の {word} の列「{key}」がありません。"
                self.slip((*where, word), reason + _usable(key, [c.key for c in columns]))
        cells = [self._cell(k, cell) for k, cell in enumerate(good.get("cells", []))]
        scales = [
            next((column.scale for column in columns if column.key == good.get(word)), ())
            for word in ("rows", "columns")
        ]
        self._cells(cells, *scales)
        return JudgementTable(
            rows=good.get("rows", ""),
            columns=good.get("columns", ""),
            cells=tuple(cell for cell in cells if cell),
            letter=good.get("letter", "letter"),
            label=good.get("label", "label"),
        )

    def _cells(
        self,
        cells: Sequence[JudgementCell | None],
        rows: Sequence[object],
        columns: Sequence[object],
    ) -> None:
        """Scores that the two columns of the table don't have, and pairs that stand there twice."""
        pairs: set[tuple[int, int]] = set()
        for place, cell in enumerate(cells):
            if cell is None:
                continue
            where: Where = ("judgement", "cells", place)
            for word, score, scale in (("row", cell.row, rows), ("column", cell.column, columns)):
                if scale and score not in scale:
                    self.slip(where, f"{word} = {score} は、その列の評点（scale）にありません")
            if (cell.row, cell.column) in pairs:
                pair = f"row = {cell.row}, column = {cell.column}"
                self.slip(where, f"[judgement] の {pair} が２回あります")
            pairs.add((cell.row, cell.column))

    def _cell(self, place: int, told: Mapping[str, Any]) -> JudgementCell | None:
        where: Where = ("judgement", "cells", place)
        good = self.table(where, told, _CELL_WORDS)
        if not {"row", "column", "letter"} <= set(good):
            self.slip(where, "判定表の欄には row、column、letter を書きます")
            return None
        return JudgementCell(**good)

    def _widths(self, form: Form) -> None:
        """Widths that the paper can't hold."""
        room = form.paper.width - form.margins[1] - form.margins[3]
        if room <= 0 or form.paper.height <= form.margins[0] + form.margins[2]:
            self.slip(("margins",), "余白が用紙より大きくなっています")
            return
        fixed = [column for column in form.printed if column.width is not None]
        total = sum(column.width or 0 for column in fixed)
        if total > room + 0.05:
            reason = (
                f"width の合計 {total:g} mm が、{form.paper.name} の余白の内側"
                f"（{room:g} mm）に入りません"
            )
            self.slip(self._place(fixed[0], "width"), reason)


def _is_inside(column: Column, key: str | None, by_key: Mapping[str, Column]) -> bool:
    """Whether the cells of a key's column are printed in the column's own: a circle."""
    seen: set[str] = set()
    while key is not None and key in by_key and key not in seen:
        seen.add(key)
        key = by_key[key].inside
    return column.key in seen


def _usable(word: str, known: Iterable[str]) -> str:
    """「もしかして「required」ですか。使えるのは …です」; the word itself is never the hint."""
    others = [each for each in known if each != word]
    hint = near_hint(word, others, cutoff=0.6)
    return f"{hint}使えるのは {'、'.join(others)} です" if others else hint


def _column(title: str, kind: str, good: Mapping[str, Any]) -> Column:
    fill, prints = "fill" in good, bool(good.get("print", True))
    choices = good.get("choices", ())
    return Column(
        key=good.get("key") or _default_key(title),
        title=title,
        kind=kind,
        synonyms=tuple(good.get("synonyms", ())),
        nth=good.get("nth"),
        under=tuple(good.get("under", ())),
        printed=good.get("printed"),
        # Those of another column follow when all columns are known.
        choices=() if isinstance(choices, str) else tuple(choices),
        boxes=good.get("as") == "boxes",
        scale=_scale(good.get("scale", ())),
        fill=fill,
        against=good.get("against"),
        inside=good.get("inside"),
        shape=good.get("shape", "{}"),
        format=good.get("format"),
        required=good.get("required", prints and not fill and "inside" not in good),
        prints=prints,
        merge=bool(good.get("merge", False)),
        width=good.get("width"),
        align=good.get("align"),
    )


def _twice(words: Iterable[str]) -> list[str]:
    """The words that stand there before, whatever the width of their characters."""
    seen: set[str] = set()
    again: list[str] = []
    for word in words:
        if compare_key(word) in seen:
            again.append(word)
        seen.add(compare_key(word))
    return again


def _default_key(title: str) -> str:
    return "".join(plain(title).split())


def _scale(told: Sequence[int | str]) -> tuple[int | str, ...]:
    """``[1, 4]`` is 1, 2, 3, 4; any other list is the scale itself."""
    if len(told) == 2 and all(isinstance(each, int) for each in told):  # noqa: PLR2004 - lowest, highest
        low, high = (each for each in told if isinstance(each, int))
        return tuple(range(low, min(high, low + _LARGEST_SCALE) + 1))
    return tuple(dict.fromkeys(told))


def _margins(told: Any) -> tuple[float, float, float, float]:
    if told is None:
        return MARGINS
    if isinstance(told, list):
        top, right, bottom, left = map(float, told)
        return top, right, bottom, left
    size = float(told)
    return size, size, size, size
