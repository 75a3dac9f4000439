from __future__ import annotations

from support.records import project, records, seed_records

from pipeline.model.records import Proposal
from pipeline.stations.glyphs import check_glyphs


def test_the_seed_is_drawn_whole() -> None:
    assert check_glyphs(seed_records()) == ()


def test_rare_characters_of_names_are_drawn_by_the_second_font() -> None:
    assert check_glyphs(records(project(name="髙𠮷神㈱①葛󠄀城"))) == ()


def test_a_character_that_no_font_has_is_told_with_its_cell_and_code_point() -> None:
    odd = project(3, proposal=Proposal("国旗🦕の掲揚。", "継続"))
    (found,) = check_glyphs(records(odd))
    assert (found.code, found.project, found.value) == ("glyph-missing", 3, "🦕")
    assert "U+1F995" in found.message
    assert found.blocks


def test_a_machine_without_the_fonts_is_left_to_the_renderer_to_tell_of() -> None:
    assert check_glyphs(records(project(name="🦕")), families=("どこにもない書体",)) == ()
