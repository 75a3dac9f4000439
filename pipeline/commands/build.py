"""``build``: one master in, one published run out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.base.crew import Crew
from pipeline.commands.drafting import draft
from pipeline.commands.making import Earlier, Progress
from pipeline.commands.reading import take_in
from pipeline.model.form import load_form
from pipeline.model.intake import Intake
from pipeline.model.request import Request

if TYPE_CHECKING:
    from pipeline.commands.publishing import Outcome


def run(
    request: Request,
    progress: Progress,
    crew: Crew | None = None,
    tell: Callable[[Intake], None] | None = None,
    earlier: Earlier | None = None,
) -> Outcome:
    """Take the master in, make the editions, publish them together.

    ``progress`` is told the name of each file as it is begun, how many are done
    and how many there will be. ``crew`` makes the PDF files, where there is one.
    ``tell`` is given the master with its findings before the files are made. Files that
    are the same as ``earlier``, in the run before, are not made again.
    """
    form = load_form(request.form_name)
    intake = take_in(request.source, form)
    if tell:
        tell(intake)
    made = draft(intake, form, request, progress, crew=crew, meanwhile=_prepare, earlier=earlier)
    from pipeline.commands.publishing import publish_draft  # noqa: PLC0415 - loaded meanwhile

    return publish_draft(made, request)


def _prepare() -> None:
    """Load what publishes while the crew works: before, the crew would wait for it, 50 ms."""
    from pipeline.commands import publishing  # noqa: PLC0415

    publishing.prepare()
