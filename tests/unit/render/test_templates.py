"""Safety of templates: they read only their folder, and every mistake is reported in one pass."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.forms import page_form
from support.records import handout, project, records, reference, seed_form, summary
from support.word import form_with, swap, template, with_parts

from pipeline.base.errors import ComponentMissing, PipelineError
from pipeline.model.document import Document
from pipeline.model.findings import Finding
from pipeline.model.handout import Handout
from pipeline.render.docx import check_docx_template, render_docx
from pipeline.render.pdf import check_pdf_templates, render_pdf

BODY = "word/document.xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@contextmanager
def listener() -> Iterator[tuple[str, Callable[[], int]]]:
    """A local address, and a function that counts the connections since its last call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)

        def calls() -> int:
            count = 0
            while True:
                try:
                    server.accept()[0].close()
                except BlockingIOError:
                    return count
                count += 1

        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", calls


def page(body: str, head: str = "") -> str:
    return f'<html lang="ja"><head><title>x</title>{head}</head><body>{body}</body></html>'


def small_handout() -> Handout:
    return handout(records(project()))


def test_listener_counts_connections() -> None:
    with listener() as (url, calls):
        host, port = url.removeprefix("http://").removesuffix("/x").split(":")
        socket.create_connection((host, int(port))).close()
        assert calls() == 1
        assert calls() == 0


# --- out of the folder ------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
REFERENCES = {
    "attachment": page("x", '<link rel="attachment" href="{}">'),
    "attached link": page('<a rel="attachment" href="{}">x</a>'),
    "icon": page("x", '<link rel="icon" href="{}"><link rel="stylesheet" href="{}">'),
    "embed": page('<embed src="{}">'),
    "list": page('<ul style="list-style-image: url({})"><li>x</ul>'),
    "content": page("<p>x</p>", "<style>p::before {{ content: url({}) }}</style>"),
    "border": page('<p style="border-image: url({}) 1; border: 1px solid">x</p>'),
    "margin box": page("x", "<style>@page {{ @top-left {{ content: url({}) }} }}</style>"),
    "svg image": page(SVG.format('<image xlink:href="{}" width="9" height="9"/>')),
    "svg style": page(SVG.format("<style>@import url({});</style>")),
    "srcset": page('<img alt="" src="{}" srcset="{} 2x">'),
}


@pytest.mark.parametrize("where", ["network", "file:///etc/passwd", "../../secret.css"])
@pytest.mark.parametrize("name", REFERENCES)
def test_html_template_reads_nothing_outside_its_folder(
    tmp_path: Path, name: str, where: str
) -> None:
    (tmp_path / "secret.css").write_text("p::before { content: 'ひみつ' }", encoding="utf-8")
    with listener() as (url, calls):
        html = REFERENCES[name].replace("{}", url if where == "network" else where)
        html = html.replace("{{", "{").replace("}}", "}")
        form = page_form(tmp_path, handout_html=html)
        with pytest.raises(PipelineError) as caught:
            render_pdf(small_handout(), form)
        assert caught.value.code in {"template-reaches-out", "renderer-complained"}
        assert calls() == 0


@pytest.mark.parametrize("rule", ['@import url("{}");', "h1 { background: url({}) }"])
def test_style_sheet_reads_nothing_outside_its_folder(tmp_path: Path, rule: str) -> None:
    with listener() as (url, calls):
        form = page_form(tmp_path, handout_css=rule.replace("{}", url))
        with pytest.raises(ComponentMissing) as caught:
            render_pdf(small_handout(), form)
        assert caught.value.code == "template-reaches-out"
        assert calls() == 0


def test_picture_of_the_form_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    with listener() as (url, calls):
        picture = SVG.format(f'<image xlink:href="{url}" width="9" height="9"/>')
        html = page('<img alt="" src="picture.svg">')
        form = page_form(tmp_path, handout_html=html, picture_svg=picture)
        with pytest.raises(PipelineError):
            render_pdf(small_handout(), form)
        assert calls() == 0


def test_address_in_a_cell_is_never_fetched() -> None:
    with listener() as (url, calls):
        odd = f'<img src="{url}"> <link href="{url}"> url({url}) {url} file:///etc/passwd'
        source = handout(records(project(name=odd, reason=odd)))
        for renderer in (render_docx, render_pdf):
            renderer(source, seed_form())
        assert calls() == 0


def add_link(kind: str, target: str) -> Callable[[str], str]:
    link = (
        f'<Relationship Id="rIdX" TargetMode="External" Target="{target}" '
        f'Type="{RELATIONS}/{kind}"/>'
    )
    return lambda xml: xml.replace("</Relationships>", f"{link}</Relationships>")


@pytest.mark.parametrize("kind", ["image", "subDocument", "oleObject", "frame", "aFChunk"])
def test_word_template_with_a_linked_file_is_rejected(tmp_path: Path, kind: str) -> None:
    with listener() as (url, calls):
        edits = {"word/_rels/document.xml.rels": add_link(kind, url)}
        form = form_with(tmp_path, with_parts(template(), edits))
        with pytest.raises(ComponentMissing) as caught:
            render_docx(small_handout(), form)
        assert url in str(caught.value.params["reason"])
        assert calls() == 0


def test_word_template_attached_to_another_template_is_rejected(tmp_path: Path) -> None:
    with listener() as (url, calls):
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            "</Relationships>"
        )
        content = with_parts(
            template(),
            {},
            add={"word/_rels/settings.xml.rels": add_link("attachedTemplate", url)(relations)},
        )
        with pytest.raises(ComponentMissing) as caught:
            render_docx(small_handout(), form_with(tmp_path, content))
        assert url in str(caught.value.params["reason"])
        assert calls() == 0


@pytest.mark.parametrize("field", ["INCLUDEPICTURE", "INCLUDETEXT", "DDEAUTO", "link", "DATABASE"])
def test_field_that_fetches_a_file_is_rejected(tmp_path: Path, field: str) -> None:
    instruction = f'<w:r><w:instrText> {field} "http://127.0.0.1/x" </w:instrText></w:r>'
    title = '<w:r><w:t xml:space="preserve">{{ handout.title }}'
    edit = swap(title, instruction + title)
    with pytest.raises(ComponentMissing) as caught:
        render_docx(small_handout(), form_with(tmp_path, with_parts(template(), {BODY: edit})))
    assert field.upper() in str(caught.value.params["reason"])


def test_address_of_a_link_may_contain_the_name_of_a_field(tmp_path: Path) -> None:
    instruction = '<w:r><w:instrText> HYPERLINK "https://x.jp/link/" </w:instrText></w:r>'
    title = '<w:r><w:t xml:space="preserve">{{ handout.title }}'
    edit = swap(title, instruction + title)
    assert render_docx(
        small_handout(), form_with(tmp_path, with_parts(template(), {BODY: edit}))
    ).content


def test_link_to_a_web_page_is_allowed_in_a_word_template(tmp_path: Path) -> None:
    edits = {"word/_rels/document.xml.rels": add_link("hyperlink", "https://example.jp/")}
    assert render_docx(small_handout(), form_with(tmp_path, with_parts(template(), edits))).content


def test_too_deeply_nested_elements_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(small_handout(), page_form(tmp_path, handout_html=page("<div>" * 400 + "x")))
    assert caught.value.code == "template-broken"


def template_with_part(
    kind: str, part: str, content_type: str = "application/octet-stream"
) -> bytes:
    """The shipped Word template with an additional part of that kind of relationship."""
    link = f'<Relationship Id="rIdX" Target="{part}" Type="{RELATIONS}/{kind}"/>'
    override = f'<Override PartName="/word/{part}" ContentType="{content_type}"/>'
    edits = {
        "word/_rels/document.xml.rels": swap("</Relationships>", f"{link}</Relationships>"),
        "[Content_Types].xml": swap("</Types>", f"{override}</Types>"),
    }
    return with_parts(template(), edits, add={f"word/{part}": "<x/>"})


@pytest.mark.parametrize(
    ("kind", "part", "name"),
    [
        ("oleObject", "embeddings/oleObject1.bin", "OLE"),
        ("package", "embeddings/book.xlsx", "OLE"),
        ("aFChunk", "afchunk.html", "altChunk"),
        ("subDocument", "sub.docx", "サブ文書"),
        ("vbaProject", "vbaProject.bin", "マクロ"),
        ("control", "activeX/activeX1.xml", "ActiveX"),
        ("chart", "charts/chart1.xml", "グラフ"),
        ("webextension", "webextension.xml", "アドイン"),
        ("somethingNew", "new.xml", "somethingNew"),
        ("image", "media/a.svg", "image/svg+xml"),
        ("image", "media/a.html", "text/html"),
    ],
)
def test_forbidden_part_is_rejected_by_check_and_build(
    tmp_path: Path, kind: str, part: str, name: str
) -> None:
    types = {".svg": "image/svg+xml", ".html": "text/html"}
    content_type = types.get(Path(part).suffix, "application/octet-stream")
    form = form_with(tmp_path, template_with_part(kind, part, content_type))
    (found,) = check_docx_template(small_handout(), form)
    assert name in found.message
    with pytest.raises(ComponentMissing) as caught:
        render_docx(small_handout(), form)
    assert (caught.value.code, caught.value.exit_status) == ("template-broken", 4)
    assert name in str(caught.value.params["reason"])


@pytest.mark.parametrize("kind", ["image", "customXml", "comments", "footnotes"])
def test_parts_that_word_itself_adds_are_allowed(tmp_path: Path, kind: str) -> None:
    content = template_with_part(
        kind, f"{kind}9.xml", "image/png" if kind == "image" else "application/xml"
    )
    assert render_docx(small_handout(), form_with(tmp_path, content)).content


@pytest.mark.parametrize(
    "target", ["file://server/share/x", "\\\\server\\x", "ms-word:x", "x.docx"]
)
def test_link_to_anything_but_a_web_page_is_rejected(tmp_path: Path, target: str) -> None:
    edits = {"word/_rels/document.xml.rels": add_link("hyperlink", target)}
    with pytest.raises(ComponentMissing) as caught:
        render_docx(small_handout(), form_with(tmp_path, with_parts(template(), edits)))
    assert target in str(caught.value.params["reason"])


@pytest.mark.parametrize(
    "instruction",
    [
        '</w:instrText></w:r></w:p><w:p><w:r><w:instrText>DDEAUTO c:\\x "y"',
        "DDEA</w:instrText></w:r><w:r><w:instrText>UTO x y",
        'HYPERLINK "file://server/x"',
        "MACROBUTTON x y",
    ],
    ids=["torn over paragraphs", "torn over runs", "a link to a share", "a macro"],
)
def test_fetching_field_is_found_everywhere(tmp_path: Path, instruction: str) -> None:
    field = f"<w:p><w:r><w:instrText>{instruction}</w:instrText></w:r></w:p><w:sectPr"
    content = with_parts(template(), {BODY: swap("<w:sectPr", field)})
    with pytest.raises(ComponentMissing):
        render_docx(small_handout(), form_with(tmp_path, content))


@pytest.mark.parametrize("attribute", ["src", "o:href", "o:althref"])
def test_old_drawing_that_fetches_its_picture_is_rejected(tmp_path: Path, attribute: str) -> None:
    with listener() as (url, calls):
        drawing = (
            '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:o="urn:schemas-microsoft-com:office:office">'
            f'<v:shape><v:imagedata {attribute}="{url}"/></v:shape>'
            "</w:pict></w:r></w:p><w:sectPr"
        )
        content = with_parts(template(), {BODY: swap("<w:sectPr", drawing)})
        with pytest.raises(ComponentMissing) as caught:
            render_docx(small_handout(), form_with(tmp_path, content))
        assert url in str(caught.value.params["reason"])
        assert calls() == 0


def test_word_template_with_too_large_content_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.render.docx.template.TEMPLATE_LIMIT", 2_000_000)
    content = with_parts(template(), {}, add={"word/media/a.png": "x" * 2_000_000})
    with pytest.raises(ComponentMissing) as caught:
        render_docx(small_handout(), form_with(tmp_path, content))
    assert caught.value.code == "template-broken"


ENTITIES = "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">'
    for before, after in itertools.pairwise("abcdefghij")
)
ENTITY_BOMB = f"""<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&j;</text></svg>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_picture_with_entities_is_rejected_by_check_and_build(
    tmp_path: Path, encoding: str
) -> None:
    form = page_form(tmp_path, handout_html=page('<img src="a.svg" alt="x">'))
    text = ENTITY_BOMB.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    (form.folders[0] / "a.svg").write_bytes(text.encode(encoding))
    (found,) = check_pdf_templates([small_handout()], form)
    assert "a.svg" in found.message
    assert "DTD" in found.message
    with pytest.raises(ComponentMissing) as caught:
        render_pdf(small_handout(), form)
    assert (caught.value.code, caught.value.exit_status) == ("template-broken", 4)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.css", "p { background: url(data:image/svg+xml;base64,AAAA) }", "data:"),
        ("a.html", "<img src='DATA: image/svg+xml,x'>", "data:"),
        ("a.css", "/*" + "x" * 4_200_000 + "*/", "大きすぎます"),
        ("a.png", None, "ふつうのファイル"),
    ],
)
def test_file_that_must_not_be_read_is_reported(
    tmp_path: Path, name: str, content: str | None, word: str
) -> None:
    form = page_form(tmp_path, handout_html=page("x"))
    if content is None:
        os.mkfifo(form.folders[0] / name)
    else:
        (form.folders[0] / name).write_text(content, encoding="utf-8")
    (found,) = check_pdf_templates([small_handout()], form)
    assert name in found.message
    assert word in found.message


# --- every mistake reported -------------------------------------------------------------


def documents() -> list[Document]:
    """The documents that the shipped form's templates print."""
    return [handout(), summary(), reference()]


def messages(found: tuple[Finding, ...]) -> str:
    assert {each.code for each in found} <= {"template-broken"}
    return "\n".join(each.message for each in found)


def test_shipped_form_has_no_mistake() -> None:
    assert check_docx_template(handout(), seed_form()) == ()
    assert check_pdf_templates(documents(), seed_form()) == ()


def test_every_mistake_of_a_word_template_is_reported_with_its_paragraph(tmp_path: Path) -> None:
    edit = swap(
        *("{{ line.text }}", "{{ line.tekst }}"),
        *("{{ handout.title }}</w:t>", "{{ handuot.title }}</w:t>"),
        *("{{ line.shown }}", "{{ line.shown|uper }}"),
    )
    form = form_with(tmp_path, with_parts(template(), {BODY: edit}))
    message = messages(check_docx_template(handout(), form))
    assert len(message.split("\n")) == 3
    for words in (
        "に誤りがあります（「tekst」という名前はありません。「text」では",
        "「handuot」という名前はありません。「handout」ではありませんか",
        "「uper」という加工は使えません",
    ):
        assert words in message


def test_links_and_unclosed_braces_of_a_word_template_are_all_reported(tmp_path: Path) -> None:
    edits = {
        BODY: swap("{{ line.text }}", "{{ line.text }", "{{ line.shown }}", "{ line.shown }}"),
        "word/_rels/document.xml.rels": add_link("image", "http://127.0.0.1/x"),
    }
    form = form_with(tmp_path, with_parts(template(), edits))
    assert len(check_docx_template(handout(), form)) == 3


def test_every_mistake_of_html_and_css_is_reported_with_its_line(
    tmp_path: Path,
) -> None:
    html = (
        "<p>\n{{ handout.titel }}\n{% for row in handout.rows %}{{ row.nmae }}{% endfor %}\n"
        "{{ handuot }}\n{{ handout.title|uper }}\n{% include 'part.html' %}{% include 'no.html' %}"
    )
    part = "\n{{ handout.headings.propsal }}"
    style = "td { colour: red }\n\np { widht: 1px }"
    form = page_form(tmp_path, handout_html=html, part_html=part, handout_css=style)
    message = messages(check_pdf_templates(documents(), form))
    for words in (
        "handout.html の2 行目に誤りがあります（「titel」という名前はありません。「title」では",
        "handout.html の3 行目に誤りがあります（「nmae」という名前はありません。「name」では",
        "handout.html の4 行目に誤りがあります（「handuot」という名前はありません。「handout」",
        "handout.html の5 行目に誤りがあります（「uper」という加工は使えません",
        "「no.html」というファイルはこの様式にありません",
        "part.html の2 行目に誤りがあります（「propsal」という名前はありません。「proposal」",
        "handout.css の1 行目に誤りがあります（「colour: red」は使えません",
        "handout.css の3 行目に誤りがあります（「widht: 1px」は使えません",
    ):
        assert words in message
    assert len(message.split("\n")) == 8


def test_row_of_fixed_height_is_reported(tmp_path: Path) -> None:
    height = '<w:trPr><w:cantSplit/><w:trHeight w:val="567" w:hRule="exact"/></w:trPr>'
    old = "<w:trPr><w:cantSplit/></w:trPr>"
    # Six such rows contain a command or a group's heading; the seventh prints the table's rows.
    edit = swap(*(old, "<w:trPr/>") * 6, old, height)
    form = form_with(tmp_path, with_parts(template(), {BODY: edit}))
    assert "行の高さが「固定値」のため" in messages(check_docx_template(handout(), form))
    with pytest.raises(ComponentMissing):
        render_docx(handout(), form)


def test_loop_without_its_end_is_reported_with_its_line(tmp_path: Path) -> None:
    html = "<p>\n{% for row in handout.rows %}\n{% if row %}x{% endif %}"
    message = messages(check_pdf_templates(documents(), page_form(tmp_path, handout_html=html)))
    assert "2 行目に誤りがあります（「for」の終わりがありません" in message


def test_unreadable_file_is_reported(tmp_path: Path) -> None:
    form = page_form(tmp_path)
    (form.folders[0] / "handout.html").write_bytes("資料".encode("cp932"))
    assert "UTF-8" in messages(check_pdf_templates(documents(), form))
    (form.folders[0] / "handout.html").unlink()
    with pytest.raises(ComponentMissing):
        check_pdf_templates(documents(), form)


def test_build_reports_a_mistake_of_a_style_sheet_in_japanese_too(tmp_path: Path) -> None:
    html = page("", head='<link rel="stylesheet" href="handout.css">')
    form = page_form(tmp_path, handout_html=html, handout_css="\np { widht: 1px }")
    with pytest.raises(PipelineError) as caught:
        render_pdf(small_handout(), form)
    assert caught.value.params["reason"] == "2 行目: 「widht: 1px」は使えません"
