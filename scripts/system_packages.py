"""Print the Debian/Ubuntu packages that this machine lacks for a given purpose.

In: ``handouts`` or ``tests``. Out: the names of the missing packages on standard output,
one a line. A package counts as present if its library loads, fontconfig finds its font or
its program is on the path, however it was installed. ``setup.sh`` runs this before it
installs anything, so it needs only the standard library.
"""

from __future__ import annotations

import ctypes
import functools
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Probe = Callable[[], bool]


def library(name: str) -> Probe:
    """A shared library that loads."""

    def probe() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return probe


def program(name: str) -> Probe:
    """A program on the path."""
    return lambda: shutil.which(name) is not None


@functools.cache
def font_families() -> str:
    """Every family name that fontconfig lists; empty if fontconfig is not installed."""
    lister = shutil.which("fc-list")
    if lister is None:
        return ""
    # A fixed command, found on the path, without user input.
    listing = subprocess.run(  # noqa: S603
        [lister, ":", "family"], check=True, capture_output=True, encoding="utf-8"
    )
    return listing.stdout


def font(family: str) -> Probe:
    """A font family that fontconfig lists under this (English) name."""
    return lambda: family in font_families()


def node_package_manager() -> bool:
    """npm, required only once node is present.

    Some ``nodejs`` packages contain npm and conflict with the package ``npm``.
    """
    return program("npm")() or not program("node")()


def office_part(file: str) -> Probe:
    """A part of LibreOffice: a file in the folder of its program."""

    def probe() -> bool:
        office = shutil.which("soffice")
        return office is not None and (Path(office).resolve().parent / file).is_file()

    return probe


HANDOUTS: Mapping[str, Probe] = {
    "libpango-1.0-0": library("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": library("libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": library("libharfbuzz-subset.so.0"),
    "fontconfig": program("fc-list"),
    "fonts-morisawa-bizud-gothic": font("BIZ UDGothic"),
    "fonts-ipamj-mincho": font("IPAmjMincho"),
}
TESTS: Mapping[str, Probe] = {
    **HANDOUTS,
    "chromium": program("chromium"),
    "faketime": program("faketime"),
    "xvfb": program("Xvfb"),
    # The browser driver has its own Node.js, which needs this library.
    "libatomic1": library("libatomic.so.1"),
    "libreoffice-writer": office_part("libswlo.so"),
    "libreoffice-calc": office_part("libsclo.so"),
    "nodejs": program("node"),
    "npm": node_package_manager,
}
PURPOSES: Mapping[str, Mapping[str, Probe]] = {"handouts": HANDOUTS, "tests": TESTS}


def missing(purpose: str) -> tuple[str, ...]:
    """The packages that ``purpose`` still needs, in the order of the table."""
    return tuple(package for package, present in PURPOSES[purpose].items() if not present())


if __name__ == "__main__":
    print("\n".join(missing(sys.argv[1])))
