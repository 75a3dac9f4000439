"""The visible content of a Word file: text with its formatting, other parts by their kind."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from support.mutations import element

from pipeline.base.word import (
    Oddity,
    Passage,
    WordDocument,
    WordProblem,
    WordTable,
    package_of,
    read,
)
from pipeline.base.word.package import PackageProblem

R = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rels(*relationships: tuple[str, str]) -> bytes:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(relationships)
    )
    return f'<Relationships xmlns="{R}">{listed}</Relationships>'.encode()


def document_with(
    body: str, *, styles: str = "", theme: str = "", comments: str = ""
) -> WordDocument:
    """A document with this body, styles, theme and comments."""
    document: Any = element(f"<w:document><w:body>{body}</w:body></w:document>")
    parts = {
        "_rels/.rels": rels(("officeDocument", "word/document.xml")),
        "word/document.xml": etree.tostring(document),
        "word/_rels/document.xml.rels": rels(
            ("styles", "styles.xml"), ("theme", "theme.xml"), ("comments", "comments.xml")
        ),
        "word/styles.xml": etree.tostring(element(f"<w:styles>{styles}<w:a/></w:styles>")),
        "word/theme.xml": (theme or "<theme/>").encode(),
        "word/comments.xml": etree.tostring(element(f"<w:comments>{comments}<w:a/></w:comments>")),
    }
    return read(package_of(parts))


def passage(xml: str, **parts: str) -> Passage:
    """The only paragraph of a document."""
    (found,) = document_with(f"<w:p>{xml}</w:p>", **parts).body
    assert isinstance(found, Passage)
    return found


def table(xml: str, **parts: str) -> WordTable:
    (found,) = document_with(f"<w:tbl><w:tblGrid/>{xml}</w:tbl>", **parts).body
    assert isinstance(found, WordTable)
    return found


def run(text: str, looks: str = "") -> str:
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{text}</w:t></w:r>"


def oddities(xml: str, **parts: str) -> set[Oddity]:
    found = passage(xml, **parts)
    text_oddities = {oddity for piece in found.pieces() for oddity in piece.oddities}
    return text_oddities | {odd.kind for odd in found.odds}


def test_plain_text_has_no_oddities() -> None:
    found = passage(run("継続", '<w:rFonts w:ascii="BIZ UDゴシック"/><w:lang w:val="ja-JP"/>'))
    assert (found.text, found.odds, oddities(run("継続"))) == ("継続", (), set())


def test_breaks_tabs_and_hyphens_are_read() -> None:
    found = passage(
        "<w:r><w:t>一行目</w:t><w:br/><w:t>二行目</w:t><w:tab/><w:noBreakHyphen/></w:r>"
    )
    assert [line.text for line in found.lines] == ["一行目", "二行目\t\u2011"]


@pytest.mark.parametrize(
    ("looks", "oddity"),
    [
        ("<w:strike/>", Oddity.STRUCK),
        ("<w:dstrike/>", Oddity.STRUCK),
        ("<w:vanish/>", Oddity.HIDDEN),
        ('<w:color w:val="FFFFFF"/>', Oddity.FAINT),
        ('<w:color w:val="D9D9D9"/>', Oddity.FAINT),
        ('<w:color w:val="FF0000" w:themeColor="background1"/>', Oddity.FAINT),
        ('<w:color w:themeColor="text1" w:themeTint="0D"/>', Oddity.FAINT),
        ('<w:color w:val="000000"/><w:highlight w:val="black"/>', Oddity.FAINT),
        ('<w:color w:val="101010"/><w:shd w:val="clear" w:fill="000000"/>', Oddity.FAINT),
        ('<w:color w:val="000000"/><w:shd w:val="solid" w:color="auto"/>', Oddity.FAINT),
        ('<w:sz w:val="4"/>', Oddity.TINY),
        ('<w:w w:val="1"/>', Oddity.TINY),
        ('<w:spacing w:val="-300"/>', Oddity.TINY),
        ('<w:position w:val="-200"/>', Oddity.FRAMED),
        ("<w:emboss/>", Oddity.EFFECT),
        ("<w14:glow/>", Oddity.EFFECT),
    ],
)
def test_illegible_formatting_is_an_oddity(looks: str, oddity: Oddity) -> None:
    assert oddity in oddities(run("継続", looks))


@pytest.mark.parametrize(
    "looks",
    [
        '<w:strike w:val="0"/>',
        '<w:vanish w:val="false"/>',
        '<w:color w:val="auto"/>',
        '<w:color w:val="FF0000"/>',
        '<w:highlight w:val="none"/>',
        '<w:highlight w:val="black"/>',
        '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>',
        '<w:vertAlign w:val="baseline"/><w:rtl w:val="0"/>',
    ],
)
def test_legible_formatting_is_not_an_oddity(looks: str) -> None:
    assert oddities(run("継続", looks)) == set()


def style(name: str, looks: str, kind: str = "character", based: str = "") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{base}'
        f"<w:rPr>{looks}</w:rPr></w:style>"
    )


def test_formatting_is_inherited_from_base_styles() -> None:
    styles = style("Gone", "<w:strike/>") + style("After", "", based="Gone")
    for name in ("Gone", "After"):
        assert oddities(run("継続", f'<w:rStyle w:val="{name}"/>'), styles=styles) == {
            Oddity.STRUCK
        }


def test_nearest_setting_applies() -> None:
    styles = style("Gone", "<w:strike/>") + style("Back", '<w:strike w:val="0"/>', based="Gone")
    assert oddities(run("継続", '<w:rStyle w:val="Back"/>'), styles=styles) == set()
    own = '<w:rStyle w:val="Gone"/><w:strike w:val="0"/>'
    assert oddities(run("継続", own), styles=styles) == set()


def test_styles_based_on_each_other_are_read() -> None:
    styles = style("A", "", based="B") + style("B", "<w:strike/>", based="A")
    assert oddities(run("継続", '<w:rStyle w:val="A"/>'), styles=styles) == {Oddity.STRUCK}


def test_document_defaults_and_default_style_apply() -> None:
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    )
    assert oddities(run("継続"), styles=defaults) == {Oddity.HIDDEN}
    usual = style("Normal", '<w:sz w:val="2"/>', "paragraph").replace(
        "w:styleId", 'w:default="1" w:styleId'
    )
    assert oddities(run("継続"), styles=usual) == {Oddity.TINY}


def test_colours_are_read_from_the_theme_of_the_file() -> None:
    theme = (
        '<a:theme xmlns:a="a"><a:clrScheme><a:accent1><a:srgbClr val="FEFEFE"/></a:accent1>'
        "</a:clrScheme></a:theme>"
    )
    looks = '<w:color w:val="FF0000" w:themeColor="accent1"/>'
    assert oddities(run("継続", looks), theme=theme) == {Oddity.FAINT}
    assert oddities(run("継続", looks)) == set()


def test_background_of_a_cell_is_used_for_contrast() -> None:
    cell = '<w:tc><w:tcPr><w:shd w:fill="{}"/></w:tcPr><w:p>{}</w:p></w:tc>'
    white = run("見出し", '<w:color w:val="FFFFFF"/>')
    (row,) = table(f"<w:tr>{cell.format('1F3864', white)}{cell.format('auto', white)}</w:tr>").rows
    faint = [{o for p in each.pieces() for o in p.oddities} for each in row.cells]
    assert faint == [set(), {Oddity.FAINT}]


@pytest.mark.parametrize(
    ("xml", "oddity", "words"),
    [
        ("<w:r><w:drawing/></w:r>", Oddity.DRAWING, ""),
        ("<w:r><w:object/></w:r>", Oddity.DRAWING, ""),
        ('<w:r><w:pict><v:textpath string="見本"/></w:pict></w:r>', Oddity.DRAWING, "見本"),
        (
            "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>否</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
            Oddity.TEXT_BOX,
            "否",
        ),
        ('<w:r><w:commentReference w:id="5"/></w:r>', Oddity.COMMENT, "確認"),
        ('<w:commentRangeStart w:id="5"/>', Oddity.COMMENT, "確認"),
        ('<w:r><w:footnoteReference w:id="5"/></w:r>', Oddity.NOTE, ""),
        ("<w:r><w:oMath><w:r><w:t>x</w:t></w:r></w:oMath></w:r>", Oddity.EQUATION, "x"),
        ("<w:del><w:r><w:delText>消</w:delText></w:r></w:del>", Oddity.DELETED, "消"),
        ("<w:unheardOf><w:r><w:t>語</w:t></w:r></w:unheardOf>", Oddity.UNKNOWN, "語"),
    ],
)
def test_other_content_is_an_oddity_with_its_text(xml: str, oddity: Oddity, words: str) -> None:
    comment = '<w:comment w:id="5"><w:p><w:r><w:t>確認</w:t></w:r></w:p></w:comment>'
    (odd,) = passage(xml, comments=comment).odds
    assert (odd.kind, odd.text) == (oddity, words)


def test_comment_without_a_place_is_loose() -> None:
    comment = '<w:comment w:id="5"><w:p><w:r><w:t>確認</w:t></w:r></w:p></w:comment>'
    assert [odd.text for odd in document_with("<w:p/>", comments=comment).loose] == ["確認"]


def test_deleted_text_is_skipped_and_deleted_paragraph_mark_joins() -> None:
    first = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p>"
    (row,) = table(
        f"<w:tr><w:tc>{first}<w:p><w:del>{run('消')}</w:del><w:ins>{run('後')}</w:ins></w:p></w:tc></w:tr>"
    ).rows
    assert [line.text for line in row.cells[0].lines] == ["前後"]


def test_newer_alternate_content_is_read() -> None:
    xml = (
        f"<mc:AlternateContent><mc:Choice>{run('新')}</mc:Choice>"
        f"<mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent>"
    )
    assert (passage(xml).text, oddities(xml)) == ("新", {Oddity.ALTERNATE})


def test_check_box_has_its_state_and_its_mark() -> None:
    xml = (
        '<w:sdt><w:sdtPr><w:tag w:val="a.1.1"/><w14:checkbox><w14:checked w14:val="1"/>'
        f"</w14:checkbox></w:sdtPr><w:sdtContent>{run('■')}</w:sdtContent></w:sdt>{run('継続')}"
    )
    found = passage(xml)
    (control,) = found.controls
    assert (control.tag, control.checked, found.odds) == ("a.1.1", True, ())
    assert [piece.control for piece in found.pieces()] == [control.number, None]


@pytest.mark.parametrize(
    ("properties", "oddity"),
    [
        ("<w:dropDownList/>", Oddity.CONTROL),
        ('<w:dataBinding w:xpath="/x"/>', Oddity.BOUND),
        ("<w:showingPlcHdr/>", Oddity.PLACEHOLDER),
    ],
)
def test_other_control_is_an_oddity(properties: str, oddity: Oddity) -> None:
    xml = f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{run('語')}</w:sdtContent></w:sdt>"
    assert (passage(xml).text, oddity in oddities(xml)) == ("語", True)


def test_symbols_are_converted_and_unknown_ones_are_an_oddity() -> None:
    wingdings = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    assert passage(run("ü", wingdings)).text == "✓"
    assert passage('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>').text == "☑"
    assert Oddity.SYMBOL in oddities('<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>')
    assert passage(run("継続", wingdings)).text == "継続"


def test_cells_have_their_place_in_the_grid() -> None:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc>'
    (row,) = table(
        f"<w:tr>{wide}<w:sdt><w:sdtContent><w:tc><w:p/></w:tc></w:sdtContent></w:sdt></w:tr>"
    ).rows
    assert [(cell.start, cell.end) for cell in row.cells] == [(0, 2), (2, 3)]


@pytest.mark.parametrize(
    ("xml", "oddity"),
    [
        ("<w:hidden/>", Oddity.HIDDEN),
        ('<w:trHeight w:val="20" w:hRule="exact"/>', Oddity.HIDDEN),
        ('<w:trHeight w:val="400" w:hRule="exact"/>', Oddity.FIXED),
        ("<w:ins/>", Oddity.INSERTED),
        ('<w:gridBefore w:val="1"/>', Oddity.SHIFTED),
    ],
)
def test_unusual_row_has_an_oddity(xml: str, oddity: Oddity) -> None:
    (row,) = table(f"<w:tr><w:trPr>{xml}</w:trPr><w:tc><w:p/></w:tc></w:tr>").rows
    assert [odd.kind for odd in row.odds] == [oddity]


def problem(parts: dict[str, bytes]) -> PackageProblem:
    with pytest.raises(WordProblem) as caught:
        package_of(parts)
    return caught.value.problem


def test_main_document_is_named_by_the_package() -> None:
    body = "<w:document><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>"
    parts = {
        "_rels/.rels": rels(("officeDocument", "word/other.xml")),
        "word/other.xml": etree.tostring(element(body.format("本文"))),
    }
    (found,) = read(package_of(parts)).body
    assert isinstance(found, Passage)
    assert found.text == "本文"
    assert (
        problem(parts | {"word/document.xml": parts["word/other.xml"]})
        is PackageProblem.SEVERAL_DOCUMENTS
    )
    assert problem({"_rels/.rels": rels()}) is PackageProblem.NO_DOCUMENT
