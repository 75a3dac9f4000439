from __future__ import annotations

import subprocess
import unicodedata

import pytest
from support.records import project, records, seed_form, seed_records

from pipeline.master.glyphs import FAMILIES, _face, _needs_no_lookup, check_glyphs
from pipeline.model.form import JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.meeting import Meeting


def test_the_seed_is_drawn_whole() -> None:
    assert check_glyphs(seed_records(), seed_form()) == ()


def test_rare_characters_of_names_are_drawn_by_the_second_font() -> None:
    assert check_glyphs(records(project(name="髙𠮷神㈱①葛󠄀城")), seed_form()) == ()


def test_a_character_that_no_font_has_is_told_with_its_cell_and_code_point() -> None:
    odd = project(3, reason="国旗🦕の掲揚。")
    (found,) = check_glyphs(records(odd), seed_form())
    assert (found.code, found.project, found.value) == ("glyph-missing", 3, "🦕")
    assert "U+1F995" in found.message
    assert found.blocks


def test_a_character_of_the_office_own_is_told_although_cp932_has_room_for_it() -> None:
    (found,) = check_glyphs(records(project(name="\ue000田")), seed_form())
    assert "U+E000" in found.message


def test_a_shape_that_the_font_has_is_no_finding_and_one_that_it_lacks_is_told() -> None:
    assert check_glyphs(records(project(name="葛\U000e0100城・神\ufe00社")), seed_form()) == ()
    (found,) = check_glyphs(records(project(name="葛\U000e0103城")), seed_form())
    assert (found.code, found.value) == ("variant-missing", "葛\U000e0103")
    assert "U+845B U+E0103" in found.message
    assert not found.blocks


def test_every_character_that_is_not_looked_up_is_in_the_first_font() -> None:
    common = {c for c in map(chr, range(0x20, 0x10000)) if _needs_no_lookup(c)}
    shaped = {c for c in common if unicodedata.category(c) not in {"Cc", "Cf", "Mn"}}
    assert len(shaped) > 7000
    assert {c for c in shaped if ord(c) not in _face(FAMILIES[0]).points} == set()


def test_the_judgement_table_of_the_office_is_looked_at_as_well() -> None:
    cells = tuple(
        JudgementCell(row=row, column=1, letter="A", label=label)
        for row, label in ((1, "継続"), (2, "見直🦕"), (3, "見直🦕"))
    )
    table = JudgementTable(rows="feasibility", columns="progress", cells=cells)
    rows = [(each.row, each.column, each.letter, each.label, "備考🦕") for each in cells]
    sheet = Sheet("判定表", (("⑤", "③", "判定", "区分", "備考"), *rows))
    found = check_glyphs(records(project()), seed_form(), judgement=(table, sheet))
    assert {(each.code, each.value) for each in found} == {("glyph-missing", "🦕")}
    # What is not printed (備考) is no matter.
    assert [(each.sheet, each.cell) for each in found] == [("判定表", "D3"), ("判定表", "D4")]


@pytest.mark.parametrize("invisible", ["\u200b", "\u200e", "\u2060", "\ufeff", "\ufe0f", "\xad"])
def test_a_character_without_a_shape_needs_no_font(invisible: str) -> None:
    assert check_glyphs(records(project(name=f"図書{invisible}館")), seed_form()) == ()


def test_a_variant_of_a_kanji_that_its_font_lacks_is_told_with_its_cell() -> None:
    odd = project(2, name="葛\U000e0100城と城\U000e0110")
    (found,) = check_glyphs(records(odd), seed_form())
    assert (found.code, found.project) == ("variant-missing", 2)
    assert found.value == "城\U000e0110"
    assert not found.blocks


def test_the_title_of_the_paper_is_looked_at_too() -> None:
    (found,) = check_glyphs(
        records(project(), meeting=Meeting("資料１", "方針🦕一覧")), seed_form()
    )
    assert (found.value, found.project, found.cell) == ("🦕", None, None)


def test_a_list_of_fonts_that_never_comes_is_as_if_there_were_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("fc-list", 20)

    monkeypatch.setattr(subprocess, "run", never)
    _face.cache_clear()
    assert check_glyphs(records(project(name="🦕")), seed_form(), families=("BIZ UDGothic",)) == ()
    _face.cache_clear()


def test_a_machine_without_the_fonts_is_left_to_the_renderer_to_tell_of() -> None:
    assert (
        check_glyphs(records(project(name="🦕")), seed_form(), families=("どこにもない書体",)) == ()
    )
