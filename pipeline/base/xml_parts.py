"""The XML parts of Office files: bytes in, elements out; names are asked without a namespace.

So the strict variant of Office's formats reads too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

_OFF: Final = frozenset({"0", "false", "off", "none"})


def parsed(part: bytes) -> etree._Element:
    """The root of a part; nothing that it declares or names is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(part, parser)


def local(element: etree._Element) -> str:
    """The name without its namespace; empty for a comment or an instruction."""
    tag: object = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute by its local name."""
    if element is not None:
        for key, found in element.attrib.items():
            if str(key).rpartition("}")[2] == name:
                return str(found)
    return None


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of a name."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The children by their names, the first of each."""
    found: dict[str, etree._Element] = {}
    for each in () if element is None else element:
        found.setdefault(local(each), each)
    return found


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every descendant of one of the names."""
    return element.iter(*(f"{{*}}{name}" for name in names))


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch such as ``w:vanish`` is there and not turned off."""
    return element is not None and (value(element) or "1") not in _OFF


def whole(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute; the default for anything else or a huge one."""
    try:
        number = int(float(text or ""))
    except (ValueError, OverflowError):
        return default
    return number if abs(number) < 2**31 else default
