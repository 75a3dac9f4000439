"""A progress bar for a terminal, drawn by rich."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich import console, progress


@contextlib.contextmanager
def bar(start: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar under ``start``; its function takes other words, how many are done, and all."""
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    shown = console.Console(stderr=True)
    with progress.Progress(*columns, console=shown, transient=True) as drawn:
        task = drawn.add_task(start, total=None)
        yield lambda words, done, total: drawn.update(
            task, description=words, completed=done, total=total
        )
