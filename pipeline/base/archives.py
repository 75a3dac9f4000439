"""Pack the parts of an Office file so that the same parts give the same bytes.

Zip archives hold times and the system they were made on; both are fixed here,
for a Word file, a workbook and the sample masters alike.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

# The first moment that a zip archive can hold.
UNDATED = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_PROPERTIES = "docProps/core.xml"
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def parts(package: bytes) -> Iterator[tuple[str, bytes]]:
    """Every part of an Office file: its name and its bytes."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def with_dates(package: bytes, date: dt.datetime = UNDATED) -> bytes:
    """The file packed again, ``date`` in its properties: openpyxl writes the clock there."""
    stamp = date.strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii")
    return pack(
        (name, _CLOCK.sub(rb"\g<1>" + stamp + rb"\g<2>", part) if name == _PROPERTIES else part)
        for name, part in parts(package)
    )


def pack(content: Iterable[tuple[str, bytes]]) -> bytes:
    """An Office file of parts: names in order, times fixed, the same bytes every day."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The list of content types comes first in every Office file.
        for name, part in sorted(content, key=lambda each: (not each[0].startswith("["), each[0])):
            entry = zipfile.ZipInfo(name, UNDATED.timetuple()[:6])
            # As on Windows, so that the bytes don't tell where the file was made.
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return stream.getvalue()
