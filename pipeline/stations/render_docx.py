"""Make the Word handout: the handout and its form in, the bytes of a .docx out.

The page is the form's ``handout.docx``, an ordinary Word file with Jinja in it,
filled by docxtpl. Three things are done around docxtpl:

- Before: Jinja is sandboxed, strict about unknown names, and escapes every
  value so that each character of the handout comes out as it is.
- After: what can't be written with Jinja inside a valid Word file is set in the
  XML: the exact column widths, the state of the check boxes, the size of A3.
- At the end: the archive is packed again with fixed times and a fixed order, so
  that the same handout gives the same bytes on any day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from pipeline.errors import ComponentMissing
from pipeline.model.form import Form
from pipeline.model.handout import (
    Box,
    Handout,
    Headings,
    OpinionCell,
    RatingColumn,
    Rendered,
    Row,
    Widths,
)

TEMPLATE_NAME: Final = "handout.docx"

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_2010: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_TWIPS_PER_MM: Final = 1440 / 25.4
# Word refuses an alias or a tag that is longer.
_LONGEST_ALIAS: Final = 64
# A page of text is some 100 kB of XML; a template that makes this much is looping.
_MOST_XML: Final = 200_000_000
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# XML parsers turn these into spaces or drop them unless they are references.
_REFERENCES: Final = {ord(c): f"&#{ord(c)};" for c in "\t\n\r"}

type _Element = etree._Element  # noqa: SLF001 - lxml has no public name for its element


def render_docx(handout: Handout, form: Form) -> Rendered:
    """The handout as a Word file.

    ComponentMissing where the form has no Word template (``template-missing``)
    or the template has a mistake (``template-broken``, which names the file, the
    paragraph and, for a misspelt name, the nearest known one).
    """
    path = form.folder / TEMPLATE_NAME
    try:
        rendered = _fill(path, handout)
    except _Mistake as mistake:
        raise ComponentMissing(
            "template-broken",
            path=path,
            place=f"段落「{mistake.paragraph}」" if mistake.paragraph else "どこか",
            reason=mistake.reason,
        ) from mistake
    return Rendered(_pack(_finish(name, part, handout) for name, part in _parts(rendered)))
