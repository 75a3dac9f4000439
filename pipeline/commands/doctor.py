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

from pipeline.errors import PipelineError
from pipeline.model.findings import finding, from_error
from pipeline.model.machine import Condition, doubtful, fine, missing
from pipeline.stations import machine


@dataclass(frozen=True, slots=True)
class Request:
    """What the handouts would be made from and where they would go."""

    form_name: str
    inputs: Path
    output: Path


def run(request: Request) -> tuple[Condition, ...]:
    """Every condition, in the order in which things are needed."""
    questions: tuple[Callable[[Request], Iterable[Condition]], ...] = (
        lambda _: [machine.python()],
        lambda _: machine.libraries(),
        lambda _: [machine.encoding()],
        _renderer,
        _form,
        _fonts,
        lambda asked: [machine.output(asked.output), machine.disk(asked.output)],
        lambda asked: machine.open_workbooks(asked.inputs),
        _master,
    )
    return tuple(told for question in questions for told in _answers(question, request))


def _answers(
    question: Callable[[Request], Iterable[Condition]], request: Request
) -> Iterator[Condition]:
    """The answers to one question; a question that fails is an answer too.

    WeasyPrint prints its advice where a library is missing; ours is better and JSON is
    nobody's to write into.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            told = list(question(request))
    except PipelineError as error:
        told = [missing("様式", from_error(error))]
    except Exception as error:  # noqa: BLE001 - one broken thing must not hide the others
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        told = [missing("確認", finding("machine-question-failed", reason=reason))]
    yield from told


def _renderer(_: Request) -> Iterator[Condition]:
    """Pango and HarfBuzz, through WeasyPrint."""
    try:
        from pipeline.stations.render_pdf import ready  # noqa: PLC0415 - may be missing
    except (ImportError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        yield missing("Pango", finding("machine-pango", reason=reason))
        return
    yield ready.pango_condition()
    yield ready.subsetting()


def _form(request: Request) -> Iterable[Condition]:
    """``form.toml`` and the templates beside it."""
    return machine.templates(_folder(request))


def _folder(request: Request) -> Path:
    from pipeline.model.form import load_form  # noqa: PLC0415 - may be missing

    return load_form(request.form_name).folder


def _fonts(request: Request) -> Iterator[Condition]:
    """The fonts; where WeasyPrint can't be loaded, that was said already."""
    folder = _folder(request)
    with contextlib.suppress(ImportError, OSError):
        from pipeline.stations.glyphs import FAMILIES  # noqa: PLC0415 - beside the next
        from pipeline.stations.render_pdf import ready  # noqa: PLC0415 - may be missing

        yield from ready.fonts(folder, FAMILIES)


def _master(request: Request) -> Iterator[Condition]:
    """The newest master: whether it is there and can be read, and every character drawn."""
    from pipeline.commands.intake import Source, take_in  # noqa: PLC0415 - may be missing
    from pipeline.model.form import load_form  # noqa: PLC0415

    try:
        intake = take_in(Source(request.inputs), load_form(request.form_name))
    except PipelineError as error:
        yield doubtful("台帳", from_error(error))
        return
    yield fine("台帳", intake.path.as_posix())
    undrawn = [found for found in intake.findings if found.code == "glyph-missing"]
    for found in undrawn:
        yield doubtful("台帳の文字", found)
    if not undrawn:
        yield fine("台帳の文字", "すべて印刷できます")
