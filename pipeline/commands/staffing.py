"""How many processes work for a command, and what they load while it still reads.

Nothing heavy is imported here, so that the crew is at work before this process
begins to load pandas.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import chain
from typing import Final

from pipeline.base.crew import Crew
from pipeline.model.editions import DocumentFormat

# What a file of each format is made and proven with.
_MODULES: Final = {
    DocumentFormat.DOCX: ("pipeline.render.docx", "pipeline.proof.word"),
    DocumentFormat.PDF: (
        "pipeline.render.pdf",
        "pipeline.proof.pdf",
        "pipeline.render.pictures",
    ),
}
_FOR_FILES: Final = ("pipeline.commands.making",)
_FOR_MASTERS: Final = ("pipeline.commands.drafting", "pipeline.workbooks.annotate")


def crew_for_pdfs(most: int) -> Crew | None:
    """Workers for at most so many PDF files at once; None where one process does as well."""
    size = min(cores(), most)
    modules = (*_FOR_FILES, *_MODULES[DocumentFormat.PDF])
    return Crew(size, modules) if size and cores() > 1 else None


def crew_for_masters(masters: int, formats: Sequence[DocumentFormat]) -> Crew | None:
    """Workers for whole masters, one at a time each; None where one process does as well."""
    size = min(cores(), masters)
    modules = (*_FOR_MASTERS, *chain.from_iterable(_MODULES[kind] for kind in formats))
    return Crew(size, modules) if size > 1 else None


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
