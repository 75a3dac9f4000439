from __future__ import annotations

import subprocess
import unicodedata

import pytest
from support.records import project, records, seed_form, seed_records

from pipeline.master.glyphs import FAMILIES, _face, _needs_no_lookup, check_glyphs
from pipeline.model.form import JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.meeting import Meeting


def test_every_character_of_the_seed_can_be_drawn() -> None:
    assert check_glyphs(seed_records(), seed_form()) == ()


def test_second_font_draws_rare_characters_of_names() -> None:
    assert check_glyphs(records(project(name="髙𠮷神㈱①葛󠄀城")), seed_form()) == ()


def test_character_without_a_font_is_reported_with_its_code_point() -> None:
    row = project(3, reason="国旗🦕の掲揚。")
    (found,) = check_glyphs(records(row), seed_form())
    assert (found.code, found.project, found.value) == ("glyph-missing", 3, "🦕")
    assert "U+1F995" in found.message
    assert found.blocks


def test_private_character_is_reported_although_cp932_encodes_it() -> None:
    (found,) = check_glyphs(records(project(name="\ue000田")), seed_form())
    assert "U+E000" in found.message


def test_only_a_variant_missing_in_the_font_is_reported() -> None:
    assert check_glyphs(records(project(name="葛\U000e0100城・神\ufe00社")), seed_form()) == ()
    (found,) = check_glyphs(records(project(name="葛\U000e0103城")), seed_form())
    assert (found.code, found.value) == ("variant-missing", "葛\U000e0103")
    assert "U+845B U+E0103" in found.message
    assert not found.blocks


def test_every_character_without_lookup_is_in_the_first_font() -> None:
    common = {c for c in map(chr, range(0x20, 0x10000)) if _needs_no_lookup(c)}
    shaped = {c for c in common if unicodedata.category(c) not in {"Cc", "Cf", "Mn"}}
    assert len(shaped) > 7000
    assert {c for c in shaped if ord(c) not in _face(FAMILIES[0]).points} == set()


def test_judgement_table_of_the_office_is_checked() -> None:
    cells = tuple(
        JudgementCell(row=row, column=1, letter="A", label=label)
        for row, label in ((1, "継続"), (2, "見直🦕"), (3, "見直🦕"))
    )
    table = JudgementTable(rows="feasibility", columns="progress", cells=cells)
    rows = [(each.row, each.column, each.letter, each.label, "備考🦕") for each in cells]
    sheet = Sheet("判定表", (("⑤", "③", "判定", "区分", "備考"), *rows))
    found = check_glyphs(records(project()), seed_form(), judgement=(table, sheet))
    assert {(each.code, each.value) for each in found} == {("glyph-missing", "🦕")}
    # 備考 is not printed and not checked.
    assert [(each.sheet, each.cell) for each in found] == [("判定表", "D3"), ("判定表", "D4")]


@pytest.mark.parametrize("invisible", ["\u200b", "\u200e", "\u2060", "\ufeff", "\ufe0f", "\xad"])
def test_character_without_a_shape_needs_no_font(invisible: str) -> None:
    assert check_glyphs(records(project(name=f"図書{invisible}館")), seed_form()) == ()


def test_missing_variant_of_a_kanji_is_reported_with_its_project() -> None:
    row = project(2, name="葛\U000e0100城と城\U000e0110")
    (found,) = check_glyphs(records(row), seed_form())
    assert (found.code, found.project) == ("variant-missing", 2)
    assert found.value == "城\U000e0110"
    assert not found.blocks


def test_title_of_the_handout_is_checked() -> None:
    (found,) = check_glyphs(
        records(project(), meeting=Meeting("資料１", "方針🦕一覧")), seed_form()
    )
    assert (found.value, found.project, found.cell) == ("🦕", None, None)


def test_timeout_of_the_font_list_gives_no_findings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def time_out(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("fc-list", 20)

    monkeypatch.setattr(subprocess, "run", time_out)
    _face.cache_clear()
    assert check_glyphs(records(project(name="🦕")), seed_form(), families=("BIZ UDGothic",)) == ()
    _face.cache_clear()


def test_missing_fonts_give_no_findings() -> None:
    assert (
        check_glyphs(records(project(name="🦕")), seed_form(), families=("どこにもない書体",)) == ()
    )
