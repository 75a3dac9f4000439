"""Read a form: its folder in, the :class:`Form` out, or all mistakes in its ``form.toml``.

The format is one ordered list of typed columns (docs/様式の作り方.md). All mistakes are
reported in one pass, each with its line, the most similar name and the allowed ones.
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
from pipeline.base.toml_lines import KeyPath, lines_of
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

# The tag of a control in Word can have 64 characters: a key, a number and a place.
_LONGEST_KEY: Final = 48
# A larger scale is a typing mistake; its list of scores could fill the memory.
_LARGEST_SCALE: Final = 1000
# The allowed values of some settings of a column.
_ALLOWED_VALUES: Final = {
    "as": ("word", "boxes"),
    "align": ("left", "center", "right"),
    "fill": ("meeting",),
}
_SYNTAX: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def load_form(name: str) -> Form:
    """The form of that name.

    UsageMistake for an unknown name; ComponentMissing if the file is not a valid form: the
    message contains the file, the line and the mistake.
    """
    folders = form_folders(name)
    if not folders:
        raise UsageMistake("form-unknown", name=name, near=nearest_of(name, form_names()))
    path = next(folder / "form.toml" for folder in folders if (folder / "form.toml").is_file())
    try:
        return parse_form(path.read_text(encoding="utf-8"), name, folders)
    except (OSError, UnicodeDecodeError, FormInvalid) as error:
        raise ComponentMissing("form-broken", path=path, reason=toml_reason(error)) from error


class FormInvalid(Exception):
    """The text is not a valid form; ``mistakes`` are all mistakes in the order of their lines."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("／".join(mistakes))
        self.mistakes = tuple(mistakes)


def parse_form(source: str, name: str, folders: tuple[Path, ...] = ()) -> Form:
    """The form that the text of a ``form.toml`` describes; FormInvalid with all mistakes."""
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise FormInvalid([_syntax_reason(error)]) from error
    reader = _Reader(content, lines_of(source))
    form = reader.form(name, folders)
    if reader.mistakes or form is None:
        ordered = sorted(reader.mistakes, key=lambda mistake: mistake[0])
        raise FormInvalid([f"{line} 行目: {text}" for line, text in ordered])
    return form


def toml_reason(error: Exception) -> str:
    """Why a TOML file can't be read, as a message for the person who edited it."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return _syntax_reason(error)
    if isinstance(error, UnicodeDecodeError):
        return "文字コードが UTF-8 ではありません"
    return reason_of(error) if isinstance(error, OSError) else str(error)


def _syntax_reason(error: tomllib.TOMLDecodeError) -> str:
    match = _SYNTAX.search(str(error))
    if match:
        return f"{match[1]} 行目 {match[2]} 文字目の書き方が正しくありません"
    return "ファイルの終わりで、かっこか引用符が閉じていません"


# ---- the types of the settings


@dataclasses.dataclass(frozen=True, slots=True)
class _Type:
    """The type of a setting: its description for messages, and the check of a value."""

    description: str
    accepts: Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_heading(value: object) -> bool:
    return isinstance(value, str) and bool(plain(value).strip())


def _is_integer(value: object) -> bool:
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
_INTEGER: Final = _Type("整数", _is_integer)
_COUNT: Final = _Type("1 以上の整数", lambda value: _is_integer(value) and value > 0)
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
    lambda v: isinstance(v, list) and len(v) > 1 and all(_is_integer(x) or _is_text(x) for x in v),
)
_TABLE: Final = _Type("表（{ … }）", lambda value: isinstance(value, dict))
_TABLES: Final = _Type(
    "表の並び", lambda v: isinstance(v, list) and all(isinstance(x, dict) for x in v)
)
_COLUMNS: Final = _Type("列の並び", lambda value: isinstance(value, list))

_FORM_SETTINGS: Final = {
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
_COLUMN_SETTINGS: Final = {
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
    "row": _INTEGER,
    "column": _INTEGER,
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
    """Reads one file; collects the mistakes in it with their lines."""

    def __init__(self, content: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
        self.content = content
        self.lines = lines
        self.mistakes: list[tuple[int, str]] = []

    # ---- mistakes

    def report(self, path: KeyPath, text: str) -> None:
        """Record a mistake at the line of ``path``, or of its nearest parent with a line."""
        while path and path not in self.lines:
            path = path[:-1]
        self.mistakes.append((self.lines.get(path, 1), text))

    def valid_settings(
        self, path: KeyPath, table: Mapping[str, Any], types: Mapping[str, _Type]
    ) -> dict[str, Any]:
        """The settings of a table with a known name and a valid type; mistakes for the others."""
        valid: dict[str, Any] = {}
        for setting, value in table.items():
            if setting not in types:
                self.report((*path, setting), f"「{setting}」は使えません。{_hint(setting, types)}")
            elif not types[setting].accepts(value):
                self.report(
                    (*path, setting), f"「{setting}」には{types[setting].description}を書きます"
                )
            else:
                valid[setting] = value
        return valid

    def is_known(self, path: KeyPath, setting: str, value: str, known: Iterable[str]) -> bool:
        """Whether the value is a known one; records a mistake if not."""
        known = list(known)
        if value in known:
            return True
        self.report((*path, setting), f"{setting} の「{value}」はありません。{_hint(value, known)}")
        return False

    # ---- the form

    def form(self, name: str, folders: tuple[Path, ...]) -> Form | None:
        settings = self.valid_settings((), self.content, _FORM_SETTINGS)
        for setting in ("title", "columns"):
            if setting not in self.content:
                self.report((), f"「{setting}」がありません")
        columns = self._columns(settings.get("columns", []))
        if "columns" in settings and not any(c.prints and c.inside is None for c in columns):
            self.report(("columns",), "印刷する列がありません")
        paper = settings.get("paper", A4.name)
        if not self.is_known((), "paper", paper, PAPERS):
            paper = A4.name
        group, columns = self._group(settings.get("group"), columns)
        self._check_combinations(columns)
        words = self._words(settings.get("words", {}))
        self._check_duplicates(columns, words)
        form = Form(
            name=name,
            title=settings.get("title", ""),
            columns=columns,
            folders=folders,
            number=settings.get("number", ""),
            paper=PAPERS[paper],
            margins=_margins(settings.get("margins")),
            group=group,
            total=settings.get("total"),
            note=settings.get("note", ""),
            notes=self._notes(settings.get("notes", {}), columns),
            checks=self._checks(settings.get("checks", []), columns),
            meeting=self.valid_settings(("meeting",), settings.get("meeting", {}), _MEETING_WORDS),
            words=words,
            judgement=self._judgement(settings.get("judgement"), columns),
        )
        self._check_widths(form)
        return None if self.mistakes else form

    def _words(self, table: Mapping[str, Any]) -> Words:
        valid = self.valid_settings(("words",), table, _WORDS_WORDS)
        if "outside_choices" in valid:
            valid["outside_choices"] = tuple(valid["outside_choices"])
        return Words(**valid)

    def _group(
        self, title: str | None, columns: tuple[Column, ...]
    ) -> tuple[str | None, tuple[Column, ...]]:
        """The key of the column that groups the rows, and the columns.

        If no column has that title or key, a column that is not printed is added.
        """
        if title is None:
            return None, columns
        known = next((c for c in columns if title in (c.key, c.name)), None)
        if known is not None:
            return known.key, columns
        own = Column(key=_default_key(title), title=title, prints=False)
        return own.key, (*columns, own)

    # ---- columns

    def _columns(self, entries: Sequence[Any]) -> tuple[Column, ...]:
        columns: list[Column] = []
        positions: list[int] = []
        sources: dict[str, str] = {}
        for position, entry in enumerate(entries):
            if _is_heading(entry):
                columns.append(Column(key=_default_key(entry), title=entry))
                positions.append(position)
                continue
            if not isinstance(entry, dict):
                self.report(("columns", position), "列は、見出しの文字列か { … } で書きます")
                continue
            declared = list(self._declared_columns(("columns", position), entry))
            columns += declared
            positions += [position] * len(declared)
            if isinstance(entry.get("choices"), str):
                sources |= {column.key: entry["choices"] for column in declared if column.is_choice}
        for position, column in zip(positions, columns, strict=True):
            if column.fill and len(column.key) > _LONGEST_KEY:
                reason = f"列「{column.name}」の key は {_LONGEST_KEY} 文字以内で付けてください"
                self.report(("columns", position), reason)
        for key, count in Counter(column.key for column in columns).items():
            if count > 1:
                # The mistake is reported at the second column: the first may be right.
                position = [k for k, c in zip(positions, columns, strict=True) if c.key == key][1]
                reason = f"列「{key}」が {count} つあります。key を別々に付けてください"
                self.report(("columns", position), reason)
        return tuple(self._with_choices(columns, sources))

    def _with_choices(
        self, columns: Sequence[Column], sources: Mapping[str, str]
    ) -> Iterator[Column]:
        """The columns, each choice with its choices; empty if its source has no own choices.

        ``sources`` maps the key of a column to the key of the column that has its choices.
        """
        own = {c.key: c.choices for c in columns if c.choices and c.key not in sources}
        for column in columns:
            source = sources.get(column.key)
            if source is None:
                yield column
                continue
            if source not in own:
                exists = any(source == known.key for known in columns)
                lacks = "には、自分の choices がありません" if exists else "がありません"
                reason = f"choices の列「{source}」{lacks}。{_hint(source, own)}"
                self.report(self._path_of(column, "choices"), reason)
            yield dataclasses.replace(column, choices=own.get(source, ()))

    def _declared_columns(self, path: KeyPath, table: Mapping[str, Any]) -> Iterator[Column]:
        """The column of one table, or one column for each of its ``titles``."""
        valid = self.valid_settings(path, table, _COLUMN_SETTINGS)
        titles = valid.get("titles") or [valid["title"]] if {"title", "titles"} & set(valid) else []
        if not {"title", "titles"} & set(table):
            self.report(path, "列に title がありません")
        if {"title", "titles"} <= set(table):
            self.report((*path, "titles"), "title と titles は、どちらか一方を書きます")
        if "titles" in valid:
            for setting in ("key", "printed", "nth"):
                if setting in valid:
                    self.report((*path, setting), f"「{setting}」は titles と一緒には使えません")
        kind = valid.get("kind", "text")
        if not self.is_known(path, "kind", kind, KINDS):
            kind = "text"
        self._check_kind_settings(path, table, valid, kind)
        if kind == "score" and "scale" in valid:
            self._check_scale(path, valid["scale"])
        if kind == "choice" and isinstance(valid.get("choices"), list):
            self._check_choices(path, valid["choices"])
        for title in titles:
            yield _column(title, kind, valid)

    def _check_kind_settings(
        self, path: KeyPath, table: Mapping[str, Any], valid: Mapping[str, Any], kind: str
    ) -> None:
        """Check the settings that only one kind can have, and those that a kind needs."""
        owners = {"choices": "choice", "as": "choice", "scale": "score", "format": "number"}
        for setting, owner in owners.items():
            if setting in valid and kind != owner:
                self.report(
                    (*path, setting), f'「{setting}」は kind = "{owner}" の列にだけ書きます'
                )
        for setting in ("choices", "scale"):
            if kind == owners[setting] and setting not in table:
                self.report(path, f'kind = "{kind}" の列には「{setting}」が必要です')
        for setting, known in _ALLOWED_VALUES.items():
            if setting in valid:
                self.is_known(path, setting, valid[setting], known)
        if "shape" in valid and "{}" not in valid["shape"]:
            self.report((*path, "shape"), "shape には、値の入る場所 {} が必要です")
        if "shape" in valid and "inside" not in valid:
            self.report((*path, "shape"), "「shape」は inside のある列にだけ書きます")

    def _check_scale(self, path: KeyPath, values: Sequence[int | str]) -> None:
        bounds = [value for value in values if isinstance(value, int)]
        if len(bounds) == 2 and bounds[1] - bounds[0] >= _LARGEST_SCALE:  # noqa: PLR2004 - lowest, highest
            reason = f"評点の範囲が広すぎます（{_LARGEST_SCALE} 段階まで）"
            self.report((*path, "scale"), reason)
        elif len(_scale(values)) < 2:  # noqa: PLR2004 - a scale needs two scores
            self.report((*path, "scale"), "評点の範囲が空です。[最低, 最高] の順に書きます")

    def _check_choices(self, path: KeyPath, choices: Sequence[str]) -> None:
        if len(choices) < 2:  # noqa: PLR2004 - one choice is not enough
            self.report((*path, "choices"), "choices には、選択肢を２つ以上書きます")
        for choice in _repeated(choices):
            self.report((*path, "choices"), f"選択肢「{choice}」が２回あります")

    def _check_combinations(self, columns: tuple[Column, ...]) -> None:
        """Check what depends on several columns."""
        by_key = {column.key: column for column in columns}
        for kind in ("no", "name"):
            several = [c for c in columns if c.kind == kind]
            if len(several) > 1:
                reason = f'kind = "{kind}" の列は１つだけにします'
                self.report(self._path_of(several[1], "kind"), reason)
        for column in columns:
            self._check_references(column, by_key)

    def _check_references(self, column: Column, by_key: Mapping[str, Column]) -> None:
        """Check the columns to which a column refers (``inside``, ``against``)."""
        for setting, key in (("inside", column.inside), ("against", column.against)):
            if key is not None and key not in by_key:
                reason = f"{setting} の列「{key}」がありません。{_hint(key, by_key)}"
                self.report(self._path_of(column, setting), reason)
        host = by_key.get(column.inside) if column.inside else None
        if _is_inside(column, column.inside, by_key):
            self.report(self._path_of(column, "inside"), "自分自身の中には印刷できません")
        elif host is not None and not host.prints:
            self.report(self._path_of(column, "inside"), f"列「{host.key}」は印刷しない列です")
        proposed = by_key.get(column.against) if column.against else None
        if proposed is column:
            self.report(self._path_of(column, "against"), "自分自身とは比べられません")
        elif proposed is not None and not column.fill:
            self.report(self._path_of(column, "against"), "against は fill のある列にだけ書きます")
        elif proposed is not None and proposed.kind != column.kind:
            reason = f"列「{proposed.key}」とは種類（kind）が違うので比べられません"
            self.report(self._path_of(column, "against"), reason)

    def _check_duplicates(self, columns: tuple[Column, ...], words: Words) -> None:
        """Check for equal headings and equal words, which a master could not distinguish."""
        seen: set[tuple[object, ...]] = set()
        for column in columns:
            heading = (*map(compare_key, (*column.under, column.name)), column.nth)
            if heading in seen:
                reason = f"見出し「{column.name}」の列がもう１つあります。nth で何番目かを書きます"
                self.report(self._path_of(column, "title"), reason)
            seen.add(heading)
        statuses = words.by_status.values()
        for word in _repeated(statuses):
            self.report(("words",), f"[words] の言葉「{word}」が２回あります")
        keys = {compare_key(word) for word in statuses}
        for column in (c for c in columns if c.fill):
            for choice in column.choices:
                if compare_key(choice) in keys:
                    reason = f"選択肢「{choice}」は、意見のない行の言葉（[words]）にもあります"
                    self.report(self._path_of(column, "choices"), reason)

    def _path_of(self, column: Column, setting: str) -> KeyPath:
        """The path of a column's setting."""
        for k, entry in enumerate(self.content.get("columns", [])):
            if not isinstance(entry, dict):
                continue
            titles = [entry.get("title"), *(entry.get("titles") or ())]
            if entry.get("key") == column.key or column.title in titles:
                return ("columns", k, setting)
        return ("columns",)

    # ---- settings outside the columns

    def _notes(self, table: Mapping[str, Any], columns: tuple[Column, ...]) -> dict[str, Note]:
        printed = (c for c in columns if c.prints and c.inside is None)
        texts = (text for c in printed for text in (*c.under, c.heading))
        headings = dict.fromkeys(plain(text) for text in texts if text)
        notes: dict[str, Note] = {}
        for heading, note in table.items():
            path: KeyPath = ("notes", heading)
            if plain(heading) not in headings:
                reason = f"見出し「{heading}」はありません。{_hint(heading, headings)}"
                self.report(path, reason)
            if isinstance(note, str):
                notes[plain(heading)] = Note(dict.fromkeys(Edition, note))
            elif isinstance(note, dict):
                valid = self.valid_settings(path, note, _NOTE_WORDS)
                notes[plain(heading)] = Note({Edition(name): text for name, text in valid.items()})
            else:
                self.report(path, '注は文字列か { meeting = "…", results = "…" } で書きます')
        return notes

    def _checks(
        self, tables: Sequence[Mapping[str, Any]], columns: tuple[Column, ...]
    ) -> tuple[Arithmetic, ...]:
        numbers = {n: c.key for c in columns if c.kind == "number" for n in (c.name, c.key)}
        checks: list[Arithmetic] = []
        for position, check in enumerate(tables):
            path: KeyPath = ("checks", position)
            valid = self.valid_settings(path, check, _CHECK_WORDS)
            if set(valid) != set(_CHECK_WORDS):
                self.report(path, "[[checks]] には equal と sum を書きます")
                continue
            names = [valid["equal"], *(term.removeprefix("-") for term in valid["sum"])]
            unknown = [name for name in names if name not in numbers]
            for name in unknown:
                reason = f'数（kind = "number"）の列「{name}」がありません。'
                self.report(path, reason + _hint(name, numbers))
            if not unknown:
                terms = [
                    (-1 if term.startswith("-") else 1, numbers[term.removeprefix("-")])
                    for term in valid["sum"]
                ]
                checks.append(Arithmetic(numbers[valid["equal"]], tuple(terms)))
        return tuple(checks)

    def _judgement(
        self, table: Mapping[str, Any] | None, columns: tuple[Column, ...]
    ) -> JudgementTable | None:
        if table is None:
            return None
        path: KeyPath = ("judgement",)
        valid = self.valid_settings(path, table, _JUDGEMENT_WORDS)
        scores = [column.key for column in columns if column.kind == "score"]
        for setting in ("rows", "columns"):
            if setting not in valid:
                self.report(path, f"[judgement] に「{setting}」がありません")
            else:
                self.is_known(path, setting, valid[setting], scores)
        for setting in ("letter", "label"):
            key = valid.get(setting, setting)
            if not any(column.key == key for column in columns):
                reason = f"[judgement] の {setting} の列「{key}」がありません。"
                self.report((*path, setting), reason + _hint(key, [c.key for c in columns]))
        cells = [self._cell(k, cell) for k, cell in enumerate(valid.get("cells", []))]
        scales = [
            next((column.scale for column in columns if column.key == valid.get(setting)), ())
            for setting in ("rows", "columns")
        ]
        self._check_cells(cells, *scales)
        return JudgementTable(
            rows=valid.get("rows", ""),
            columns=valid.get("columns", ""),
            cells=tuple(cell for cell in cells if cell),
            letter=valid.get("letter", "letter"),
            label=valid.get("label", "label"),
        )

    def _check_cells(
        self,
        cells: Sequence[JudgementCell | None],
        rows: Sequence[object],
        columns: Sequence[object],
    ) -> None:
        """Check for scores that are not on the scale of their column, and for repeated pairs."""
        pairs: set[tuple[int, int]] = set()
        for position, cell in enumerate(cells):
            if cell is None:
                continue
            path: KeyPath = ("judgement", "cells", position)
            for axis, score, scale in (("row", cell.row, rows), ("column", cell.column, columns)):
                if scale and score not in scale:
                    self.report(path, f"{axis} = {score} は、その列の評点（scale）にありません")
            if (cell.row, cell.column) in pairs:
                pair = f"row = {cell.row}, column = {cell.column}"
                self.report(path, f"[judgement] の {pair} が２回あります")
            pairs.add((cell.row, cell.column))

    def _cell(self, position: int, table: Mapping[str, Any]) -> JudgementCell | None:
        path: KeyPath = ("judgement", "cells", position)
        valid = self.valid_settings(path, table, _CELL_WORDS)
        if not {"row", "column", "letter"} <= set(valid):
            self.report(path, "判定表の欄には row、column、letter を書きます")
            return None
        return JudgementCell(**valid)

    def _check_widths(self, form: Form) -> None:
        """Check that margins and column widths fit on the paper."""
        room = form.paper.width - form.margins[1] - form.margins[3]
        if room <= 0 or form.paper.height <= form.margins[0] + form.margins[2]:
            self.report(("margins",), "余白が用紙より大きくなっています")
            return
        fixed = [column for column in form.printed if column.width is not None]
        total = sum(column.width or 0 for column in fixed)
        if total > room + 0.05:
            reason = (
                f"width の合計 {total:g} mm が、{form.paper.name} の余白の内側"
                f"（{room:g} mm）に入りません"
            )
            self.report(self._path_of(fixed[0], "width"), reason)


def _is_inside(column: Column, key: str | None, by_key: Mapping[str, Column]) -> bool:
    """Whether the column with that key is printed inside ``column``: a circular reference."""
    seen: set[str] = set()
    while key is not None and key in by_key and key not in seen:
        seen.add(key)
        key = by_key[key].inside
    return column.key in seen


def _hint(name: str, known: Iterable[str]) -> str:
    """「もしかして「required」ですか。使えるのは …です」, without ``name`` itself."""
    others = [each for each in known if each != name]
    hint = near_hint(name, others, cutoff=0.6)
    return f"{hint}使えるのは {'、'.join(others)} です" if others else hint


def _column(title: str, kind: str, valid: Mapping[str, Any]) -> Column:
    fill, prints = "fill" in valid, bool(valid.get("print", True))
    choices = valid.get("choices", ())
    return Column(
        key=valid.get("key") or _default_key(title),
        title=title,
        kind=kind,
        synonyms=tuple(valid.get("synonyms", ())),
        nth=valid.get("nth"),
        under=tuple(valid.get("under", ())),
        printed=valid.get("printed"),
        # Choices of another column are added when all columns are known.
        choices=() if isinstance(choices, str) else tuple(choices),
        boxes=valid.get("as") == "boxes",
        scale=_scale(valid.get("scale", ())),
        fill=fill,
        against=valid.get("against"),
        inside=valid.get("inside"),
        shape=valid.get("shape", "{}"),
        format=valid.get("format"),
        required=valid.get("required", prints and not fill and "inside" not in valid),
        prints=prints,
        merge=bool(valid.get("merge", False)),
        width=valid.get("width"),
        align=valid.get("align"),
    )


def _repeated(texts: Iterable[str]) -> list[str]:
    """The texts that occur a second time, ignoring the width of their characters."""
    seen: set[str] = set()
    repeated: list[str] = []
    for text in texts:
        if compare_key(text) in seen:
            repeated.append(text)
        seen.add(compare_key(text))
    return repeated


def _default_key(title: str) -> str:
    return "".join(plain(title).split())


def _scale(values: Sequence[int | str]) -> tuple[int | str, ...]:
    """The scores of a scale: ``[1, 4]`` is 1, 2, 3, 4; any other list is unchanged."""
    if len(values) == 2 and all(isinstance(each, int) for each in values):  # noqa: PLR2004 - lowest, highest
        low, high = (each for each in values if isinstance(each, int))
        return tuple(range(low, min(high, low + _LARGEST_SCALE) + 1))
    return tuple(dict.fromkeys(values))


def _margins(value: Any) -> tuple[float, float, float, float]:
    if value is None:
        return MARGINS
    if isinstance(value, list):
        top, right, bottom, left = map(float, value)
        return top, right, bottom, left
    size = float(value)
    return size, size, size, size
