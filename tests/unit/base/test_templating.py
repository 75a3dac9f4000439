"""The sandbox for templates: what is forbidden, and how errors are reported."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from pipeline.base.templating import TEMPLATE_ERRORS, Sandbox, place_of, reason_of

NAMES = {"rows": [{"name": "図書館"}, {"name": "<b>"}], "double": lambda number: 2 * number}


def filled(source: str) -> str:
    return Sandbox(DictLoader({"page": source}), NAMES).get_template("page").render()


def error_in(source: str) -> BaseException:
    with pytest.raises(TEMPLATE_ERRORS) as caught:
        filled(source)
    return caught.value


def test_loops_macros_and_given_functions_work() -> None:
    source = (
        "{% macro cell(row) %}[{{ row.name }}]{% endmacro %}"
        "{% for row in rows %}{{ cell(row) }}{{ '、' if not loop.last }}{% endfor %}{{ double(2) }}"
    )
    assert filled(source) == "[図書館]、[&lt;b&gt;]4"


def test_value_is_always_escaped() -> None:
    assert filled("{{ rows[1].name }}") == "&lt;b&gt;"
    assert reason_of(error_in("{{ rows[1].name|safe }}"), ()) == "「safe」という加工は使えません"


def test_endless_recursion_is_an_error() -> None:
    error = error_in("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}")
    assert reason_of(error, ()) == "命令の呼び出しが深すぎます"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ rows.append(1) }}", "は呼び出せません"),
        ("{{ rows.__class__ }}", "「__class__」は使えません"),
        ("{{ 'x'.center(1000000000) }}", "は呼び出せません"),
        ("{{ range(10) }}", "は呼び出せません"),
        ("{{ rows|random }}", "「random」という加工は使えません"),
    ],
)
def test_other_functions_and_filters_are_forbidden(source: str, reason: str) -> None:
    assert reason_of(error_in(source), ()).endswith(reason)


def test_misspelt_name_is_reported_with_the_most_similar_one() -> None:
    reason = reason_of(error_in("{{ rows[0].nmae }}"), ["name", "rows"])
    assert reason == "「nmae」という名前はありません。「name」ではありませんか"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("\n\n{{ wors }}", 3),
        ("\n{% for row in rows %}\n{{ 1 / 0 }}{% endfor %}", 3),
        ("\n{% for row in rows %}\n{% if row %}\n{% endif %}\nx", 2),
        ("\n{% fro row in rows %}", 2),
    ],
)
def test_line_of_an_error_is_known(source: str, line: int) -> None:
    assert place_of(error_in(source))[1] == line


def test_too_deeply_nested_loops_are_an_error() -> None:
    error = error_in("{% for row in rows %}" * 30 + "{% endfor %}" * 30)
    assert reason_of(error, ()) == "くり返しと条件の重なりが深すぎます"


@pytest.mark.parametrize(
    ("source", "reason"),
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
def test_syntax_error_has_a_japanese_reason(source: str, reason: str) -> None:
    assert reason_of(error_in(source), ()) == reason


def test_loop_without_an_end_is_reported() -> None:
    assert reason_of(error_in("{% for row in rows %}\n"), ()) == "「for」の終わりがありません"
