"""The XML parts of Office files: bytes in, elements out.

Names are compared without their namespace, so that the strict variant of the Office formats
can be read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

_OFF: Final = frozenset({"0", "false", "off", "none"})


def parsed(part: bytes) -> etree._Element:
    """The root element of a part; no entity, DTD or network resource is loaded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(part, parser)


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for a comment or a processing instruction."""
    tag: object = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """The value of an attribute, by its local name; None if there is none."""
    if element is not None:
        for key, found in element.attrib.items():
            if str(key).rpartition("}")[2] == name:
                return str(found)
    return None


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child with this name; None if there is none."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The first child of each name, by name."""
    found: dict[str, etree._Element] = {}
    for each in () if element is None else element:
        found.setdefault(local_name(each), each)
    return found


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every descendant with one of these names."""
    return element.iter(*(f"{{*}}{name}" for name in names))


def is_on(element: etree._Element | None) -> bool:
    """Whether an on/off element such as ``w:vanish`` is present and not turned off."""
    return element is not None and (value(element) or "1") not in _OFF


def integer(text: str | None, default: int = 0) -> int:
    """The integer in an attribute; the default if it is no number or 2**31 or more."""
    try:
        number = int(float(text or ""))
    except (ValueError, OverflowError):
        return default
    return number if abs(number) < 2**31 else default
