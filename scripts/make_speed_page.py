"""Write the figures of ``docs/speed.md`` from ``benchmarks/results.json``.

In: the page, whose prose is written by hand, and the results of the last
``nox -s bench``. Out: the page with a new table between each pair of marks
(``<!-- figures: NAME -->`` … ``<!-- end -->``). A test compares the page with the results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "speed.md"
RESULTS = ROOT / "benchmarks" / "results.json"
_FIGURES = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SIZE = re.compile(r"([\d,]+) (?:rows|masters)")


def filled(page: str, results: Mapping[str, Any]) -> str:
    """The page with the tables of these results."""
    return _FIGURES.sub(lambda found: f"{found[1]}{_TABLES[found[2]](results)}\n{found[3]}", page)


def machine(results: Mapping[str, Any]) -> str:
    """The machine on which the figures were measured."""
    on = results["machine"]
    return (
        f"{on['system']}, {on['cores']} cores, {on['memory_gib']} GiB of memory, "
        f"Python {on['python']}; load average before the first run {on['load_before']}."
    )


def cold(results: Mapping[str, Any]) -> str:
    """One build of 18 projects."""
    return f"{_rows(results['rows']['cold'])}\n\n{_ratios(results, 'cold')}"


def page(results: Mapping[str, Any]) -> str:
    """The page: opening, and from save to findings and pictures."""
    return f"{_rows(results['rows']['page'])}\n\n{_ratios(results, 'page')}"


def reading(results: Mapping[str, Any]) -> str:
    """``check`` compared with pandas."""
    return f"{_rows(results['rows']['reading'])}\n\n{_ratios(results, 'reading')}"


def masters(results: Mapping[str, Any]) -> str:
    """How the cost grows with the number of masters."""
    return f"{_rows(results['rows']['masters'], each='master')}\n\n{_ratios(results, 'masters')}"


def long(results: Mapping[str, Any]) -> str:
    """How the cost grows with the number of rows."""
    return f"{_rows(results['rows']['long'], each='row')}\n\n{_ratios(results, 'long')}"


def profile(results: Mapping[str, Any]) -> str:
    """The time of each step of a build."""
    steps = "\n".join(f"| {step} | {took:.3f} s |" for step, took in results["profile"].items())
    return f"| step | median |\n|---|---|\n{steps}"


def _rows(rows: Mapping[str, Mapping[str, float]], each: str | None = None) -> str:
    """A table of costs; ``each`` (row, master) adds a column with the cost of one of them."""
    head = ["", "median", "least–most", "processor", "largest process", "runs"]
    if each:
        head.insert(2, f"per {each}")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, row in rows.items():
        # Of a save only the time is measured.
        processor = f"{row['processor_s']:.2f} s" if row["processor_s"] else "–"
        peak = f"{row['peak_mib']:.0f} MiB" if row["peak_mib"] else "–"
        spread = f"{row['min_s']:.2f}–{row['max_s']:.2f} s"
        cells = [name, f"{row['median_s']:.2f} s", spread, processor, peak, f"{row['runs']:.0f}"]
        if each:
            cells.insert(2, _per_one(name, row["median_s"]))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _per_one(name: str, seconds: float) -> str:
    size = _SIZE.search(name)
    return f"{1000 * seconds / int(size[1].replace(',', '')):.1f} ms" if size else "–"


def _ratios(results: Mapping[str, Any], part: str) -> str:
    prefix = f"{part}: "
    lines = [
        f"| {pair.removeprefix(prefix)} | {value:.2f} |"
        for pair, value in results["ratios"].items()
        if pair.startswith(prefix)
    ]
    return "\n".join(("| ratio | median of the paired ratios |", "|---|---|", *lines))


_TABLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    each.__name__: each for each in (machine, cold, page, reading, masters, long, profile)
}


def main() -> None:
    """Update the page in place."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main()
