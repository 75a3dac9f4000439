"""Every check of the project, one session each; the default ones are the gate.

``bash scripts/test.sh`` makes .venv and runs this file in it; ``.ci/run`` then runs the
longer sessions (``lowest``, ``soak``, ``fuzz``, ``windows``). Most sessions run in the same
.venv, so that nothing is installed twice; ``smoke``, ``lowest`` and ``lock`` test or change
the installation and have their own environments. All of them install with the machine's
pip configuration.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

import nox
from packaging.requirements import Requirement

ROOT = Path(__file__).parent
CONSTRAINTS = ROOT / "constraints.txt"
SAMPLE = ROOT / "inputs" / "連携事業マスタ.xlsx"
PYTHON_CODE = ("pipeline", "tests", "scripts", "benchmarks", "noxfile.py")
# The documents of a master before and after the opinions are entered.
BEFORE = {"資料１_会議用", "参考資料_各判定の考え方"}
AFTER = BEFORE | {"資料１_結果版", "資料１_会議結果概要"}
WORD_ONLY = {"資料１_会議録（案）.docx"}
# Only gstreamer-libs requires it, and no part of gstreamer-libs that we load uses it.
UNPINNED = {"setuptools"}
# One worker for each processor. One worker runs all tests of a file: they share fixtures.
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile", "-q")
# If Python may not write compiled modules, every process compiles all tests again.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "none"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "types", "tests", "handouts", "smoke"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format, with every rule of ruff except those listed in pyproject.toml."""
    session.run(sys.executable, "-m", "ruff", "check", *PYTHON_CODE)
    session.run(sys.executable, "-m", "ruff", "format", "--check", *PYTHON_CODE)


@nox.session
def types(session: nox.Session) -> None:
    """Strict type checks of the package, tests, scripts and benchmarks."""
    session.run(sys.executable, "-m", "mypy")


@nox.session
def architecture(session: nox.Session) -> None:
    """Which modules may import which, and which modules may use which libraries."""
    session.run(sys.executable, "-m", "pytest", "tests/unit/test_architecture.py", "-q")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests except ``soak``, warnings as errors; arguments after ``--`` go to pytest."""
    session.run(sys.executable, "-m", "pytest", *(session.posargs or IN_PARALLEL), env=COMPILED)


@nox.session
def soak(session: nox.Session) -> None:
    """The tests that repeat for minutes."""
    session.run(sys.executable, "-m", "pytest", "-m", "soak", "-q", *session.posargs)


@nox.session
def handouts(session: nox.Session) -> None:
    """The README's command that makes the handouts, with a temporary output folder."""
    with tempfile.TemporaryDirectory() as folder:
        session.run("bash", "scripts/handouts.sh", "--output", folder, external=True)
        _must_be(session, _documents(Path(folder)), _in_both_formats(AFTER) | WORD_ONLY)


@nox.session(venv_backend="virtualenv")
def smoke(session: nox.Session) -> None:
    """The built wheel, in a clean environment and an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = _build_wheel(session, place / "dist")
        # The first import compiles the modules that are used; the others need no compiling.
        session.install(str(wheel), "--constraint", str(CONSTRAINTS), "--no-compile")
        (place / "inputs").mkdir()
        shutil.copy(SAMPLE, place / "inputs")
        session.chdir(place)
        session.run("shiryo", "--help", silent=True, env=COMPILED)
        session.run("shiryo", "build", env=COMPILED)
        _must_be(session, _documents(place / "output"), _in_both_formats(BEFORE))
        report = session.run("shiryo", "doctor", "--json", silent=True)
        if "試験した版と同じです" not in str(report):
            session.error("doctor in the wheel knows no tested versions")
        # There is no templates/ here: the form must have come from the wheel.
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
    chosen = session.posargs or ("tests/unit",)
    session.run("python", "-m", "pytest", *IN_PARALLEL, *chosen, env=COMPILED)


@nox.session(venv_backend="virtualenv")
def lock(session: nox.Session) -> None:
    """Rewrite constraints.txt with the newest versions that can be installed together."""
    session.install("--upgrade", "pip")
    session.install("--upgrade", "--editable", ".", "--group", "dev")
    # setuptools may come with the virtual environment; the project does not need it.
    frozen = session.run(
        *("python", "-m", "pip", "freeze", "--all", "--exclude-editable"),
        *("--exclude", "setuptools"),
        silent=True,
    )
    head = CONSTRAINTS.read_text(encoding="utf-8").split("\n\n", 1)[0]
    pins = sorted({*str(frozen).splitlines(), *_windows_pins(session)}, key=str.lower)
    CONSTRAINTS.write_text("\n".join((head, "", *pins, "")), encoding="utf-8")


@nox.session
def windows_folder(session: nox.Session) -> None:
    """``dist/shiryo-windows.zip``, to unzip and double-click; ``-- --python ZIP`` for another."""
    session.run(sys.executable, "scripts/windows/make_folder.py", *session.posargs)


@nox.session
def windows(session: nox.Session) -> None:
    """Test that folder under Wine, as root; ``-- DIR`` keeps the Debian with Wine in DIR."""
    root = session.posargs[0] if session.posargs else str(ROOT / ".nox" / "wine")
    tests = (sys.executable, "-m", "pytest", "tests/windows", "-v", "--durations=0")
    with tempfile.TemporaryDirectory() as wheels:
        session.run(sys.executable, "scripts/windows/make_folder.py", "--wheels", wheels)
        wine = (sys.executable, "scripts/windows/wine.py", root, *tests)
        session.run(*wine, env={"SHIRYO_WHEELS": wheels})


@nox.session
def documents(session: nox.Session) -> None:
    """Make the documents' pictures, command output and lists again from the samples."""
    pages = ("make_findings_page", "make_commands_page")
    for script in (*pages, "make_pictures", "make_form_guide", "make_outputs"):
        session.run(sys.executable, f"scripts/{script}.py")


@nox.session
def bench(session: nox.Session) -> None:
    """Time commands and their peers, and write docs/speed.md; needs an otherwise idle machine."""
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
    """Many examples, and damaged workbooks for a minute; ``-- SECONDS SEED`` for others.

    The seed is fixed: a check must not fail on a commit that it passed before.
    """
    seconds, seed = session.posargs or ("60", "0")
    session.run(
        *(sys.executable, "-m", "pytest", *IN_PARALLEL),
        *("-m", "hypothesis", "--hypothesis-profile=fuzz", f"--hypothesis-seed={seed}"),
        env=COMPILED,
    )
    session.run(sys.executable, "scripts/fuzz_reader.py", seconds, seed)


def _build_wheel(session: nox.Session, folder: Path) -> Path:
    """The wheel of this checkout, built into ``folder`` by the hatchling of .venv."""
    session.run(
        *(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet"),
        *("--no-build-isolation", "--wheel-dir", str(folder)),
        external=True,
    )
    return next(folder.glob("*.whl"))


def _windows_pins(session: nox.Session) -> set[str]:
    """The pins of packages for Windows only; pip freeze lists only what is installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    windows_only = [f"{need.name}{need.specifier}" for need in wanted if need.marker]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        session.run(
            *("python", "-m", "pip", "install", "--dry-run", "--quiet", "--report", str(report)),
            *("--target", folder, "--platform", "win_amd64", "--only-binary", ":all:"),
            *windows_only,
        )
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    parts = {part["metadata"]["name"]: part["metadata"]["version"] for part in found}
    return {f"{name}=={version}" for name, version in parts.items() if name not in UNPINNED}


def _documents(output: Path) -> set[str]:
    """The names of the documents in every run below ``output``."""
    return {path.name for path in output.rglob("*") if path.suffix in {".docx", ".pdf"}}


def _in_both_formats(stems: set[str]) -> set[str]:
    return {stem + suffix for stem in stems for suffix in (".docx", ".pdf")}


def _must_be(session: nox.Session, found: set[str], wanted: set[str]) -> None:
    if found != wanted:
        session.error(f"found {sorted(found)} where {sorted(wanted)} should be")


def _lowest_bounds() -> dict[str, str]:
    """Name → lower bound of every dependency with a range: ``{"pandas": "2.3.3"}``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.match(r"([\w.-]+)>=([\d.]+)", line) for line in project["dependencies"])
    return {match[1]: match[2] for match in found if match}


def _constraints_with(bounds: dict[str, str]) -> str:
    """The text of constraints.txt with its versions replaced by the ``bounds``."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split("==")[0].lower() not in bounds]
    return "\n".join((*kept, *(f"{name}=={version}" for name, version in bounds.items()), ""))
