"""A page that opens the print dialogue of a PDF as soon as it is shown.

In: a PDF of ours. Out: an HTML page that holds the same bytes and an update behind them
(ISO 32000-1, 7.5.6): the catalogue again, with an action that prints. The link 印刷 of
the page of all runs leads there. A page that was opened from a folder may not call
``print()`` of another file (every file is an origin of its own to a browser), and PDF/A
forbids the action, so that no PDF of a run can have it; the copy inside of the page makes
no claim to a standard. Chromium, and so Edge and Chrome, obeys the action; what does not
shows the handout, to be printed by hand.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from pipeline.base.errors import Defect

_STYLE: Final = (
    "html,body,main{height:100%;margin:0}"
    "body{font-family:'BIZ UDPGothic','BIZ UDGothic',sans-serif}"
    "main{display:flex;flex-direction:column}"
    "h1{font-size:1.1rem}h1,p{margin:.4rem 1rem}iframe{flex:1;border:0}"
)
_PAGE: Final = """<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; frame-src data:; \
style-src 'sha256-{digest}'">
<title>{title} を印刷</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title} を印刷</h1>
<p>印刷の画面が出ないときは、<a href="{href}">{title}（PDF）</a>を開いて印刷してください。</p>
<iframe title="{title}" src="data:application/pdf;base64,{data}"></iframe>
</main>
</body>
</html>
"""
_PRINT: Final = b"/OpenAction << /S /Named /N /Print >>"
_STREAM: Final = re.compile(rb"\d+ 0 obj\s*<<([^>]*)>>\s*stream\r?\n")
_METADATA: Final = re.compile(rb"/Metadata \d+ 0 R")


def printing_page(pdf: bytes, stem: str) -> bytes:
    """The page, which stands in a folder beside ``pdf``, the file ``stem``.pdf.

    Defect where the PDF is built in a way that we don't write.
    """
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode("ascii")).digest())
    page = _PAGE.format(
        digest=digest.decode("ascii"),
        style=_STYLE,
        title=html.escape(stem),
        href=html.escape(f"../{quote(stem)}.pdf"),
        data=base64.b64encode(opens_print_dialogue(pdf)).decode("ascii"),
    )
    return page.encode("utf-8")


def opens_print_dialogue(pdf: bytes) -> bytes:
    """``pdf`` with the action. Defect where it is built in a way that we don't write."""
    start = int(_found(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf))
    trailer = _found(rb"^\d+ 0 obj\s*<<(.*?)>>\s*stream", pdf[start:])
    root = int(_found(rb"/Root (\d+) 0 R", trailer))
    size = int(_found(rb"/Size (\d+)", trailer))
    identifier = re.search(rb"/ID\s*\[.*?\]", trailer, re.DOTALL)
    catalogue = _METADATA.sub(b"", _object(pdf, root)).rstrip()
    if not catalogue.endswith(b">>"):
        raise Defect("renderer-complained", reason="PDF のカタログを読み取れません")
    body = b"%d 0 obj\n%s %s >>\nendobj\n" % (root, catalogue[:-2], _PRINT)
    at_root, at_table = len(pdf) + 1, len(pdf) + 1 + len(body)
    rows = b"".join(b"\x01" + at.to_bytes(4, "big") + b"\x00\x00" for at in (at_root, at_table))
    table = b"<< /Type /XRef /Size %d /Root %d 0 R /Prev %d %s /Index [%d 1 %d 1]" % (
        *(size + 1, root, start, identifier[0] if identifier else b"", root, size),
    )
    return (
        pdf
        + b"\n"
        + body
        + b"%d 0 obj\n%s /W [1 4 2] /Length %d >>\nstream\n" % (size, table, len(rows))
        + rows
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at_table
    )


def _found(pattern: bytes, text: bytes) -> bytes:
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        raise Defect("renderer-complained", reason="PDF の相互参照（xref）を読み取れません")
    return match[1]


def _object(pdf: bytes, number: int) -> bytes:
    """The text of an object, plain or packed with others in a stream."""
    plain = re.search(rb"(?:^|\n)%d 0 obj\s*(<<.*?>>)\s*endobj" % number, pdf, re.DOTALL)
    if plain is not None:
        return plain[1]
    for packed, first in _packed_objects(pdf):
        numbers = [int(each) for each in packed[:first].split()]
        places = dict(zip(numbers[::2], numbers[1::2], strict=True))
        if number in places:
            start = places[number]
            end = min((each for each in places.values() if each > start), default=len(packed))
            return packed[first + start : first + end]
    raise Defect("renderer-complained", reason="PDF のカタログがありません")


def _packed_objects(pdf: bytes) -> Iterator[tuple[bytes, int]]:
    """Each stream of objects, unpacked, and where its first object begins."""
    for match in _STREAM.finditer(pdf):
        about = match[1]
        if b"/ObjStm" in about:
            content = pdf[match.end() : match.end() + int(_found(rb"/Length (\d+)", about))]
            unpacked = zlib.decompress(content) if b"/FlateDecode" in about else content
            yield unpacked, int(_found(rb"/First (\d+)", about))
