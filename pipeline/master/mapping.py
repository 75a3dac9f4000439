"""The mapping of header texts to columns that the office has confirmed.

In: ``--map`` options or ``<master>.map.toml`` next to the master. Out: header
text → key. The file is written on request; every later run reads it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.base.files import read_bounded, replace
from pipeline.base.text import closest, compare_key, nearest
from pipeline.model.form import Form
from pipeline.model.form_file import toml_reason

# A mapping has some twenty lines.
_LIMIT: Final = 2**20


def mapping_path(master: Path) -> Path:
    """``inputs/台帳.xlsx`` → ``inputs/台帳.map.toml``."""
    return master.with_suffix(".map.toml")


def read_mapping(master: Path, form: Form | None = None) -> dict[str, str]:
    """The mapping stored next to the master; empty if there is none.

    InputUnreadable if the file is invalid or names a column that ``form`` lacks.
    """
    path = mapping_path(master)
    if not path.is_file():
        return {}
    try:
        columns = tomllib.loads(read_bounded(path, _LIMIT).decode("utf-8-sig")).get("columns", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputUnreadable("mapping-broken", path=path, reason=toml_reason(error)) from error
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise InputUnreadable("mapping-broken", path=path, reason="[columns]")
    known = {column.key for column in form.columns} if form else set(columns.values())
    for key in columns.values():
        if key not in known:
            nearest_key = closest(key, sorted(known))
            hint = f"。もしかして「{nearest_key}」ですか" if nearest_key else ""
            reason = f"列「{key}」はありません{hint}"
            raise InputUnreadable("mapping-broken", path=path, reason=reason)
    return columns


def write_mapping(master: Path, mapping: Mapping[str, str]) -> Path:
    """Store ``mapping`` next to the master, merged into the stored mapping.

    OutputUnwritable if the folder is not writable.
    """
    whole = {**read_mapping(master), **mapping}
    lines = ["# 台帳の見出しと列の対応（この内容で毎回読み取ります）", "[columns]"]
    # A JSON string is a TOML basic string.
    lines += [
        f"{json.dumps(h, ensure_ascii=False)} = {json.dumps(k, ensure_ascii=False)}"
        for h, k in whole.items()
    ]
    path = mapping_path(master)
    replace(("\n".join(lines) + "\n").encode("utf-8"), path)
    return path


def parse_option(option: str, form: Form) -> tuple[str, str]:
    """``元の見出し=progress`` → header and key.

    The title may replace the key (``=③進捗状況``). UsageMistake for an unknown column;
    it names the nearest key or title.
    """
    header, separator, name = option.rpartition("=")
    if not separator or not header.strip():
        raise UsageMistake("map-malformed", option=option)
    names = {compare_key(column.key): column.key for column in form.columns}
    names |= {compare_key(column.name): column.key for column in form.columns}
    key = names.get(compare_key(name))
    if key is None:
        raise UsageMistake("map-unknown", key=name, near=nearest_column(name, form))
    return header.strip(), key


def nearest_column(name: str, form: Form) -> str:
    """「もしかして「③進捗状況」ですか。」 for a misspelled key or title, else all keys."""
    keys = [column.key for column in form.columns]
    titles = [column.name for column in form.columns]
    close = closest(name, [*keys, *titles])
    return nearest(name, [close] if close else keys)
