"""Fill the Word template: its path and the document in, docxtpl's .docx out.

Jinja runs in a sandbox, rejects unknown names and escapes every value. So each character
of the document is printed unchanged, and a template from another office can read only the
document.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, Environment
from lxml import etree
from markupsafe import escape

from pipeline.base.containers import Refused, inspect
from pipeline.base.errors import ComponentMissing
from pipeline.base.files import read_bounded
from pipeline.base.templating import TEMPLATE_ERRORS, Sandbox
from pipeline.base.xml_parts import parsed
from pipeline.model.document import Document, template_names
from pipeline.render.docx.foreign import WEB, fetching_drawings, foreign_parts, outside
from pipeline.render.docx.identity_properties import add_properties_part
from pipeline.render.docx.mistakes import Mistake, mistake_from, paragraph_on
from pipeline.render.docx.wordml import WORD

_COMMAND: Final = re.compile(r"\{\{((?!\{[{%]).)*?\}\}|\{%((?!\{[{%]).)*?%\}|\{#.*?#\}")
_BRACE: Final = re.compile(r"\{[{%#]|[}%#]\}")
# A new line begins before each paragraph and each statement between paragraphs.
_BLOCK: Final = re.compile(r"(?=<w:p[ >])|(?:(?<=</w:p>)|(?<=</w:t[cr]>)|(?<=</w:t[cr]Pr>))(?=\{%)")
# XML parsers replace these by spaces or drop them unless they are character references.
_REFERENCES: Final = {ord(c): f"&#{ord(c)};" for c in "\t\n\r"}
# Fields that load another file or start another program.
_FETCHING: Final = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDEAUTO|DDE|DATABASE|RD|MACROBUTTON)\b",
    re.IGNORECASE,
)
# The address of a link; it may contain the name of a field.
_ADDRESS: Final = re.compile(r'(HYPERLINK\s+)"([^"]*)"', re.IGNORECASE)
_NOT_WORD: Final = "Word の文書（.docx）として開けません"
_FIXED_HEIGHT: Final = "行の高さが「固定値」のため、長い文字が切れます。「最小値」にしてください"
# Unpacked size; a template with several photographs is smaller.
TEMPLATE_LIMIT: Final = 64 * 2**20
_LONGEST_PLACE: Final = 60
# Of a core property: the limit of Word and python-docx.
_LONGEST_PROPERTY: Final = 255
_UNCLOSED: Final = "命令のかっこ（{{ }} や {% %}）が閉じていません"
_UNBALANCED: Final = "くり返しや条件の始まりと終わりが、段落・行・セルの途中で食い違っています"


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl carries no types
    """docxtpl without its changes to the text after rendering.

    docxtpl replaces ``{_{`` and interprets tabs and line feeds everywhere, even in the
    office's own text, and its parser drops broken XML without an error. Here values are
    unchanged, and broken XML is a mistake of the template.
    """

    def __init__(self, content: bytes, kind: type[Document]) -> None:
        """``kind`` is the class of the document that the template prints."""
        super().__init__(BytesIO(content))
        self._kind = kind

    def patch_xml(self, src_xml: str) -> str:
        """The XML with our own tags expanded, then cleaned up by docxtpl."""
        patched: str = super().patch_xml(expand_own_tags(src_xml))
        return patched

    def render_xml_part(
        self, src_xml: str, _part: object, context: Mapping[str, object], jinja_env: Environment
    ) -> str:
        """The rendered part; raises Mistake for an error of Jinja and for broken XML."""
        source = by_paragraph(src_xml)
        try:
            rendered = jinja_env.from_string(source).render(context)
        except TEMPLATE_ERRORS as error:
            raise mistake_from(error, source, template_names(self._kind)) from error
        try:
            etree.fromstring(rendered)
        except etree.XMLSyntaxError as error:
            raise Mistake(_UNBALANCED, paragraph_on(rendered, error.lineno)) from error
        return rendered

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Do nothing: the properties come from the document, not from the template."""


# Word may split a statement over several runs when a user edits it.
_SPLIT_BRACE: Final = re.compile(r"(?<=\{)(?:<[^>]*>)+(?=%)|(?<=%)(?:<[^>]*>)+(?=\})")
_SPLIT_STATEMENT: Final = re.compile(r"\{%(?:(?!%\}).)*", re.DOTALL)
_BETWEEN_RUNS: Final = re.compile(r"</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
_VMERGE: Final = re.compile(
    r"(<w:tc[ >](?:(?!<w:tc[ >]).)*?<w:tcPr>)((?:(?!<w:tc[ >]).)*?)\{%\s*vmerge\s+([^%]*?)\s*%\}",
    re.DOTALL,
)
_STYLE: Final = re.compile(
    r"(<w:p[ >](?:(?!<w:p[ >]).)*?<w:pStyle w:val=\")[^\"]*(\"/>(?:(?!<w:p[ >]).)*?)"
    r"\{%\s*style\s+([^%]*?)\s*%\}",
    re.DOTALL,
)


def expand_own_tags(xml: str) -> str:
    """The XML with our two tags replaced by WordprocessingML.

    ``{% vmerge cell.merge %}`` merges its cell downwards (docxtpl's own ``vm`` uses the
    innermost loop, which is that of the cells). ``{% style line.style %}`` sets the style of
    its paragraph (Word would not keep a command in an attribute).
    """
    xml = _SPLIT_BRACE.sub("", xml)
    xml = _SPLIT_STATEMENT.sub(lambda match: _BETWEEN_RUNS.sub("", match[0]), xml)
    xml = _VMERGE.sub(r'\1{% if \3 %}<w:vMerge w:val="{{ \3 }}"/>{% endif %}\2', xml)
    return _STYLE.sub(r"\1{{ \3 }}\2", xml)


def by_paragraph(xml: str) -> str:
    """The XML with each paragraph on a new line, so that a line number identifies it."""
    return _BLOCK.sub("\n", xml)


def open_template(path: Path | None, kind: type[Document]) -> DocxTemplate:
    """The template opened by docxtpl; ``kind`` is the class of the document that it prints.

    Raises ComponentMissing if there is no template, and Mistake if it is no Word file.
    """
    if path is None:
        raise ComponentMissing("template-missing", path=f"{kind.template}.docx")
    try:
        content = read_bounded(path, TEMPLATE_LIMIT)
        inspect(content, TEMPLATE_LIMIT)
        template = _Template(content, kind)
        template.init_docx()
    except FileNotFoundError as error:
        raise ComponentMissing("template-missing", path=path) from error
    except (
        OSError,
        Refused,
        OpcError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        raise Mistake(_NOT_WORD) from error
    return template


def fill(path: Path | None, document: Document) -> bytes:
    """The bytes of the template filled with the document's text, as docxtpl saves it."""
    template = open_template(path, type(document))
    for mistake in mistakes_in(template):
        raise mistake
    template.render({document.template: document}, sandbox(document))
    _set_properties(template.docx.core_properties, document)
    add_properties_part(template.docx.part.package)
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()


def sandbox(document: Document) -> Sandbox:
    """Jinja for a template from another office: it can load no other file."""
    return Sandbox(DictLoader({}), {document.template: document}, finalize=_finalize)


def _finalize(value: object) -> object:
    """What ``{{ value }}`` prints: nothing for None, a string with its characters escaped."""
    if value is None:
        return ""
    return escape(value).translate(_REFERENCES) if isinstance(value, str) else value


def mistakes_in(template: Any) -> Iterator[Mistake]:
    """Every mistake that can be found without parsing the commands."""
    yield from foreign_parts(template.docx.part.package)
    yield from _fetching_fields(template)
    yield from _unclosed_commands(template)
    yield from _fixed_rows(template)


def _fetching_fields(template: Any) -> Iterator[Mistake]:
    """A Mistake for each field and old drawing that fetches text or a picture from outside."""
    for root in _xml_parts(template):
        yield from fetching_drawings(root)
        is_reported = False
        for paragraph in root.iter(WORD + "p"):
            for reason in _fetching_reasons(_instructions(paragraph)):
                is_reported = True
                yield Mistake(reason, "".join(t.text or "" for t in paragraph.iter(WORD + "t")))
        # A field may continue in the next paragraph.
        if not is_reported:
            yield from map(Mistake, _fetching_reasons(_instructions(root)))


def _fetching_reasons(instructions: str) -> Iterator[str]:
    """The reason for each instruction that fetches something from outside the file."""
    for address in _ADDRESS.finditer(instructions):
        if not WEB.match(address[2]):
            yield outside(address[2])
    for found in _FETCHING.finditer(_ADDRESS.sub(r"\1", instructions)):
        yield f"ファイルの外を読み込むフィールド（{found[1].upper()}）があります"


def _instructions(paragraph: etree._Element) -> str:
    """The field instructions of a paragraph or of a whole part, joined."""
    simple = (field.get(WORD + "instr") or "" for field in paragraph.iter(WORD + "fldSimple"))
    return " ".join((*simple, "".join(i.text or "" for i in paragraph.iter(WORD + "instrText"))))


def _unclosed_commands(template: Any) -> Iterator[Mistake]:
    """A Mistake for each command that does not end in its own paragraph.

    docxtpl reads on to the next closing brace and drops the cells between without an error.
    """
    for root in filled_parts(template):
        for paragraph in root.iter(WORD + "p"):
            text = "".join(piece.text or "" for piece in paragraph.iter(WORD + "t"))
            if _BRACE.search(_COMMAND.sub("", text)):
                yield Mistake(_UNCLOSED, text)


def _fixed_rows(template: Any) -> Iterator[Mistake]:
    """A Mistake for each row of values with a fixed height: Word cuts off longer text."""
    for root in filled_parts(template):
        for row in root.iter(WORD + "tr"):
            heights = row.findall(f"{WORD}trPr/{WORD}trHeight")
            text = "".join(piece.text or "" for piece in row.iter(WORD + "t"))
            if "{{" in text and any(h.get(WORD + "hRule") == "exact" for h in heights):
                yield Mistake(_FIXED_HEIGHT, text[:_LONGEST_PLACE])


def _xml_parts(template: Any) -> Iterator[etree._Element]:
    """Every part of the document that is XML."""
    for part in template.docx.part.package.iter_parts():
        if str(part.partname).startswith("/word/") and str(part.content_type).endswith("+xml"):
            yield parsed(part.blob)


def filled_parts(template: Any) -> Iterator[etree._Element]:
    """The parts that may contain commands."""
    for part in template.docx.part.package.iter_parts():
        if re.match(r"/word/(document|header|footer|footnotes)\w*\.xml", part.partname):
            yield etree.fromstring(part.blob)


def _set_properties(properties: Any, document: Document) -> None:
    """Set title, author and dates from the document, never from the clock or the template."""
    author = (document.author or "")[:_LONGEST_PROPERTY]
    properties.title = document.title[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = author
    properties.created = properties.modified = document.utc
    properties.language = document.language
    properties.revision = 1
