"""A progress bar for a terminal, drawn by rich."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich import console, progress


@contextlib.contextmanager
def bar(start: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar labelled ``start``; the yielded function updates label, number done and total."""
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    terminal = console.Console(stderr=True)
    with progress.Progress(*columns, console=terminal, transient=True) as display:
        task = display.add_task(start, total=None)
        yield lambda label, done, total: display.update(
            task, description=label, completed=done, total=total
        )
