"""``build``: masters in, published runs out, one of each master.

A build has two halves, so that the workers are busy with one master while another is read or
published: :func:`begin` reads and has the files made, ``publish_draft`` publishes them.
"""

from __future__ import annotations

from pipeline.commands.making import Files, Progress
from pipeline.commands.making import begin as begin_files
from pipeline.commands.planning import Plan, plan
from pipeline.commands.publishing import Publication, publish_draft
from pipeline.commands.reading import read_intake
from pipeline.commands.workers import Workers
from pipeline.model.request import BuildRequest


def run(request: BuildRequest, progress: Progress, workers: Workers) -> Publication:
    """Both halves, of one master."""
    return publish_draft(*begin(request, workers), progress)


def begin(request: BuildRequest, workers: Workers) -> tuple[Plan, Files]:
    """Read and check the master and have its files made. PipelineError where it can't be read."""
    intake = read_intake(request.source, request.form_name)
    planned = plan(intake, request)
    return planned, begin_files(planned.tasks, intake.form, workers)
