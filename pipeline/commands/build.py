"""``build``: masters in, published runs out, one run for each master.

A build has two steps: :func:`begin` reads a master and schedules its files, ``publish_draft``
publishes them. So the workers can make the files of one master while another one is read or
published.
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
    """Do both steps for one master."""
    return publish_draft(*begin(request, workers), progress)


def begin(request: BuildRequest, workers: Workers) -> tuple[Plan, Files]:
    """Read and check the master and schedule its files. PipelineError if it can't be read."""
    intake = read_intake(request.source)
    planned = plan(intake, request)
    return planned, begin_files(planned.tasks, intake.form, workers)
