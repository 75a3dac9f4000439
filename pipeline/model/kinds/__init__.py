"""The kinds of columns, one module each. A new kind needs a module and an entry here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.model.columns import Column
from pipeline.model.kinds.choice_kind import Choice
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem
from pipeline.model.kinds.mark_kind import MarkKind
from pipeline.model.kinds.name_kind import Name
from pipeline.model.kinds.no_kind import No
from pipeline.model.kinds.number_kind import NumberKind
from pipeline.model.kinds.score_kind import Score
from pipeline.model.kinds.text_kind import Text
from pipeline.model.kinds.word_kind import Word

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (Text(), No(), Name(), Word(), Score(), NumberKind(), MarkKind(), Choice())
}


def kind_of(column: Column) -> Kind:
    """The kind of a column."""
    return KINDS[column.kind]


__all__ = ["KINDS", "CellText", "Kind", "Parsed", "Problem", "kind_of"]
