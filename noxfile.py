"""Every check of the project, one session each; the default ones are the gate.

``bash scripts/test.sh`` makes .venv and runs this file in it; ``.ci/run`` runs what takes
longer (``lowest``, ``soak``, ``fuzz``) after it. Most sessions run in
that same .venv, so that nothing is installed twice; ``smoke``, ``lowest``, ``lock``
and ``wheels`` are about installing and have environments of their own, or none. All of
them install with the machine's own pip configuration.
"""

from __future__ import annotations

import email
import re
import shutil
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import nox
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent
CONSTRAINTS = ROOT / "constraints.txt"
SAMPLE = ROOT / "inputs" / "連携事業マスタ.xlsx"
PYTHON_CODE = ("pipeline", "tests", "scripts", "benchmarks", "noxfile.py")
# What a master without opinions gives, and what there is once they are in.
BEFORE = {"資料１_会議用", "参考資料_各判定の考え方"}
AFTER = BEFORE | {"資料１_結果版", "資料１_会議結果概要"}
WORD_ONLY = {"資料１_会議録（案）.docx"}
WINDOWS_PYTHONS = ("3.11", "3.12", "3.13")
# A worker for each processor. The tests of a file stay together: they share what was made once.
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile", "-q")

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "none"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "types", "tests", "handouts", "smoke"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format, with every rule of ruff but those argued in pyproject.toml."""
    session.run(sys.executable, "-m", "ruff", "check", *PYTHON_CODE)
    session.run(sys.executable, "-m", "ruff", "format", "--check", *PYTHON_CODE)


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly, of the package and of everything around it."""
    session.run(sys.executable, "-m", "mypy")


@nox.session
def architecture(session: nox.Session) -> None:
    """Who may import whom, and which libraries live where."""
    session.run(sys.executable, "-m", "pytest", "tests/unit/test_architecture.py", "-q")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests but those that soak, warnings as errors; arguments after ``--`` go to pytest."""
    session.run(sys.executable, "-m", "pytest", *(session.posargs or IN_PARALLEL))


@nox.session
def soak(session: nox.Session) -> None:
    """What must hold for long: the tests that repeat for minutes."""
    session.run(sys.executable, "-m", "pytest", "-m", "soak", "-q", *session.posargs)


@nox.session
def handouts(session: nox.Session) -> None:
    """The README's first command, into a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        session.run("bash", "scripts/handouts.sh", "--output", folder, external=True)
        _must_be(session, _documents(Path(folder)), _in_both_formats(AFTER) | WORD_ONLY)


@nox.session(venv_backend="virtualenv")
def smoke(session: nox.Session) -> None:
    """The built wheel, in a clean environment and an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = _build_wheel(session, place / "dist")
        session.install(str(wheel), "--constraint", str(CONSTRAINTS))
        (place / "inputs").mkdir()
        shutil.copy(SAMPLE, place / "inputs")
        session.chdir(place)
        session.run("shiryo", "--help", silent=True)
        session.run("shiryo", "build")
        _must_be(session, _documents(place / "output"), _in_both_formats(BEFORE))
        told = session.run("shiryo", "doctor", "--json", silent=True)
        if "試験した版と同じです" not in str(told):
            session.error("doctor in the wheel knows no tested versions")
        # No templates/ stands here: the form can only have come out of the wheel.
        _must_be(session, {path.name for path in place.iterdir()}, {"dist", "inputs", "output"})


@nox.session(venv_backend="virtualenv")
def lowest(session: nox.Session) -> None:
    """The lowest version of every dependency that pyproject.toml allows."""
    bounds = _lowest_bounds()
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "lowest.txt"
        constraints.write_text(_constraints_with(bounds), encoding="utf-8")
        session.install(
            *("--editable", ".", "--group", "test", "--constraint", str(constraints)),
            *("--build-constraint", str(CONSTRAINTS)),
        )
    session.run("python", "-m", "pytest", *IN_PARALLEL, *(session.posargs or ("tests/unit",)))


@nox.session(venv_backend="virtualenv")
def lock(session: nox.Session) -> None:
    """Write constraints.txt anew: the newest versions that fit, as installed together."""
    session.install("--upgrade", "pip")
    session.install("--upgrade", "--editable", ".", "--group", "dev")
    # setuptools is the virtual environment's own, where it has any; nothing here asks for it.
    frozen = session.run(
        *("python", "-m", "pip", "freeze", "--all", "--exclude-editable"),
        *("--exclude", "setuptools"),
        silent=True,
    )
    head = CONSTRAINTS.read_text(encoding="utf-8").split("\n\n", 1)[0]
    CONSTRAINTS.write_text(f"{head}\n\n{frozen}", encoding="utf-8")


@nox.session(venv_backend="virtualenv")
def wheels(session: nox.Session) -> None:
    """The folder ``wheels``: everything that Windows needs where there is no internet.

    For every Python that we support; arguments after ``--`` (``-- 3.13``) for some.
    """
    folder = ROOT / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    ours = _build_wheel(session, folder)
    session.install("--constraint", str(CONSTRAINTS), "pip")
    for version in session.posargs or WINDOWS_PYTHONS:
        _download_for_windows(session, folder, version, str(ours))
        # pip reads the conditions of requirements as of the machine that it runs on, and so
        # passes over what is asked for on Windows alone.
        if lacking := _lacking_on_windows(folder, version):
            _download_for_windows(session, folder, version, *sorted(lacking))
        if lacking := _lacking_on_windows(folder, version):
            session.error(f"still lacking for Python {version}: {sorted(lacking)}")
    sizes = [path.stat().st_size for path in folder.iterdir()]
    session.log(f"{len(sizes)} wheels, {sum(sizes) / 1e6:.0f} MB")


@nox.session
def documents(session: nox.Session) -> None:
    """What the documents show, made anew from the samples: pictures, output, lists."""
    for script in ("make_findings_page", "make_commands_page", "make_pictures", "make_outputs"):
        session.run(sys.executable, f"scripts/{script}.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Whole processes against their peers, and docs/speed.md from the figures; a quiet machine."""
    session.run(sys.executable, "-m", "benchmarks.run", *session.posargs)
    session.run(sys.executable, "scripts/make_speed_page.py")


@nox.session
def mutations(session: nox.Session) -> None:
    """20,000 edited handouts and a third as many workbooks (``-- COUNT`` for another number)."""
    count = session.posargs[0] if session.posargs else "20000"
    session.run(
        *(sys.executable, "-m", "pytest", "-n", "auto", "-q"),
        *("tests/property/test_mutations.py", "tests/property/test_book_mutations.py"),
        env={"SHIRYO_MUTATIONS": count},
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Many examples, and damaged workbooks for a minute (``-- SECONDS SEED`` for another run)."""
    session.run(
        *(sys.executable, "-m", "pytest", *IN_PARALLEL),
        *("-m", "hypothesis", "--hypothesis-profile=fuzz"),
    )
    session.run(sys.executable, "scripts/fuzz_reader.py", *(session.posargs or ("60", "0")))


def _build_wheel(session: nox.Session, folder: Path) -> Path:
    """The wheel of this checkout, built into ``folder``."""
    session.run(
        *(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet"),
        *("--wheel-dir", str(folder), "--build-constraint", str(CONSTRAINTS)),
        external=True,
    )
    return next(folder.glob("*.whl"))


def _download_for_windows(session: nox.Session, folder: Path, python: str, *what: str) -> None:
    """The wheels of ``what`` and of all that they ask for, into ``folder``."""
    session.run(
        *("python", "-m", "pip", "download", *what, "--dest", str(folder), "--quiet"),
        *("--constraint", str(CONSTRAINTS), "--only-binary", ":all:"),
        *("--platform", "win_amd64", "--implementation", "cp", "--python-version", python),
    )


def _lacking_on_windows(folder: Path, python: str) -> set[str]:
    """What the wheels in ``folder`` ask for on Windows and the folder does not have."""
    windows = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    windows |= {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    here: set[str] = set()
    wanted: set[str] = set()
    for wheel in folder.glob("*.whl"):
        here.add(canonicalize_name(wheel.name.split("-")[0]))
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
            metadata = email.message_from_bytes(archive.read(name))
        for line in metadata.get_all("Requires-Dist", ()):
            asked = Requirement(line)
            if asked.marker is None or asked.marker.evaluate(windows):
                wanted.add(canonicalize_name(asked.name))
    return wanted - here


def _documents(output: Path) -> set[str]:
    """The names of the documents in every run below ``output``."""
    return {path.name for path in output.rglob("*") if path.suffix in {".docx", ".pdf"}}


def _in_both_formats(stems: set[str]) -> set[str]:
    return {stem + suffix for stem in stems for suffix in (".docx", ".pdf")}


def _must_be(session: nox.Session, found: set[str], wanted: set[str]) -> None:
    if found != wanted:
        session.error(f"found {sorted(found)} where {sorted(wanted)} should be")


def _lowest_bounds() -> dict[str, str]:
    """The lower bound of every ranged dependency, by name: ``{"pandas": "2.3.3"}``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.match(r"([\w.-]+)>=([\d.]+)", line) for line in project["dependencies"])
    return {match[1]: match[2] for match in found if match}


def _constraints_with(bounds: dict[str, str]) -> str:
    """constraints.txt with the ``bounds`` in place of the versions it has for them."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split("==")[0].lower() not in bounds]
    return "\n".join((*kept, *(f"{name}=={version}" for name, version in bounds.items()), ""))
