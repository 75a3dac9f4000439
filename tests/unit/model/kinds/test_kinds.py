from __future__ import annotations

import importlib
import pkgutil

import pytest

from pipeline.model import kinds
from pipeline.model.columns import Column
from pipeline.model.kinds import KINDS, CellText, Kind, kind_of
from pipeline.model.kinds.kind import shown
from pipeline.model.values import Number, Plain

EVERY_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def column(kind: Kind, *, fill: bool = False) -> Column:
    """A column of a kind, with a scale and choices for those that have them."""
    return Column(
        key="x", title="見出し", kind=kind.name, scale=(1, 2), choices=("甲", "乙"), fill=fill
    )


def test_every_module_defines_a_registered_kind() -> None:
    modules = {each.name for each in pkgutil.iter_modules(kinds.__path__)} - {"kind"}
    assert modules == {f"{name}_kind" for name in KINDS}
    for name in KINDS:
        values = vars(importlib.import_module(f"pipeline.model.kinds.{name}_kind")).values()
        classes = [value for value in values if isinstance(value, type) and issubclass(value, Kind)]
        assert any(each is type(KINDS[name]) for each in classes)


@EVERY_KIND
def test_kind_of_returns_the_kind_of_a_column(kind: Kind) -> None:
    assert kind_of(column(kind)) is kind


@EVERY_KIND
@pytest.mark.parametrize("fill", [False, True])
def test_prompt_label_and_alignment_are_set(kind: Kind, fill: bool) -> None:  # noqa: FBT001 - both are tried
    prompt = kind.prompt(column(kind, fill=fill))
    assert prompt.endswith("。")
    assert not prompt.isascii()
    assert kind.label
    assert kind.align in {"left", "center", "right"}


@EVERY_KIND
def test_example_is_valid_and_fits(kind: Kind) -> None:
    own = column(kind)
    example = kind.example(own)
    if example:
        assert kind.parse(CellText.of(example), own).problems == ()
        assert kind.fits(example, own)


@EVERY_KIND
def test_every_drop_down_word_is_valid(kind: Kind) -> None:
    own = column(kind)
    for word in kind.words(own):
        parsed = kind.parse(CellText.of(word), own)
        assert parsed.value is not None
        assert parsed.problems == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, ""),
        (True, "○"),
        (4, "4"),
        ("継続", "継続"),
        (Number(-960, "▲960"), "▲960"),
    ],
)
def test_shown_returns_plain_text(value: Plain, text: str) -> None:
    assert shown(value) == text
