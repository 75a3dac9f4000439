"""Fill the Word template: its path and the document in, docxtpl's .docx out.

Jinja is sandboxed, strict about unknown names, and escapes every value, so that
each character of the document comes out as it is and a template that came from
somebody else reaches nothing but the document.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import escape

from pipeline.errors import ComponentMissing
from pipeline.model.document import Document, template_names
from pipeline.stations.render_docx.mistakes import Mistake, explained, paragraph_on
from pipeline.stations.render_docx.names import WORD

# A page of text is some 100 kB of XML; a template that makes this much is looping.
_MOST_XML: Final = 200_000_000
_COMMAND: Final = re.compile(r"\{\{((?!\{[{%]).)*?\}\}|\{%((?!\{[{%]).)*?%\}|\{#.*?#\}")
_BRACE: Final = re.compile(r"\{[{%#]|[}%#]\}")
# A line begins before a paragraph and before a statement between paragraphs, so
# that a line number tells the paragraph.
_BLOCK: Final = re.compile(r"(?=<w:p[ >])|(?:(?<=</w:p>)|(?<=</w:t[cr]>)|(?<=</w:t[cr]Pr>))(?=\{%)")
# XML parsers turn these into spaces or drop them unless they are references.
_REFERENCES: Final = {ord(c): f"&#{ord(c)};" for c in "\t\n\r"}
_NOT_WORD: Final = "Word の文書（.docx）として開けません"
_ENDLESS: Final = "くり返しが多すぎて、資料が大きくなりすぎます"
_OPEN: Final = "命令のかっこ（{{ }} や {% %}）が閉じていません"
_TORN: Final = "くり返しや条件の始まりと終わりが、段落・行・セルの途中で食い違っています"


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl carries no types
    """docxtpl without what it does to the text after rendering.

    It replaces ``{_{`` and interprets tabs and line feeds wherever they stand, so
    also in the office's own text, and its parser drops broken XML in silence.
    Here a value stays as it is and broken XML is a mistake of the template.
    """

    def __init__(self, content: bytes, kind: type[Document]) -> None:
        """``kind`` is the document that the template is for."""
        super().__init__(BytesIO(content))
        self._kind = kind

    def render_xml_part(
        self, src_xml: str, _part: object, context: Mapping[str, object], jinja_env: Environment
    ) -> str:
        """The part rendered; Mistake where Jinja or the result's XML is broken."""
        source = _BLOCK.sub("\n", src_xml)
        try:
            rendered = _generate(jinja_env, source, context)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise explained(error, source, jinja_env, template_names(self._kind)) from error
        try:
            etree.fromstring(rendered)
        except etree.XMLSyntaxError as error:
            raise Mistake(_TORN, paragraph_on(rendered, error.lineno)) from error
        return rendered

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Nothing: the properties come from the document, not from the template."""


def _generate(environment: Environment, source: str, context: Mapping[str, object]) -> str:
    """The source rendered; Mistake where there is no end to it."""
    pieces = []
    size = 0
    for piece in environment.from_string(source).generate(context):
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_XML:
            raise Mistake(_ENDLESS)
    return "".join(pieces)


def fill(path: Path, document: Document) -> bytes:
    """The template with the document's text in it, as docxtpl saves it."""
    try:
        template = _Template(path.read_bytes(), type(document))
        template.init_docx()
    except FileNotFoundError as error:
        raise ComponentMissing("template-missing", path=path) from error
    except (
        OSError,
        OpcError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
    ) as error:
        raise Mistake(_NOT_WORD) from error
    _refuse_outside_links(template)
    _refuse_open_braces(template)
    template.render({document.template: document}, _environment())
    _set_properties(template.docx.core_properties, document)
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()


def _environment() -> Environment:
    """Jinja for a template that came from somebody else."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        loader=DictLoader({}),  # include and import find nothing, on any disk
    )
    # Loops run over the document and nothing else; the same text on every run.
    environment.globals.clear()
    for unwanted in ("safe", "random"):
        del environment.filters[unwanted]
    return environment


def _finalize(value: object) -> object:
    """What ``{{ value }}`` prints: nothing for None, each character of a string."""
    if value is None:
        return ""
    return escape(value).translate(_REFERENCES) if isinstance(value, str) else value


def _refuse_outside_links(template: Any) -> None:
    """Mistake for a picture or a text that Word would fetch on opening the file."""
    for part in template.docx.part.package.iter_parts():
        for link in part.rels.values():
            if link.is_external and link.reltype != RELATIONSHIP_TYPE.HYPERLINK:
                raise Mistake(f"ファイルの外（{link.target_ref}）を参照しています")


def _refuse_open_braces(template: Any) -> None:
    """Mistake for a command that does not end in its own paragraph.

    docxtpl reads on to the next closing brace, and cells between are lost in
    silence.
    """
    for part in template.docx.part.package.iter_parts():
        if not re.match(r"/word/(document|header|footer|footnotes)\w*\.xml", part.partname):
            continue
        for paragraph in etree.fromstring(part.blob).iter(WORD + "p"):
            text = "".join(piece.text or "" for piece in paragraph.iter(WORD + "t"))
            if _BRACE.search(_COMMAND.sub("", text)):
                raise Mistake(_OPEN, text)


def _set_properties(properties: Any, document: Document) -> None:
    """Title, author and dates of the document: never the clock, never the template's."""
    date = document.date.astimezone(dt.UTC) if document.date.tzinfo else document.date
    properties.title = document.title
    properties.author = properties.last_modified_by = document.author or ""
    properties.created = properties.modified = date
    properties.language = document.language
    properties.revision = 1
