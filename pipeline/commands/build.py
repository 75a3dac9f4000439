"""``build``: masters in, published runs out, one of each master.

A build has two halves, so that the workers are busy with one master while another is
read or published: :func:`begin` reads and has the files made, :func:`finish` publishes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.commands.making import Files, Progress
from pipeline.commands.making import begin as begin_files
from pipeline.commands.planning import Plan, plan
from pipeline.commands.publishing import Publication, publish_draft
from pipeline.commands.reading import take_in
from pipeline.commands.workers import Workers
from pipeline.model.request import BuildRequest


@dataclass(frozen=True, slots=True)
class Begun:
    """A master that was read, and its files, which the workers make."""

    planned: Plan
    files: Files


def run(request: BuildRequest, progress: Progress, workers: Workers) -> Publication:
    """Both halves, of one master."""
    return finish(begin(request, workers), progress)


def begin(request: BuildRequest, workers: Workers) -> Begun:
    """Read and check the master and have its files made. PipelineError where it can't be read."""
    intake = take_in(request.source, request.form_name)
    planned = plan(intake, request)
    return Begun(planned, begin_files(planned.tasks, intake.form, workers))


def finish(begun: Begun, progress: Progress) -> Publication:
    """Publish the files together, once all are made.

    ``progress`` is told the name of a file that is being made, how many are done and how many
    there will be. PipelineError where a file can't be made or nothing can be written.
    """
    return publish_draft(begun.planned, begun.files, progress)
