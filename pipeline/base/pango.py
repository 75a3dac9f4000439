"""Pango on Windows: the folders of its DLLs in, the environment that WeasyPrint reads out.

The package ``gstreamer-libs``, a dependency on Windows alone, carries Pango and the libraries
that it needs. WeasyPrint asks for ``libpango-1.0-0`` (the name in MSYS2 and GTK) before
``pango-1.0-0`` (the name here) and looks for both along ``PATH``. So ``PATH`` of this process
holds our folder and Windows' own and no other: a second Pango on the machine is never mixed in.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

# The second one carries the C++ runtime, of the same makers.
_PACKAGES: Final = ("gstreamer_libs", "gstreamer_ext_runtime")
_FONTS: Final = Path(__file__).with_name("fonts.conf")


def use_packaged_pango(variables: MutableMapping[str, str], platform: str = sys.platform) -> None:
    """Set ``variables`` so that WeasyPrint, imported after this, loads the packaged Pango.

    Nothing is set on other systems, or where the package is not installed.
    """
    folders = [str(folder) for name in _PACKAGES if (folder := _dll_folder(name))]
    if platform != "win32" or not folders:
        return
    variables["WEASYPRINT_DLL_DIRECTORIES"] = ";".join(folders)
    system = Path(variables.get("SYSTEMROOT", r"C:\Windows")) / "System32"
    variables["PATH"] = ";".join((*folders, str(system)))
    # fonts.conf keeps the font cache below XDG_CACHE_HOME; nothing is left in the profile.
    variables["FONTCONFIG_FILE"] = str(_FONTS)
    variables["XDG_CACHE_HOME"] = tempfile.gettempdir()


def _dll_folder(package: str) -> Path | None:
    """The folder ``bin`` of an installed package, which is not imported for it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "bin"
