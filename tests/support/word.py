"""Read Word files as Word shows them, change templates, and validate files by Word's rules.

python-docx does not read text inside content controls, so cells are read from the XML.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.model.form import Form
from support.records import seed_form
from support.tools import ooxml_validator, program

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


@dataclass(frozen=True)
class Control:
    """A check-box control: its names and id, its state, and the printed mark."""

    tag: str
    alias: str
    identity: str
    checked: bool
    mark: str


def part(content: bytes, name: str = "word/document.xml") -> Any:
    """A part of a Word file; typed Any, because the tests know which elements exist."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def shown(element: Any) -> str:
    """The text of an element as Word shows it, content controls included."""
    marks = {W + "tab": "\t", W + "br": "\n"}
    kinds = (W + "t", *marks)
    # A w:tab outside a run is a tab stop, not a tab.
    inside = (each for each in element.iter(*kinds) if each.getparent().tag == W + "r")
    return "".join(marks.get(each.tag) or each.text or "" for each in inside)


def table(content: bytes) -> list[list[list[str]]]:
    """The handout's table: rows of cells, each a list of its paragraphs."""
    (found,) = part(content).iter(W + "tbl")
    return [
        [[shown(each) for each in cell.iter(W + "p")] for cell in row.iter(W + "tc")]
        for row in found.iter(W + "tr")
    ]


def paragraphs(content: bytes, name: str = "word/document.xml") -> list[str]:
    """The paragraphs of a part outside its tables."""
    return [
        shown(each)
        for each in part(content, name).iter(W + "p")
        if each.getparent().tag != W + "tc"
    ]


def controls(content: bytes) -> list[Control]:
    """Every content control of the body, in order."""
    return [_control(each) for each in part(content).iter(W + "sdt")]


def _control(element: Any) -> Control:
    properties = {each.tag: each.get(W + "val", "") for each in element.find(W + "sdtPr")}
    (state,) = element.iter(W14 + "checked")
    return Control(
        tag=properties[W + "tag"],
        alias=properties[W + "alias"],
        identity=properties[W + "id"],
        checked=state.get(W14 + "val") == "1",
        mark=shown(element),
    )


def with_parts(
    content: bytes,
    edits: Mapping[str, Callable[[str], str]],
    add: Mapping[str, str] | None = None,
) -> bytes:
    """A Word file with some parts edited as text, and others added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            text = source.read(name)
            edit = edits.get(name)
            target.writestr(name, edit(text.decode("utf-8")).encode("utf-8") if edit else text)
        for name, part_text in (add or {}).items():
            target.writestr(name, part_text)
    return stream.getvalue()


def template() -> bytes:
    """The shipped Word template of the handout."""
    path = seed_form().resource("handout.docx")
    assert path is not None
    return path.read_bytes()


def swap(*pairs: str) -> Callable[[str], str]:
    """An edit that replaces texts: pairs of an old text, which must occur, and a new one."""

    def edit(text: str) -> str:
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        return text

    return edit


def form_with(folder: Path, handout: bytes) -> Form:
    """A copy of the shipped form with another Word template of the handout."""
    form = folder / "form"
    shutil.copytree(seed_form().folders[-1], form)
    (form / "handout.docx").write_bytes(handout)
    return replace(seed_form(), folders=(form,))


def mistakes_of(content: bytes, version: str, folder: Path) -> list[object]:
    """The errors that Microsoft's Open XML SDK reports for a version of Office."""
    path = folder / "checked.docx"
    path.write_bytes(content)
    done = subprocess.run(
        [ooxml_validator(), str(path), version],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return list(json.loads(done.stdout)["errors"])


def converted(files: Mapping[str, bytes], kind: str, folder: Path) -> dict[str, bytes]:
    """The Word files as LibreOffice saves them in another format, in a single run."""
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    target = _saved_as(kind, folder, *(folder / f"{name}.docx" for name in files))
    return {name: (target / f"{name}.{kind}").read_bytes() for name in files}


def converted_by(path: Path, kind: str, folder: Path) -> Path:
    """The file that LibreOffice saves from ``path`` in another (or the same) format."""
    return _saved_as(kind, folder, path) / f"{path.stem}.{kind}"


# Separator comma, quotes, UTF-8, from the first line, each cell as shown.
_CSV_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"


def saved_as_csv(path: Path) -> str:
    """A workbook's first sheet as CSV, with the cells as LibreOffice shows them."""
    target = _saved_as(_CSV_AS_SHOWN, path.parent, path)
    return (target / f"{path.stem}.csv").read_text(encoding="utf-8")


def _saved_as(kind: str, folder: Path, *paths: Path) -> Path:
    """Save files in another format with LibreOffice; return their folder.

    A separate profile avoids conflicts with a running LibreOffice.
    """
    target = folder / f"saved-as-{kind.partition(':')[0]}"
    subprocess.run(
        [
            program("soffice"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", kind, "--outdir", str(target)),
            *map(str, paths),
        ],
        capture_output=True,
        check=True,
        timeout=180,
    )
    return target
