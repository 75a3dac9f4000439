"""The architecture, checked by the imports of every module.

cli, serve → commands → stages → model → base: a module imports only from layers below its
own, and a stage imports no other stage. Only one stage imports each heavy library, ``--help``
loads none, and every library is declared. Module and class names are unique.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))

# From top to bottom; a module belongs to the layer that lists its folder.
STAGES = frozenset({"master", "documents", "render", "proof", "publish", "opinions", "workbooks"})
LAYERS = (
    ("cli", frozenset({"cli", "serve", "__main__"})),
    ("commands", frozenset({"commands"})),
    ("stages", STAGES),
    ("model", frozenset({"model"})),
    ("base", frozenset({"base"})),
)
# The folders that may import a library that loads slowly or determines how a document looks.
# Tests may import all of them.
IMPORTED_BY = {
    "docx": frozenset({"render"}),
    "docxtpl": frozenset({"render"}),
    "openpyxl": frozenset({"workbooks"}),
    "PIL": frozenset({"render"}),
    "pandas": frozenset({"master"}),
    "pypdfium2": frozenset({"render"}),
    "python_calamine": frozenset({"master"}),
    "pypdfium2_raw": frozenset({"proof"}),
    "weasyprint": frozenset({"render"}),
}
MAX_BODY_LINES = 48


def _parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), str(module))


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every imported name in ``tree``, including imports in functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _own_imports(module: Path) -> Iterator[list[str]]:
    """What ``module`` imports from ``pipeline``, each as the name's parts below ``pipeline``."""
    for name in _imports(_parsed(module)):
        first, *rest = name.split(".")
        if first == "pipeline" and rest:
            yield rest


def _depth(part: str) -> int | None:
    """The layer of ``pipeline.<part>``, 0 at the top; None for names of the package itself."""
    return next((depth for depth, (_, parts) in enumerate(LAYERS) if part in parts), None)


def _own_parts(module: Path) -> list[str]:
    return list(module.relative_to(PACKAGE).with_suffix("").parts)


def _name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


every_module = pytest.mark.parametrize("module", MODULES, ids=_name)


@every_module
def test_module_belongs_to_a_layer(module: Path) -> None:
    part = _own_parts(module)[0]
    assert part == "__init__" or _depth(part) is not None


@every_module
def test_module_imports_only_from_its_own_layer_and_below(module: Path) -> None:
    own = _depth(_own_parts(module)[0])
    if own is None:
        assert not list(_own_imports(module)), "the package itself imports nothing of ours"
        return
    upward_imports = [
        ".".join(parts)
        for parts in _own_imports(module)
        if (depth := _depth(parts[0])) is not None and depth < own
    ]
    assert not upward_imports


@every_module
def test_stage_imports_no_other_stage(module: Path) -> None:
    own = _own_parts(module)[0]
    others = [parts for parts in _own_imports(module) if parts[0] in STAGES - {own}]
    assert own not in STAGES or not others


@every_module
def test_heavy_library_is_imported_only_by_its_stage(module: Path) -> None:
    parts = _own_parts(module)
    misplaced = {
        library
        for name in _imports(_parsed(module))
        if (library := name.split(".")[0]) in IMPORTED_BY and parts[0] not in IMPORTED_BY[library]
    }
    assert not misplaced


def test_every_imported_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_normal(re.split(r"[<>=\[;]", line)[0]) for line in project["dependencies"]}
    distributions = importlib.metadata.packages_distributions()
    undeclared = {
        f"{_name(module)}: {library}"
        for module in MODULES
        for name in _imports(_parsed(module))
        if (library := name.split(".")[0]) not in sys.stdlib_module_names | {"pipeline"}
        and not declared & {_normal(owner) for owner in distributions.get(library, ())}
    }
    assert not undeclared


def _normal(distribution: str) -> str:
    """A distribution's name, normalised by the rule of the packaging standard (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()


@pytest.mark.parametrize(
    "statement",
    [
        "import pipeline.cli",
        "from pipeline.cli import main; main(['--help'])",
        "from pipeline.cli import main; main(['build', '--help'])",
        "from pipeline.cli import main; main(['collect', '--help'])",
    ],
)
def test_help_loads_no_heavy_library(statement: str) -> None:
    report = f"import sys; print(*sorted(set(sys.modules) & {set(IMPORTED_BY)!r}), file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", f"{statement}; {report}"],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    assert run.stderr.split() == []


@pytest.mark.parametrize("command", ["check", "records"])
def test_reading_loads_no_renderer_and_starts_no_worker(command: str) -> None:
    heavy = {"docx", "docxtpl", "openpyxl", "weasyprint", "multiprocessing.process"}
    program = f"""
import sys
from pipeline.cli import main
main([{command!r}, "--json"])
print(*sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8", cwd=ROOT
    )
    assert run.stderr.splitlines()[-1] == ""


def test_drafting_loads_no_reader() -> None:
    reading = {"pandas", "python_calamine", "pipeline.master.read"}
    program = f"""
import sys
import pipeline.commands.drafting
print(*sorted(set(sys.modules) & {reading!r}))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8", cwd=ROOT
    )
    assert run.stdout.split() == []


def test_no_two_modules_share_a_name() -> None:
    assert _repeated((_module_name(module), _name(module)) for module in MODULES) == {}


def test_no_two_public_classes_or_types_share_a_name() -> None:
    defined = ((name, _name(module)) for module in MODULES for name in _types_of(_parsed(module)))
    assert _repeated(each for each in defined if not each[0].startswith("_")) == {}


def _module_name(module: Path) -> str:
    """The name by which the module is imported; for a package its folder."""
    return module.parent.name if module.stem == "__init__" else module.stem


def _types_of(tree: ast.Module) -> Iterator[str]:
    """The classes of a module and its type aliases, which are named like classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            targets = (each.id for each in node.targets if isinstance(each, ast.Name))
            yield from (name for name in targets if re.search("[A-Z][a-z]", name))


def _repeated(places: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names that are defined in several places, with these places."""
    by_name: dict[str, list[str]] = {}
    for name, place in places:
        by_name.setdefault(name, []).append(place)
    return {name: found for name, found in by_name.items() if len(found) > 1}


@every_module
def test_functions_are_short(module: Path) -> None:
    too_long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(_parsed(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := _body_length(node)) > MAX_BODY_LINES
    ]
    assert not too_long


def _body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The number of lines from the first statement to the last, without the signature."""
    assert function.end_lineno is not None
    return function.end_lineno - function.body[0].lineno + 1
