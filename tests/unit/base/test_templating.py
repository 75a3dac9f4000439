"""The sandbox for templates: what they can't do, and how their mistakes are told."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from pipeline.base import templating as module
from pipeline.base.templating import (
    MISTAKES,
    EndlessTemplate,
    Sandbox,
    place_of,
    reason_of,
    written,
)

NAMES = {"rows": [{"name": "図書館"}, {"name": "<b>"}], "double": lambda number: 2 * number}


def filled(source: str) -> str:
    return Sandbox(DictLoader({"page": source}), NAMES).get_template("page").render()


def mistake(source: str) -> BaseException:
    with pytest.raises(MISTAKES) as caught:
        filled(source)
    return caught.value


def test_loops_macros_and_given_functions_work() -> None:
    source = (
        "{% macro cell(row) %}[{{ row.name }}]{% endmacro %}"
        "{% for row in rows %}{{ cell(row) }}{{ '、' if not loop.last }}{% endfor %}{{ double(2) }}"
    )
    assert filled(source) == "[図書館]、[&lt;b&gt;]4"


def test_a_value_is_escaped_and_no_filter_stops_that() -> None:
    assert filled("{{ rows[1].name }}") == "&lt;b&gt;"
    assert reason_of(mistake("{{ rows[1].name|safe }}"), ()) == "「safe」という加工は使えません"


@pytest.mark.parametrize(
    "source",
    [
        "{% for row in rows %}" * 16 + "{% endfor %}" * 16,
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    ],
    ids=["nested loops", "a macro that calls itself"],
)
def test_what_would_never_end_is_ended(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_TURNS", 10_000)
    assert "くり返しが多すぎて" in reason_of(mistake(source), ())


@pytest.mark.parametrize("source", ["{{ 'x' * 10 }}", "{{ 10 ** 9 }}", "{{ rows * 2 }}"])
def test_texts_and_powers_are_not_multiplied(source: str) -> None:
    assert "数どうしにしか使えません" in reason_of(mistake(source), ())


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ rows.append(1) }}", "は呼び出せません"),
        ("{{ rows.__class__ }}", "「__class__」は使えません"),
        ("{{ 'x'.center(1000000000) }}", "は呼び出せません"),
        ("{{ '%1000000000d'|format(1) }}", "「format」という加工は使えません"),
        ("{{ range(10) }}", "は呼び出せません"),
        ("{{ rows|random }}", "「random」という加工は使えません"),
    ],
)
def test_nothing_else_is_within_reach(source: str, reason: str) -> None:
    assert reason_of(mistake(source), ()).endswith(reason)


def test_a_misspelt_name_comes_with_the_nearest_one() -> None:
    told = reason_of(mistake("{{ rows[0].nmae }}"), ["name", "rows"])
    assert told == "「nmae」という名前はありません。「name」ではありませんか"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("\n\n{{ wors }}", 3),
        ("\n{% for row in rows %}\n{{ 1 / 0 }}{% endfor %}", 3),
        ("\n{% for row in rows %}\n{% if row %}\n{% endif %}\nx", 2),
        ("\n{% fro row in rows %}", 2),
    ],
)
def test_the_line_of_a_mistake_is_known(source: str, line: int) -> None:
    assert place_of(mistake(source))[1] == line


def test_loops_nested_too_deeply_are_a_mistake_too() -> None:
    error = mistake("{% for row in rows %}" * 30 + "{% endfor %}" * 30)
    assert reason_of(error, ()) == "くり返しと条件の重なりが深すぎます"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ a b }}", "「b」の前の書き方が正しくありません"),
        ("{% for row of rows %}{% endfor %}", "「of」の前の書き方が正しくありません"),
        ("{{ a ? b }}", "「?」はここに書けません"),
        ("{{ a ) }}", "「)」はここに書けません"),
        ("{{ }}", "命令が途中で終わっています"),
        ("{% if %}{% endif %}", "命令が途中で終わっています"),
        ("{{ a", "命令が途中で終わっています"),
    ],
)
def test_what_jinja_says_in_english_of_a_slip_is_put_into_japanese(source: str, told: str) -> None:
    assert reason_of(mistake(source), ()) == told


def test_a_loop_without_an_end_is_told_in_words() -> None:
    assert reason_of(mistake("{% for row in rows %}\n"), ()) == "「for」の終わりがありません"


def test_the_same_text_is_compiled_once_in_a_process() -> None:
    source = "{{ rows[0].name }} compiled once"
    first, second = (Sandbox(DictLoader({}), NAMES) for _ in range(2))
    assert first.compile(source) is second.compile(source)
    assert first.compile(source) is not first.compile(source + ".")


def test_what_is_compiled_for_other_options_is_not_taken() -> None:
    source = "{% if rows %}\n{{ rows[0].name }}{% endif %}"
    plain = Sandbox(DictLoader({}), NAMES)
    trimmed = Sandbox(DictLoader({}), NAMES, trim_blocks=True)
    loud = Sandbox(DictLoader({}), NAMES, finalize=lambda value: f"{value}!")
    shown = [each.from_string(source).render() for each in (plain, trimmed, loud)]
    assert shown == ["\n図書館", "図書館", "\n図書館!"]


def test_compiled_templates_do_not_pile_up() -> None:
    environment = Sandbox(DictLoader({}), NAMES)
    for number in range(200):
        environment.compile(f"template {number}")
    assert len(module._compiled) <= module._MOST_COMPILED


def test_a_text_that_grows_too_long_is_ended() -> None:
    template = Sandbox(DictLoader({}), NAMES).from_string("{% for row in rows %}1234{% endfor %}")
    assert written(template, {}, most=8) == "12341234"
    with pytest.raises(EndlessTemplate):
        written(template, {}, most=7)
