"""Every check of the project, one session each; the default ones are the gate.

``bash scripts/test.sh`` makes .venv and runs this file in it; ``.ci/run`` runs what takes
longer (``lowest``, ``soak``, ``fuzz``, ``windows``) after it. Most sessions run in
that same .venv, so that nothing is installed twice; ``smoke``, ``lowest`` and ``lock``
are about installing and have environments of their own. All of them install with the
machine's own pip configuration.
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
# What a master without opinions gives, and what there is once they are in.
BEFORE = {"資料１_会議用", "参考資料_各判定の考え方"}
AFTER = BEFORE | {"資料１_結果版", "資料１_会議結果概要"}
WORD_ONLY = {"資料１_会議録（案）.docx"}
# Needed by gstreamer-libs alone, and used by nothing of it that we load.
UNPINNED = {"setuptools"}
# A worker for each processor. The tests of a file stay together: they share what was made once.
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile", "-q")
# Where Python may not write its compiled modules, every process would compile all tests anew.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

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
    session.run(sys.executable, "-m", "pytest", *(session.posargs or IN_PARALLEL), env=COMPILED)


@nox.session
def soak(session: nox.Session) -> None:
    """What must hold for long: the tests that repeat for minutes."""
    session.run(sys.executable, "-m", "pytest", "-m", "soak", "-q", *session.posargs)


@nox.session
def handouts(session: nox.Session) -> None:
    """The README's command that makes the handouts, into a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        session.run("bash", "scripts/handouts.sh", "--output", folder, external=True)
        _must_be(session, _documents(Path(folder)), _in_both_formats(AFTER) | WORD_ONLY)


@nox.session(venv_backend="virtualenv")
def smoke(session: nox.Session) -> None:
    """The built wheel, in a clean environment and an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = _build_wheel(session, place / "dist")
        # Of the libraries only what is imported need be compiled, and the first import does it.
        session.install(str(wheel), "--constraint", str(CONSTRAINTS), "--no-compile")
        (place / "inputs").mkdir()
        shutil.copy(SAMPLE, place / "inputs")
        session.chdir(place)
        session.run("shiryo", "--help", silent=True, env=COMPILED)
        session.run("shiryo", "build", env=COMPILED)
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
    chosen = session.posargs or ("tests/unit",)
    session.run("python", "-m", "pytest", *IN_PARALLEL, *chosen, env=COMPILED)


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
    pins = sorted({*str(frozen).splitlines(), *_windows_pins(session)}, key=str.lower)
    CONSTRAINTS.write_text("\n".join((head, "", *pins, "")), encoding="utf-8")


@nox.session
def windows_folder(session: nox.Session) -> None:
    """``dist/shiryo-windows.zip``, to unzip and double-click; ``-- --python ZIP`` for another."""
    session.run(sys.executable, "scripts/windows/make_folder.py", *session.posargs)


@nox.session
def windows(session: nox.Session) -> None:
    """That folder, tried under Wine as root; ``-- DIR`` keeps the Debian with Wine there."""
    root = session.posargs[0] if session.posargs else str(ROOT / ".nox" / "wine")
    tests = (sys.executable, "-m", "pytest", "tests/windows", "-v", "--durations=0")
    with tempfile.TemporaryDirectory() as wheels:
        session.run(sys.executable, "scripts/windows/make_folder.py", "--wheels", wheels)
        wine = (sys.executable, "scripts/windows/wine.py", root, *tests)
        session.run(*wine, env={"SHIRYO_WHEELS": wheels})


@nox.session
def documents(session: nox.Session) -> None:
    """What the documents show, made anew from the samples: pictures, output, lists."""
    pages = ("make_findings_page", "make_commands_page")
    for script in (*pages, "make_pictures", "make_form_guide", "make_outputs"):
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
        env=COMPILED,
    )
    session.run(sys.executable, "scripts/fuzz_reader.py", *(session.posargs or ("60", "0")))


def _build_wheel(session: nox.Session, folder: Path) -> Path:
    """The wheel of this checkout, built into ``folder`` by the hatchling of .venv."""
    session.run(
        *(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet"),
        *("--no-build-isolation", "--wheel-dir", str(folder)),
        external=True,
    )
    return next(folder.glob("*.whl"))


def _windows_pins(session: nox.Session) -> set[str]:
    """The pins of what Windows alone needs; pip freezes what this machine has installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    windows_only = [f"{each.name}{each.specifier}" for each in wanted if each.marker]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        session.run(
            *("python", "-m", "pip", "install", "--dry-run", "--quiet", "--report", str(report)),
            *("--target", folder, "--platform", "win_amd64", "--only-binary", ":all:"),
            *windows_only,
        )
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    parts = {each["metadata"]["name"]: each["metadata"]["version"] for each in found}
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
    """The lower bound of every ranged dependency, by name: ``{"pandas": "2.3.3"}``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.match(r"([\w.-]+)>=([\d.]+)", line) for line in project["dependencies"])
    return {match[1]: match[2] for match in found if match}


def _constraints_with(bounds: dict[str, str]) -> str:
    """constraints.txt with the ``bounds`` in place of the versions it has for them."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split("==")[0].lower() not in bounds]
    return "\n".join((*kept, *(f"{name}=={version}" for name, version in bounds.items()), ""))
