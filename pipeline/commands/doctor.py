"""``doctor``: check whether this machine is ready.

Every check runs, whatever the result of the others. Each check imports the libraries that it
needs, because a library may be missing.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from pipeline.base.errors import ComponentMissing, PipelineError
from pipeline.commands import machine
from pipeline.commands.traces import watched
from pipeline.master.glyphs import FAMILIES
from pipeline.model.conditions import Condition, doubtful, fine, missing
from pipeline.model.findings import finding, from_error
from pipeline.model.form import Form
from pipeline.model.form_file import load_form
from pipeline.model.request import Source


@dataclass(slots=True)
class _Context:
    """What the handouts would be made from; ``form`` is set by the check that reads it."""

    form_name: str
    inputs: Path
    form: Form | None = None


_Check = Callable[[_Context], Iterable[Condition]]


def run(form_name: str, inputs: Path, output: Path) -> tuple[Condition, ...]:
    """Run all checks in the order of a build; the last condition is what they changed."""
    with watched(machine.own_folders(output)) as traces:
        conditions = _conditions(_Context(form_name, inputs), output)
    return (*conditions, machine.traces(traces))


def _conditions(context: _Context, output: Path) -> tuple[Condition, ...]:
    checks: tuple[_Check, ...] = (
        lambda _: [machine.python()],
        lambda _: machine.libraries(),
        lambda _: [machine.encoding()],
        _renderer,
        _form,
        _fonts,
        lambda _: [machine.output(output), machine.disk(output)],
        lambda _: machine.open_workbooks(context.inputs),
        _master,
    )
    return tuple(condition for check in checks for condition in _run_check(check, context))


def _run_check(check: _Check, context: _Context) -> Iterator[Condition]:
    """The conditions of one check; a check that fails is a condition too.

    If a library is missing, WeasyPrint prints its own advice. That is hidden: our message is
    better, and standard output must contain only JSON.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            conditions = list(check(context))
    except PipelineError as error:
        conditions = [missing("様式", from_error(error))]
    except Exception as error:  # noqa: BLE001 - a failed check must not hide the others
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        conditions = [missing("確認", finding("machine-question-failed", reason=reason))]
    yield from conditions


def _renderer(_: _Context) -> Iterator[Condition]:
    """Check Pango and HarfBuzz with WeasyPrint's bindings."""
    try:
        ready = _weasyprint()
    except ComponentMissing as error:
        yield missing("Pango", from_error(error))
        return
    yield ready.pango_condition()
    yield ready.subsetting()


def _weasyprint() -> ModuleType:
    """The checks of WeasyPrint's libraries; ComponentMissing if WeasyPrint can't be loaded."""
    from pipeline.render.pdf import ready  # noqa: PLC0415 - may be missing

    return ready


def _form(context: _Context) -> Iterable[Condition]:
    """Check ``form.toml`` and the templates next to it."""
    context.form = load_form(context.form_name)
    return machine.templates(context.form)


def _fonts(context: _Context) -> Iterator[Condition]:
    """Check the fonts, unless an earlier check reported that the form or WeasyPrint is missing."""
    if context.form is None:
        return
    with contextlib.suppress(ComponentMissing):
        yield from _weasyprint().fonts(context.form.folders, FAMILIES)


def _master(context: _Context) -> Iterator[Condition]:
    """Check that a master exists and can be read, and that its characters can be printed."""
    if context.form is None:
        return
    from pipeline.commands.reading import read_intake  # noqa: PLC0415 - may be missing

    try:
        intake = read_intake(Source(context.inputs, form_name=context.form.name))
    except PipelineError as error:
        yield doubtful("台帳", from_error(error))
        return
    yield fine("台帳", intake.path.as_posix())
    missing_glyphs = [found for found in intake.findings if found.code == "glyph-missing"]
    for found in missing_glyphs:
        yield doubtful("台帳の文字", found)
    if not missing_glyphs:
        yield fine("台帳の文字", "すべて印刷できます")
