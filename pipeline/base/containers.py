"""Inspect a file before any library opens it: bytes in, the kind of container out.

calamine, pandas, openpyxl and lxml unpack any file without limits. This module refuses a
malicious or damaged file with a reason, in limited time and memory. The sizes that an archive
declares can be wrong, so every member is unpacked once and its bytes are counted. Different
programs read an archive that contains a part twice differently, so it is refused as well. The
calling stage makes the message, because it knows what the file should be (a master, a handout).
"""

from __future__ import annotations

import contextlib
import enum
import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

CHUNK = 2**20
# A real workbook has dozens of parts; one with embedded pictures has hundreds.
MEMBER_LIMIT = 10_000
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED = ("EncryptedPackage", "DRMEncryptedDataSpace")
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_BOOK_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_SECTOR = 512
_BOF = 0x0809
_FILEPASS = 0x002F
_EARLY_RECORDS = 4
# zipfile and its decompressors raise all of these for damaged archives.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    OSError,
    # RuntimeError includes NotImplementedError, ValueError includes UnicodeError.
    RuntimeError,
    ValueError,
)
_XML_SUFFIXES = (".xml", ".rels", ".vml")
# A sheet of 5,000 rows and 210 columns has four million tags.
TAG_LIMIT = 6_000_000
# A handout of 5,000 rows has 20 MB of XML; files saved by Word are larger.
_WORD_XML_LIMIT = 96 * 2**20
_WORD_ROW_LIMIT = 20_000
_WORD_ROW = re.compile(rb"<(?:\w+:)?tr[\s/>]")
_ROOT_RELATIONS = "_rels/.rels"
_CONTENT_TYPES = "[Content_Types].xml"
_OFFICE_DOCUMENT = "/relationships/officeDocument"
_WORD_TYPE = re.compile(r"(?:wordprocessingml|ms-word)\..*main\+xml$")
_DEFAULT_DOCUMENT = "word/document.xml"
_BOOK = "xl/workbook.xml"


class ContainerKind(enum.Enum):
    """The container format of a workbook or a Word file."""

    OOXML = enum.auto()
    ODS = enum.auto()
    XLS = enum.auto()
    DOCX = enum.auto()
    DOC = enum.auto()


class Refusal(enum.Enum):
    """Why a file is not opened."""

    UNKNOWN = enum.auto()
    PROTECTED = enum.auto()
    DAMAGED = enum.auto()
    TOO_LARGE = enum.auto()
    FORBIDDEN_XML = enum.auto()
    REPEATED_PART = enum.auto()


class Refused(Exception):
    """The file must not be opened; ``refusal`` is the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class _DocumentElementReached(Exception):
    """The document element has begun, so no DTD can follow."""


def inspect(content: bytes, limit: int) -> ContainerKind:
    """The kind of the file, from its content; the file name is not used.

    Refused for a password, a damaged archive, a repeated part, a DTD, more than ``limit`` bytes
    or TAG_LIMIT tags after unpacking, more XML or table rows than one of our Word files can
    have, or bytes that are neither a workbook nor a Word file.
    """
    if content.startswith(_OLE_MAGIC):
        named = any(word.encode("utf-16-le") in content for word in _ENCRYPTED)
        if named or _has_filepass(content):
            raise Refused(Refusal.PROTECTED)
        return ContainerKind.DOC if _is_doc(content) else ContainerKind.XLS
    if not content.startswith(_ZIP_MAGIC):
        raise Refused(Refusal.UNKNOWN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            measured = _inspect_members(archive, limit)
            kind = _kind(archive)
            if kind is ContainerKind.DOCX:
                _require_readable(archive, measured)
            return kind
    except Refused:
        raise
    except (*DAMAGE, expat.ExpatError) as error:
        raise Refused(Refusal.DAMAGED) from error


def _is_doc(content: bytes) -> bool:
    """Whether a compound file is a ``.doc``; an ``.xls`` may contain a Word object as well."""
    return _WORD_STREAM in content and not any(name in content for name in _BOOK_STREAMS)


def _has_filepass(content: bytes) -> bool:
    """Whether a record at the beginning of an ``.xls`` declares the rest as encrypted.

    FILEPASS ([MS-XLS] 2.4.117) follows BOF, or WRITEPROT after BOF. calamine reports such a
    file only as one of an unknown kind.
    """
    for start in range(_SECTOR, len(content), _SECTOR):
        place = start
        for _ in range(_EARLY_RECORDS):
            if place + 4 > len(content):
                break
            kind, length = struct.unpack_from("<HH", content, place)
            if place == start and kind != _BOF:
                break
            if kind == _FILEPASS:
                return True
            place += 4 + length
    return False


@dataclass(slots=True)
class _Measured:
    """Bytes of all members, and bytes and tags of the XML members."""

    total: int = 0
    xml: int = 0
    tags: int = 0


def _inspect_members(archive: zipfile.ZipFile, limit: int) -> _Measured:
    members = archive.infolist()
    if len(members) > MEMBER_LIMIT:
        raise Refused(Refusal.TOO_LARGE)
    # Names of parts are compared without case (ECMA-376 part 2, 6.2.2).
    if len({member.filename.casefold() for member in members}) < len(members):
        raise Refused(Refusal.REPEATED_PART)
    measured = _Measured()
    for member in members:
        if member.flag_bits & 1:
            raise Refused(Refusal.PROTECTED)
        is_xml = member.filename.lower().endswith(_XML_SUFFIXES)
        prolog = _prolog_parser() if is_xml else None
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                measured.total += len(chunk)
                if is_xml:
                    measured.xml += len(chunk)
                    measured.tags += chunk.count(b"<")
                if measured.total > limit or measured.tags > TAG_LIMIT:
                    raise Refused(Refusal.TOO_LARGE)
                if prolog is not None and _reaches_element(prolog, chunk):
                    prolog = None
        if prolog is not None:
            _finish(prolog)
    return measured


def has_dtd(content: bytes) -> bool:
    """Whether an XML file declares a document type, and so may declare entities."""
    prolog = _prolog_parser()
    try:
        if not _reaches_element(prolog, content):
            _finish(prolog)
    except Refused:
        return True
    except expat.ExpatError:
        # Damaged before its first element; the reader of the file reports it.
        return False
    return False


def _prolog_parser() -> expat.XMLParserType:
    """A parser that stops at the document element and refuses a DTD before it."""

    def refuse(*_: Any) -> None:
        raise Refused(Refusal.FORBIDDEN_XML)

    def stop(*_: Any) -> None:
        raise _DocumentElementReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    return parser


def _reaches_element(prolog: expat.XMLParserType, chunk: bytes) -> bool:
    try:
        prolog.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
    except _DocumentElementReached:
        return True
    return False


def _finish(prolog: expat.XMLParserType) -> None:
    """Parse the rest at the end of a part: expat 2.6 and later delays unfinished tokens.

    A part without any element is not an error here; the reader of the part reports it.
    """
    with contextlib.suppress(_DocumentElementReached, expat.ExpatError):
        prolog.Parse(b"", True)  # noqa: FBT003 - expat's own signature


def _require_readable(archive: zipfile.ZipFile, measured: _Measured) -> None:
    """Refused for a Word file with more XML or table rows than any handout has."""
    rows = len(_WORD_ROW.findall(archive.read(main_part(archive) or _DEFAULT_DOCUMENT)))
    if measured.xml > _WORD_XML_LIMIT or rows > _WORD_ROW_LIMIT:
        raise Refused(Refusal.TOO_LARGE)


def main_part(archive: zipfile.ZipFile) -> str | None:
    """The part that the package names as its main document; None if it names none.

    Refused (DAMAGED) if it names several parts, or a missing part.
    """
    names = set(archive.namelist())
    if _ROOT_RELATIONS not in names:
        return None
    targets = {
        posixpath.normpath(posixpath.join("/", relation.get("Target", ""))).lstrip("/")
        for relation in _elements(archive.read(_ROOT_RELATIONS), "Relationship")
        if relation.get("Type", "").endswith(_OFFICE_DOCUMENT)
    }
    if len(targets) > 1 or not targets <= names:
        raise Refused(Refusal.DAMAGED)
    return next(iter(targets), None)


def _elements(content: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of every element with this local name; a DTD was refused before."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)
        if len(found) > MEMBER_LIMIT:
            raise Refused(Refusal.TOO_LARGE)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    return found


def _kind(archive: zipfile.ZipFile) -> ContainerKind:
    names = set(archive.namelist())
    main = main_part(archive)
    if main is not None and _is_word(archive, main):
        return ContainerKind.DOCX
    # The reader of workbooks reads only this part.
    if _BOOK in names and main in (None, _BOOK):
        return ContainerKind.OOXML
    if _DEFAULT_DOCUMENT in names and main in (None, _DEFAULT_DOCUMENT):
        return ContainerKind.DOCX
    if "content.xml" in names and archive.read("mimetype").startswith(
        b"application/vnd.oasis.opendocument.spreadsheet"
    ):
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in archive.read(manifest):
            raise Refused(Refusal.PROTECTED)
        return ContainerKind.ODS
    raise Refused(Refusal.UNKNOWN)


def _is_word(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a part has the content type of Word's main document."""
    if _CONTENT_TYPES not in archive.namelist():
        return False
    overrides = _elements(archive.read(_CONTENT_TYPES), "Override")
    types = {
        each.get("PartName", "").lstrip("/"): each.get("ContentType", "") for each in overrides
    }
    return _WORD_TYPE.search(types.get(part, "")) is not None
