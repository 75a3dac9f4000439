"""Look into a file before any library opens it: bytes in, the kind of container out.

calamine, pandas and openpyxl unpack whatever they are given; a file that means
harm (or is merely broken) is refused here, with its reason, in bounded time and
memory. Sizes that an archive declares can lie, so every member is unpacked once
and counted.
"""

from __future__ import annotations

import contextlib
import enum
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.parsers import expat

from pipeline.errors import InputUnreadable

CHUNK = 2**20
# A real workbook has dozens of parts; one with embedded pictures has hundreds.
MEMBER_LIMIT = 10_000
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED = ("EncryptedPackage", "DRMEncryptedDataSpace")
_SECTOR = 512
_BOF = 0x0809
_FILEPASS = 0x002F
_EARLY_RECORDS = 4
_XML_SUFFIXES = (".xml", ".rels", ".vml")


class Kind(enum.Enum):
    """What a workbook is packed in."""

    OOXML = enum.auto()
    ODS = enum.auto()
    XLS = enum.auto()


class _SeenEnoughError(Exception):
    """The document element begins: no DTD can follow."""


def inspect(path: Path, content: bytes, limit: int) -> Kind:
    """The kind of the workbook ``content``, whatever its file name says.

    InputUnreadable for a password, a damaged archive, a DTD, more than ``limit``
    bytes unpacked, or bytes that are no workbook at all. ``path`` is only named.
    """
    if content.startswith(_OLE_MAGIC):
        named = any(word.encode("utf-16-le") in content for word in _ENCRYPTED)
        if named or _has_filepass(content):
            raise InputUnreadable("password-protected", path=path)
        return Kind.XLS
    if not content.startswith(_ZIP_MAGIC):
        raise InputUnreadable("not-a-workbook", path=path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect_members(path, archive, limit)
            return _kind(path, archive)
    except InputUnreadable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        UnicodeError,
        ValueError,
    ) as error:
        # zipfile and its decompressors raise all of these on damaged archives.
        raise InputUnreadable("file-damaged", path=path) from error


def _has_filepass(content: bytes) -> bool:
    """Whether an ``.xls`` says, right after its first record, that the rest is encrypted.

    FILEPASS ([MS-XLS] 2.4.117) follows BOF, or WRITEPROT behind it. calamine tells
    such a file only as one of an unknown kind.
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


def _inspect_members(path: Path, archive: zipfile.ZipFile, limit: int) -> None:
    members = archive.infolist()
    if len(members) > MEMBER_LIMIT:
        raise InputUnreadable("too-large", path=path, limit=limit // 2**20)
    total = 0
    for member in members:
        if member.flag_bits & 1:
            raise InputUnreadable("password-protected", path=path)
        prolog = _prolog(path) if member.filename.lower().endswith(_XML_SUFFIXES) else None
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > limit:
                    raise InputUnreadable("too-large", path=path, limit=limit // 2**20)
                if prolog is not None and _ended(prolog, chunk):
                    prolog = None
        if prolog is not None:
            _finish(prolog)


def _prolog(path: Path) -> expat.XMLParserType:
    """A parser that reads up to the document element and refuses a DTD before it."""

    def refuse(*_: Any) -> None:
        raise InputUnreadable("xml-forbidden", path=path)

    def stop(*_: Any) -> None:
        raise _SeenEnoughError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    return parser


def _ended(prolog: expat.XMLParserType, chunk: bytes) -> bool:
    try:
        prolog.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
    except _SeenEnoughError:
        return True
    return False


def _finish(prolog: expat.XMLParserType) -> None:
    """Read what is left at the end of a part: expat 2.6 and later puts off unfinished tokens.

    A part without any element is for its reader to complain of.
    """
    with contextlib.suppress(_SeenEnoughError, expat.ExpatError):
        prolog.Parse(b"", True)  # noqa: FBT003 - expat's own signature


def _kind(path: Path, archive: zipfile.ZipFile) -> Kind:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return Kind.OOXML
    if "content.xml" in names and archive.read("mimetype").startswith(
        b"application/vnd.oasis.opendocument.spreadsheet"
    ):
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in archive.read(manifest):
            raise InputUnreadable("password-protected", path=path)
        return Kind.ODS
    raise InputUnreadable("not-a-workbook", path=path)
