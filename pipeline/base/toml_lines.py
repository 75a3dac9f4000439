"""The line of each value of a TOML file: the text of a valid file in, lines by path out.

tomllib reports no line numbers. It has parsed the file before, so this module only follows
the file's structure. ``("columns", 2, "kind")`` is the key ``kind`` of the third column.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def lines_of(source: str) -> Mapping[KeyPath, int]:
    """The line number, from 1, of every key and of every item of a list."""
    return _Scanner(source).lines


class _Scanner:
    """Scans a TOML file once, from beginning to end, and records the lines."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        table: KeyPath = ()
        self._skip(_SPACE)
        while self.at < len(source):
            if source[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_SPACE)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.source, self.at)
        self.at = match.end() if match else self.at

    def _record(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, 1 + self.source.count("\n", 0, at))

    def _keys(self) -> KeyPath:
        """Read a key, which may be dotted."""
        keys: list[str] = []
        while match := _KEY.match(self.source, self.at):
            text = match[0]
            keys.append(str(tomllib.loads(f"k = {text}")["k"]) if text[0] in "\"'" else text)
            self.at = match.end()
            self._skip(_BLANK)
            if self.source[self.at : self.at + 1] != ".":
                break
            self.at += 1
            self._skip(_BLANK)
        return tuple(keys)

    def _header(self) -> KeyPath:
        """Read ``[table]`` or ``[[list of tables]]`` and return its path."""
        start = self.at
        depth = 2 if self.source.startswith("[[", self.at) else 1
        self.at += depth
        self._skip(_BLANK)
        keys = self._keys()
        self._skip(_BLANK)
        self.at += depth
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._last_table((*path, key))
        path = (*path, keys[-1])
        self._record(path, start)
        if depth == 2:  # noqa: PLR2004 - two brackets
            self._counts[path] = self._counts.get(path, -1) + 1
            path = self._last_table(path)
            self._record(path, start)
        return path

    def _last_table(self, path: KeyPath) -> KeyPath:
        """The path of the last table, if ``path`` is a list of tables; else ``path``."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        path = (*table, *self._keys())
        self._record(path, start)
        self._skip(_BLANK)
        self.at += 1  # =
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match self.source[self.at]:
            case '"' | "'":
                self._skip(_STRING)
            case "[":
                self._items(path)
            case "{":
                self._pairs(path)
            case _:
                self._skip(_SCALAR)

    def _items(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_SPACE)
        count = 0
        while self.source[self.at] != "]":
            self._record((*path, count), self.at)
            self._value((*path, count))
            count += 1
            self._skip_comma()
        self.at += 1

    def _pairs(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_SPACE)
        while self.source[self.at] != "}":
            self._pair(path)
            self._skip_comma()
        self.at += 1

    def _skip_comma(self) -> None:
        """Skip a comma, if there is one."""
        self._skip(_SPACE)
        if self.source[self.at] == ",":
            self.at += 1
            self._skip(_SPACE)
