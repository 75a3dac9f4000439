"""Run a command of this machine that can start Windows programs in a Debian 13 with Wine.

    python scripts/windows/wine.py ROOT COMMAND…

In: a folder for the Debian, made on the first run and kept (two minutes, 2 GB). Out: the exit
status of the command, which reads the folder's path from the variable SHIRYO_WINE. It runs in
its own namespaces: its only network is 127.0.0.1, and its child processes end with it.

Needs root on Debian. Packages come from the mirror of the machine's own apt. Debian 12's
Wine 8 lacks functions that Python 3.13 and the Rust wheels call; Debian 13's has them.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

RELEASE: Final = "trixie"
PACKAGES: Final = ("wine", "wine64", "locales", "fonts-morisawa-bizud-gothic")
VARIABLE: Final = "SHIRYO_WINE"
# Later versions call crealf of the C runtime, which Wine 10 lacks; Windows has it.
NUMPY: Final = "numpy==2.1.3"
# As on a Japanese Windows: the code page of programs is 932.
LOCALE: Final = "ja_JP.UTF-8"
PREFIX: Final = "prefix"
_APT: Final = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2")
_PIP_FOR_WINDOWS: Final = (
    *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"),
    *("--platform", "win_amd64", "--implementation", "cp", "--python-version", "3.13"),
)
_FONTS: Final = "usr/share/fonts/truetype/bizud-gothic"
_NAMESPACES: Final = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--")
_SET_FLAGS: Final = 0x8914  # SIOCSIFFLAGS
_UP: Final = 0x1


def main() -> None:
    """Make the Debian, then replace this process by the command inside the namespaces."""
    parser = argparse.ArgumentParser(description="Run a command that can start Windows programs.")
    parser.add_argument("root", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    root = options.root.resolve()
    if VARIABLE in os.environ:
        enter(root)
        os.execvp(options.command[0], options.command)  # noqa: S606 - the caller's own command
    prepare(root)
    inside = [sys.executable, __file__, str(root), *options.command]
    os.environ[VARIABLE] = str(root)
    os.execvp(_NAMESPACES[0], [*_NAMESPACES, *inside])  # noqa: S606 - fixed, and our own script


# --- the Debian -------------------------------------------------------------------------------


def prepare(root: Path) -> None:
    """Install Debian with Wine in ``root``, unless an earlier run has finished this."""
    stamp = root / "ready.txt"
    wanted = f"{RELEASE} {' '.join(PACKAGES)} {NUMPY} {LOCALE}\n"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if os.geteuid() != 0:
        sys.exit("Setting up Wine needs root: debootstrap and chroot.")
    print(f"Setting up Debian {RELEASE} with Wine in {root}", flush=True)
    shutil.rmtree(root, ignore_errors=True)
    bootstrap(root)
    inside = ["chroot", str(root)]
    _run(*inside, *_APT, "update")
    _run(*inside, *_APT, "install", "--yes", "--no-install-recommends", *PACKAGES)
    _run(*inside, "localedef", "-i", LOCALE.split(".")[0], "-f", "UTF-8", LOCALE)
    make_prefix(root)
    _run(*_PIP_FOR_WINDOWS, "--dest", str(root / "numpy"), NUMPY)
    stamp.write_text(wanted, encoding="utf-8")


def bootstrap(root: Path) -> None:
    """A minimal Debian, from the mirror and through the proxy of the machine's own apt."""
    if shutil.which("debootstrap") is None:
        _run(*_APT, "update")
        _run(*_APT, "install", "--yes", "--no-install-recommends", "debootstrap")
    proxy = _printed("apt-config", "dump", "Acquire::http::Proxy", "--format", "%v")
    if proxy:
        os.environ.setdefault("http_proxy", proxy)
    _run("debootstrap", "--variant=minbase", RELEASE, str(root), *mirror())
    proxies = _printed("apt-config", "dump", "--format", '%f "%v";%n')
    lines = [line for line in proxies.splitlines() if "::Proxy" in line]
    (root / "etc/apt/apt.conf.d/99proxy").write_text("\n".join((*lines, "")), encoding="utf-8")


def mirror() -> list[str]:
    """The Debian mirror of this machine's apt; empty for debootstrap's own default."""
    query = ("apt-get", "indextargets", "--format", "$(REPO_URI)")
    found = _printed(*query, "Identifier: Packages", "Origin: Debian", "Label: Debian")
    return found.split()[:1]


def make_prefix(root: Path) -> None:
    """Make Wine's drive C, with the font of Windows in a font collection as on Windows."""
    # In its own PID namespace, so that Wine's services end with it.
    make = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"]
    steps = 'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$@"'
    boot = ("env", "-i", *environment(), "wineboot", "--init")
    _run(*make, steps, "sh", str(root), *boot)
    fonts = root / PREFIX / "drive_c/windows/Fonts"
    for weight in ("Regular", "Bold"):
        collection = TTCollection()
        files = (root / _FONTS / f"BIZUD{kind}Gothic-{weight}.ttf" for kind in ("", "P"))
        collection.fonts = [TTFont(file) for file in files]
        collection.save(fonts / f"BIZ-UDGothic{weight[0]}.ttc")


def environment() -> list[str]:
    """The environment variables of a Windows program, as arguments of ``env``."""
    return [
        *("PATH=/usr/bin:/bin", "HOME=/root", f"WINEPREFIX=/{PREFIX}"),
        *(f"LANG={LOCALE}", f"LC_ALL={LOCALE}"),
        # No debug output, no debugger window, no installation of .NET and a browser.
        *("WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winedbg.exe="),
    ]


# --- the namespaces ---------------------------------------------------------------------------


def enter(root: Path) -> None:
    """Inside the namespaces: mount what Wine needs, and start the interface of 127.0.0.1."""
    _run("mount", "-t", "proc", "proc", str(root / "proc"))
    _run("mount", "-t", "sysfs", "sysfs", str(root / "sys"))
    _run("mount", "--bind", "/dev", str(root / "dev"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", _UP)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)


def _run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603 - programs of the system, our own arguments
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        sys.exit(f"status {done.returncode}: {' '.join(command)}")


def _printed(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 - programs of the system, our own arguments
        command, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
