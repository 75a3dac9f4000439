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


def test_each_module_is_a_kind_that_a_form_can_name() -> None:
    modules = {each.name for each in pkgutil.iter_modules(kinds.__path__)} - {"kind"}
    assert modules == {f"{name}_kind" for name in KINDS}
    for name in KINDS:
        found = vars(importlib.import_module(f"pipeline.model.kinds.{name}_kind")).values()
        made = [each for each in found if isinstance(each, type) and issubclass(each, Kind)]
        assert any(each is type(KINDS[name]) for each in made)


@EVERY_KIND
def test_a_kind_is_found_by_its_column(kind: Kind) -> None:
    assert kind_of(column(kind)) is kind


@EVERY_KIND
@pytest.mark.parametrize("fill", [False, True])
def test_the_officer_is_told_what_to_type(kind: Kind, fill: bool) -> None:  # noqa: FBT001 - both are tried
    told = kind.prompt(column(kind, fill=fill))
    assert told.endswith("。")
    assert not told.isascii()
    assert kind.label
    assert kind.align in {"left", "center", "right"}


@EVERY_KIND
def test_an_example_can_be_read_and_fits(kind: Kind) -> None:
    own = column(kind)
    example = kind.example(own)
    if example:
        assert kind.parse(CellText.of(example), own).problems == ()
        assert kind.fits(example, own)


@EVERY_KIND
def test_every_word_of_a_drop_down_can_be_read(kind: Kind) -> None:
    own = column(kind)
    for word in kind.words(own):
        told = kind.parse(CellText.of(word), own)
        assert told.value is not None
        assert told.problems == ()


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
def test_a_value_in_plain_text(value: Plain, text: str) -> None:
    assert shown(value) == text
