"""Pango on Windows: set the environment variables that WeasyPrint reads to find the DLLs.

The package ``gstreamer-libs``, a dependency on Windows only, contains Pango and the libraries
that it needs. WeasyPrint searches ``PATH`` for ``libpango-1.0-0`` (the name in MSYS2 and GTK)
before ``pango-1.0-0`` (the name in this package). So ``PATH`` of this process contains only the
package's folders and the system's. No other Pango on the machine can be loaded.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

# The second package contains the C++ runtime, from the same publisher.
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
    # fonts.conf puts the font cache below XDG_CACHE_HOME; nothing is written to the user's profile.
    variables["FONTCONFIG_FILE"] = str(_FONTS)
    variables["XDG_CACHE_HOME"] = tempfile.gettempdir()


def _dll_folder(package: str) -> Path | None:
    """The folder ``bin`` of an installed package; the package is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "bin"
