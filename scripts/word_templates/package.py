"""A whole template as a Word file.

In: the body of a page and its styles. Out: the file's bytes, the same on every run.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from scripts.word_templates.markup import (
    DECLARATION,
    FONT,
    NAMESPACES,
    PACKAGE,
    RELATIONS,
    field,
    line,
    paragraph,
    run,
    twips,
)
from scripts.word_templates.styles import styles

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """A template: its name and title, its page's margins in millimetres, its body and styles.

    ``name`` is the Jinja variable of its document, ``margins`` are top, right, bottom and
    left, ``styles`` is the XML of its paragraph styles.
    """

    name: str
    title: str
    margins: tuple[float, float, float, float]
    body: str
    styles: Iterable[str]


def document(page: Page) -> str:
    """The body on A4 portrait; rendering changes it to other papers."""
    top, right, bottom, left = page.margins
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
        '<w:footerReference w:type="default" r:id="rIdFooter"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{twips(top)}" w:right="{twips(right)}" w:bottom="{twips(bottom)}"'
        f' w:left="{twips(left)}" w:header="{twips(4.5)}" w:footer="{twips(5)}" w:gutter="0"/>'
        "</w:sectPr>"
    )
    content = page.body + section
    return f"{DECLARATION}<w:document {NAMESPACES}><w:body>{content}</w:body></w:document>"


def header(name: str) -> str:
    """The note (見本・架空 …) at the top of every page; empty if there is none."""
    text = line("Note", f"{{{{ {name}.note or '' }}}}")
    return f"{DECLARATION}<w:hdr {NAMESPACES}>{text}</w:hdr>"


def footer() -> str:
    """The page number at the bottom of every page: 1 / 2."""
    pages = paragraph("PageNumber", field("PAGE"), run(" / "), field("NUMPAGES"))
    return f"{DECLARATION}<w:ftr {NAMESPACES}>{pages}</w:ftr>"


def settings() -> str:
    """The layout of Word 2013 and later, Japanese line breaking, no compressed punctuation."""
    office = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings {NAMESPACES}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="840"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{office}" w:val="15"/>'
        "</w:compat>"
        '<w:themeFontLang w:val="ja-JP" w:eastAsia="ja-JP"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def font_table() -> str:
    """The only font, with its alternative name on English systems."""
    return (
        f'{DECLARATION}<w:fonts {NAMESPACES}><w:font w:name="{FONT}">'
        '<w:altName w:val="BIZ UDGothic"/><w:charset w:val="80"/><w:family w:val="modern"/>'
        '<w:pitch w:val="fixed"/></w:font></w:fonts>'
    )


def core_properties(title: str) -> str:
    """The title of the template itself; rendered documents have their own."""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>"
    )


def relationships(*targets: tuple[str, str, str]) -> str:
    """A relationships part; each target is (id, full type, target path)."""
    links = "".join(
        f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'
        for identity, kind, target in targets
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def content_types() -> str:
    """The content type of every part."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document": "document.main", "fontTable": "fontTable"} | {
        name: name for name in ("styles", "settings", "header", "footer")
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def parts(page: Page) -> dict[str, str]:
    """Every part of the file by its name, in the order of the archive."""
    inside = tuple(
        (f"rId{name.capitalize()}", f"{RELATIONS}/{name}", f"{name}.xml")
        for name in ("styles", "settings", "fontTable", "header", "footer")
    )
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            ("rIdDocument", f"{RELATIONS}/officeDocument", "word/document.xml"),
            (
                "rIdCore",
                f"{PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ),
        "docProps/core.xml": core_properties(page.title),
        "word/_rels/document.xml.rels": relationships(*inside),
        "word/document.xml": document(page),
        "word/fontTable.xml": font_table(),
        "word/footer.xml": footer(),
        "word/header.xml": header(page.name),
        "word/settings.xml": settings(),
        "word/styles.xml": styles(page.styles),
    }


def packed(page: Page) -> bytes:
    """The template's bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts(page).items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            # As on Windows: the bytes must not depend on the system that made them.
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.encode("utf-8"))
    return stream.getvalue()
