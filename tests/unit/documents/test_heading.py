from __future__ import annotations

from pipeline.documents.heading import heading_levels
from pipeline.model.columns import Column
from pipeline.model.handout import Heading

X, Y, Z = "評価内容", "評価の視点", "今後"


def columns(*paths: tuple[tuple[str, ...], str | None]) -> list[Column]:
    return [
        Column(key=str(k), title=f"列{k}", under=under, printed=printed)
        for k, (under, printed) in enumerate(paths)
    ]


def shape(levels: tuple[tuple[Heading, ...], ...]) -> list[list[tuple[str, int, int, int]]]:
    """Text, column, colspan, rowspan of the cells that begin at each level."""
    return [
        [(c.text, c.column, c.colspan, c.rowspan) for c in level if c.merge != "continue"]
        for level in levels
    ]


def test_a_header_without_groups_has_one_level() -> None:
    levels = heading_levels(columns(((), None), ((), "")))
    assert shape(levels) == [[("列0", 0, 1, 1), ("", 1, 1, 1)]]


def test_neighbouring_columns_with_equal_paths_share_one_cell_at_any_depth() -> None:
    header_columns = columns(((), None), ((X, Y), None), ((X, Y), None), ((X,), None))
    assert shape(heading_levels(header_columns)) == [
        [("列0", 0, 1, 3), (X, 1, 3, 1)],
        [(Y, 1, 2, 1), ("列3", 3, 1, 2)],
        [("列1", 1, 1, 1), ("列2", 2, 1, 1)],
    ]


def test_columns_without_a_heading_share_the_groups_cell() -> None:
    header_columns = columns(((Z, Y), ""), ((Z, Y), ""), ((Z,), None))
    assert shape(heading_levels(header_columns)) == [
        [(Z, 0, 3, 1)],
        [(Y, 0, 2, 1), ("列2", 2, 1, 1)],
    ]


def test_one_column_of_a_group_may_have_no_heading() -> None:
    header_columns = columns(((X,), ""), ((X,), None))
    assert shape(heading_levels(header_columns)) == [
        [(X, 0, 2, 1)],
        [("", 0, 1, 1), ("列1", 1, 1, 1)],
    ]


def test_equal_groups_that_are_not_adjacent_are_two_cells() -> None:
    header_columns = columns(((X,), None), ((Y,), None), ((X,), None))
    assert [text for text, *_ in shape(heading_levels(header_columns))[0]] == [X, Y, X]


def test_continued_cell_is_in_each_level_for_word() -> None:
    levels = heading_levels(columns(((), None), ((X, Y), None)))
    assert [[c.merge for c in level if c.column == 0] for level in levels] == [
        ["restart"],
        ["continue"],
        ["continue"],
    ]


def test_note_is_printed_once_with_its_heading() -> None:
    levels = heading_levels(columns(((X,), None)), note=lambda words: "※ 注" if words == X else "")
    assert [[cell.note for cell in level] for level in levels] == [[("※ 注",)], [("",)]]
