"""``doctor``: whether this machine is ready.

Every question is asked, whatever the others say: what a question needs is imported by it,
because that may be the very thing that is missing.
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
class _Asked:
    """What the handouts would be made from; the form once it could be read."""

    form_name: str
    inputs: Path
    form: Form | None = None


_Question = Callable[[_Asked], Iterable[Condition]]


def run(form_name: str, inputs: Path, output: Path) -> tuple[Condition, ...]:
    """Every condition, in the order in which things are needed, and what asking left behind."""
    with watched(machine.own_folders(output)) as traces:
        conditions = _conditions(_Asked(form_name, inputs), output)
    return (*conditions, machine.traces(traces))


def _conditions(asked: _Asked, output: Path) -> tuple[Condition, ...]:
    questions: tuple[_Question, ...] = (
        lambda _: [machine.python()],
        lambda _: machine.libraries(),
        lambda _: [machine.encoding()],
        _renderer,
        _form,
        _fonts,
        lambda _: [machine.output(output), machine.disk(output)],
        lambda _: machine.open_workbooks(asked.inputs),
        _master,
    )
    return tuple(told for question in questions for told in _answers(question, asked))


def _answers(question: _Question, asked: _Asked) -> Iterator[Condition]:
    """The answers to one question; a question that fails is an answer too.

    WeasyPrint prints its advice where a library is missing; ours is better and JSON is
    nobody's to write into.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            told = list(question(asked))
    except PipelineError as error:
        told = [missing("様式", from_error(error))]
    except Exception as error:  # noqa: BLE001 - one broken thing must not hide the others
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        told = [missing("確認", finding("machine-question-failed", reason=reason))]
    yield from told


def _renderer(_: _Asked) -> Iterator[Condition]:
    """Pango and HarfBuzz, through WeasyPrint."""
    try:
        ready = _weasyprint()
    except ComponentMissing as error:
        yield missing("Pango", from_error(error))
        return
    yield ready.pango_condition()
    yield ready.subsetting()


def _weasyprint() -> ModuleType:
    """The questions about what WeasyPrint brings; ComponentMissing where it can't be loaded."""
    from pipeline.render.pdf import ready  # noqa: PLC0415 - may be missing

    return ready


def _form(asked: _Asked) -> Iterable[Condition]:
    """``form.toml`` and the templates beside it."""
    asked.form = load_form(asked.form_name)
    return machine.templates(asked.form)


def _fonts(asked: _Asked) -> Iterator[Condition]:
    """The fonts; where the form or WeasyPrint can't be loaded, that was said already."""
    if asked.form is None:
        return
    with contextlib.suppress(ComponentMissing):
        yield from _weasyprint().fonts(asked.form.folders, FAMILIES)


def _master(asked: _Asked) -> Iterator[Condition]:
    """The newest master: whether it is there and can be read, and every character drawn."""
    if asked.form is None:
        return
    from pipeline.commands.reading import read_intake  # noqa: PLC0415 - may be missing

    try:
        intake = read_intake(Source(asked.inputs), asked.form.name)
    except PipelineError as error:
        yield doubtful("台帳", from_error(error))
        return
    yield fine("台帳", intake.path.as_posix())
    undrawn = [found for found in intake.findings if found.code == "glyph-missing"]
    for found in undrawn:
        yield doubtful("台帳の文字", found)
    if not undrawn:
        yield fine("台帳の文字", "すべて印刷できます")
