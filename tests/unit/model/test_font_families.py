from __future__ import annotations

from pathlib import Path

import pytest
from support.records import seed_form

from pipeline.model.font_families import families, has_own_fonts


def test_shipped_pages_use_a_font_and_a_substitute_for_rare_characters() -> None:
    folders = seed_form().folders
    assert families(folders) == ("BIZ UDGothic",)
    assert {"BIZ UDGothic", "IPAmjMincho"} <= set(families(folders, with_substitutes=True))
    assert not has_own_fonts(folders)


@pytest.mark.parametrize(
    ("css", "first", "every"),
    [
        ("p { font-family: 'Noto Sans JP', serif }", ("Noto Sans JP",), ("Noto Sans JP",)),
        ("p{font-family:Meiryo,MS Gothic}", ("Meiryo",), ("Meiryo", "MS Gothic")),
        ("p { font-family: inherit }", (), ()),
        (
            '@font-face { font-family: "外字"; src: url(g.ttf) } p { font-family: "外字", A }',
            (),
            ("A",),
        ),
    ],
)
def test_families_are_read_from_css(
    tmp_path: Path, css: str, first: tuple[str, ...], every: tuple[str, ...]
) -> None:
    (tmp_path / "handout.css").write_text(css, encoding="utf-8")
    assert families((tmp_path,)) == first
    assert families((tmp_path,), with_substitutes=True) == every
    assert has_own_fonts((tmp_path,)) == ("@font-face" in css)


def test_replaced_shared_file_is_not_read(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    for folder, family in ((own, "Meiryo"), (shared, "MS Gothic")):
        folder.mkdir()
        (folder / "handout.css").write_text(f"p {{ font-family: {family} }}", encoding="utf-8")
    assert families((own, shared), with_substitutes=True) == ("Meiryo",)
