"""Checks of a file before any parser opens it: kind, size, parts, rows."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping

import pytest

from pipeline.base.containers import ContainerKind, Refusal, Refused, inspect, main_part

LIMIT = 64 * 2**20
TYPES = "application/vnd.openxmlformats-officedocument."
WORD = f"{TYPES}wordprocessingml.document.main+xml"
BOOK = f"{TYPES}spreadsheetml.sheet.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def package(types: Mapping[str, str], *mains: str, **parts: str) -> bytes:
    """An Office file with content types by part, and with ``mains`` as its main documents."""
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types.items())
    links = "".join(
        f'<Relationship Type="{RELATIONS}/officeDocument" Target="{m}"/>' for m in mains
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{overrides}</Types>")
        archive.writestr("_rels/.rels", f"<Relationships>{links}</Relationships>")
        for name in types:
            archive.writestr(name, parts.get(name, "<a/>"))
    return stream.getvalue()


def refusal(content: bytes, limit: int = LIMIT) -> Refusal:
    with pytest.raises(Refused) as caught:
        inspect(content, limit)
    return caught.value.refusal


def test_main_document_is_named_by_the_package() -> None:
    """Word on the web names the main document document2.xml."""
    content = package({"word/document2.xml": WORD}, "/word/document2.xml")
    assert inspect(content, LIMIT) is ContainerKind.DOCX
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert main_part(archive) == "word/document2.xml"


def test_kind_is_decided_by_the_named_part() -> None:
    both = {"word/document.xml": WORD, "xl/workbook.xml": BOOK}
    assert inspect(package(both, "word/document.xml"), LIMIT) is ContainerKind.DOCX
    assert inspect(package(both, "xl/workbook.xml"), LIMIT) is ContainerKind.OOXML
    # The reader of workbooks would read another workbook than Excel shows.
    assert refusal(package({**both, "xl/b.xml": BOOK}, "xl/b.xml")) is Refusal.UNKNOWN


def test_two_documents_or_a_missing_document_are_damage() -> None:
    two = {"word/document.xml": WORD, "word/document2.xml": WORD}
    assert refusal(package(two, *two)) is Refusal.DAMAGED
    assert refusal(package({"word/document.xml": WORD}, "word/other.xml")) is Refusal.DAMAGED
    assert refusal(package({"word/document.xml": WORD}, "../../etc/x")) is Refusal.DAMAGED


@pytest.mark.parametrize("repeated", ["word/document.xml", "Word/Document.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_repeated_part_is_refused(repeated: str) -> None:
    stream = io.BytesIO(package({"word/document.xml": WORD}, "word/document.xml"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(repeated, "<b/>")
    assert refusal(stream.getvalue()) is Refusal.REPEATED_PART


@pytest.mark.parametrize("row", ["<w:tr/>", "<w:tr ></w:tr >", "<w:tr\n/>", "<tr/>"])
def test_word_file_with_too_many_rows_is_refused_quickly(row: str) -> None:
    name = "word/document.xml"
    start = time.process_time()
    content = package({name: WORD}, name, **{name: f"<w:document {W}>{row * 20_001}</w:document>"})
    assert refusal(content) is Refusal.TOO_LARGE
    assert time.process_time() - start < 5


def test_file_with_too_many_tags_is_refused() -> None:
    name = "word/document.xml"
    text = f"<w:document {W}>{'<w:p/>' * 6_000_001}</w:document>"
    assert refusal(package({name: WORD}, name, **{name: text})) is Refusal.TOO_LARGE


def test_too_many_relationships_are_refused() -> None:
    content = package({"word/document.xml": WORD}, *["word/document.xml"] * 10_001)
    assert refusal(content) is Refusal.TOO_LARGE
