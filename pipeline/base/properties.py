"""Read and write the custom properties of an Office file (ECMA-376 part 1, 22.3).

Word and Excel show them under ファイル › 情報 › プロパティ; both keep them when they save.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from pipeline.base.xml_parts import local_name, parsed

PART: Final = "docProps/custom.xml"
CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
)
# Word truncates a longer value when it saves.
LONGEST: Final = 255
_NAMESPACE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
# The standard's only identifier for user-defined properties.
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
# 0 and 1 are reserved.
_FIRST: Final = 2


def custom_part(properties: Mapping[str, str]) -> bytes:
    """The part ``docProps/custom.xml`` with these names and text values."""
    spaces: dict[str | None, str] = {None: _NAMESPACE, "vt": _TYPES}
    root = etree.Element(f"{{{_NAMESPACE}}}Properties", nsmap=spaces)  # type: ignore[arg-type]
    for number, (name, text) in enumerate(properties.items(), start=_FIRST):
        entry = etree.SubElement(root, f"{{{_NAMESPACE}}}property")
        entry.set("fmtid", _FORMAT)
        entry.set("pid", str(number))
        entry.set("name", name)
        etree.SubElement(entry, f"{{{_TYPES}}}lpwstr").text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def custom_properties(part: bytes) -> dict[str, str]:
    """Names and values in a part; empty if the part is not XML."""
    try:
        root = parsed(part)
    except etree.XMLSyntaxError:
        return {}
    found: dict[str, str] = {}
    for entry in root:
        name = entry.get("name") if local_name(entry) else None
        if name is not None:
            found.setdefault(str(name), "".join(map(str, entry.itertext())))
    return found
