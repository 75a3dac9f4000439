"""Pack the parts of an Office file so that the same parts give the same bytes.

Zip archives contain times and the name of the system that made them. This module sets fixed
values for both, in Word files, workbooks and the sample masters.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

# The earliest time that a zip archive can store.
UNDATED = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_PROPERTIES = "docProps/core.xml"
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def parts(package: bytes) -> Iterator[tuple[str, bytes]]:
    """Every part of an Office file: its name and its bytes."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def with_dates(package: bytes, date: dt.datetime = UNDATED) -> bytes:
    """The file packed again with ``date`` in its properties; openpyxl writes the current time."""
    stamp = date.strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii")
    return pack(
        (name, _CLOCK.sub(rb"\g<1>" + stamp + rb"\g<2>", part) if name == _PROPERTIES else part)
        for name, part in parts(package)
    )


def pack(content: Iterable[tuple[str, bytes]]) -> bytes:
    """An Office file made of these parts: sorted names and fixed times give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The list of content types comes first in every Office file.
        for name, part in sorted(content, key=lambda item: (not item[0].startswith("["), item[0])):
            entry = zipfile.ZipInfo(name, UNDATED.timetuple()[:6])
            # The value of Windows, on every system, so that the bytes are the same.
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return stream.getvalue()
