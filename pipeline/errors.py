"""Why a command could not produce its output: one base, one exit status each.

A finding (``pipeline.model.findings``) tells what is wrong with the data and is
collected; one of these exceptions tells that a station cannot go on, and is
raised. Both take their Japanese text from the one catalogue, so an exception
carries a catalogue code and its parameters, never a sentence of its own.
"""

from __future__ import annotations

from typing import ClassVar


class PipelineError(Exception):
    """Base of every failure that a user may see.

    ``code`` names an entry of the catalogue; ``params`` fill its text.
    ``sheet`` and ``cell`` (``"C2"``) say where, when there is a where.
    """

    exit_status: ClassVar[int] = 70

    def __init__(
        self, code: str, *, sheet: str | None = None, cell: str | None = None, **params: object
    ) -> None:
        super().__init__(code, params)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled whole: a failure may have to come out of another process."""
        return _rebuilt, (type(self), self.code, self.sheet, self.cell, self.params)


def _rebuilt(
    kind: type[PipelineError],
    code: str,
    sheet: str | None,
    cell: str | None,
    params: dict[str, object],
) -> PipelineError:
    return kind(code, sheet=sheet, cell=cell, **params)


class UsageMistake(PipelineError):
    """The command line asks for something that does not exist or is ambiguous."""

    exit_status = 2


class InputUnreadable(PipelineError):
    """The workbook (or the Word file) can't be read at all."""

    exit_status = 3


class ComponentMissing(PipelineError):
    """A font, a shared library or a form is missing on this machine."""

    exit_status = 4


class OutputUnwritable(PipelineError):
    """The result can't be written where it was asked for."""

    exit_status = 5


class Defect(PipelineError):
    """Our own mistake: a value lost on the way, a renderer that complained."""

    exit_status = 70
