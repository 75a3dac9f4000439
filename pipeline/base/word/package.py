"""The parts of a Word file: its bytes in, a :class:`Package` out.

The main document is the one that the package's relationships name. A package that names two
main documents, or contains a part twice, looks different in different programs and is refused.
"""

from __future__ import annotations

import enum
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from pipeline.base.properties import PART as CUSTOM
from pipeline.base.properties import custom_properties
from pipeline.base.xml_parts import local_name, parsed, value

_ROOT_RELATIONS: Final = "_rels/.rels"
_DEFAULT_DOCUMENT: Final = "word/document.xml"
_DOCUMENT_NAME: Final = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_MAIN_TYPE: Final = re.compile(r"(?:wordprocessingml|ms-word)\..*main\+xml$")


class PackageProblem(enum.Enum):
    """The reason why a package can't be read."""

    DAMAGED = enum.auto()
    NO_DOCUMENT = enum.auto()
    SEVERAL_DOCUMENTS = enum.auto()


class WordProblem(Exception):
    """The file can't be read as one Word document; ``problem`` is the reason."""

    def __init__(self, problem: PackageProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Package:
    """The XML of a Word file's parts. ``related``: the parts of the main document by kind."""

    main: etree._Element
    related: Mapping[str, tuple[etree._Element, ...]]
    properties: Mapping[str, str]

    def first(self, kind: str) -> etree._Element | None:
        """The part of a kind (``styles``, ``theme`` …); None if there is none."""
        return next(iter(self.related.get(kind, ())), None)


def open_package(content: bytes) -> Package:
    """The package; WordProblem if it is damaged or is not one Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len({name.lower() for name in names}) < len(names):
                raise WordProblem(PackageProblem.SEVERAL_DOCUMENTS)
            return package_of({name: archive.read(name) for name in names if _is_read(name)})
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, RecursionError) as error:
        raise WordProblem(PackageProblem.DAMAGED) from error


def _is_read(name: str) -> bool:
    """Whether a part is read; pictures and fonts are not."""
    return name.lower().endswith((".xml", ".rels"))


def package_of(archive: Mapping[str, bytes]) -> Package:
    """The package of these parts; WordProblem if they are not one Word document."""
    names = list(archive)
    main = _main_document(archive, names)
    related: dict[str, list[etree._Element]] = {}
    for kind, target in _relations(archive, names, main):
        if kind in _KINDS_READ and target in names:
            related.setdefault(kind, []).append(parsed(archive[target]))
    properties = custom_properties(archive[CUSTOM]) if CUSTOM in names else {}
    parts = {kind: tuple(found) for kind, found in related.items()}
    return Package(parsed(archive[main]), parts, properties)


# The kinds of parts that are visible, or change how others look.
_KINDS_READ: Final = frozenset(
    ["styles", "theme", "numbering", "header", "footer", "footnotes", "endnotes", "comments"]
)


def _main_document(archive: Mapping[str, bytes], names: list[str]) -> str:
    """The name of the main document; WordProblem if a second one is in the package."""
    named = [target for kind, target in _relations(archive, names, "") if kind == "officeDocument"]
    typed = _typed_as_main(archive, names)
    candidates = {*named, *typed} & set(names)
    if len(named) > 1 or len(candidates) > 1:
        raise WordProblem(PackageProblem.SEVERAL_DOCUMENTS)
    if not named and not candidates and _DEFAULT_DOCUMENT in names:
        candidates = {_DEFAULT_DOCUMENT}
    if named and named[0] not in names:
        raise WordProblem(PackageProblem.DAMAGED)
    if not candidates:
        raise WordProblem(PackageProblem.NO_DOCUMENT)
    (main,) = candidates
    if any(_DOCUMENT_NAME.fullmatch(name) for name in names if name != main):
        raise WordProblem(PackageProblem.SEVERAL_DOCUMENTS)
    return main


def _typed_as_main(archive: Mapping[str, bytes], names: list[str]) -> list[str]:
    """The parts whose content type is that of a main document."""
    if "[Content_Types].xml" not in names:
        return []
    types = parsed(archive["[Content_Types].xml"])
    return [
        (value(entry, "PartName") or "").lstrip("/")
        for entry in types
        if local_name(entry) == "Override" and _MAIN_TYPE.search(value(entry, "ContentType") or "")
    ]


def _relations(
    archive: Mapping[str, bytes], names: list[str], source: str
) -> Iterator[tuple[str, str]]:
    """Kind (the last part of the type) and target of each relationship within the package."""
    folder, name = posixpath.split(source)
    rels = posixpath.join(folder, "_rels", f"{name}.rels") if source else _ROOT_RELATIONS
    if rels not in names:
        return
    for relation in parsed(archive[rels]):
        if value(relation, "TargetMode") == "External":
            continue
        target = posixpath.join("/" + folder, value(relation, "Target") or "")
        kind = (value(relation, "Type") or "").rpartition("/")[2]
        yield kind, posixpath.normpath(target).lstrip("/")
