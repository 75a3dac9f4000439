"""Time whole processes against their peers in one run, and print the ratios.

    python -m benchmarks.run [--quick | --full]

In: the sample master. Out: a table on standard output and ``benchmarks/results.json``,
from which ``scripts/make_speed_page.py`` writes ``docs/speed.md``. Peers: the bare script
``bare.py`` (pandas, docxtpl and WeasyPrint, no checks), Typst, and LibreOffice, which
converts the two Word files of the pipeline. ``--quick`` skips the parts that take minutes
and writes no file; ``--full`` adds 5,000 rows and 200 masters. No test depends on a time.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.material import long_master, many_masters, word_files
from benchmarks.measuring import (
    FORM,
    PIPELINE,
    ROOT,
    SAME_FILES,
    SAMPLE,
    Command,
    Cost,
    adopt,
    interleaved,
    ratio,
    row,
)
from benchmarks.profiling import profile
from benchmarks.serving import idle, opening, saving

RUNS = 7
# The runs of parts that take minutes.
LONG_RUNS = 5
FULL_RUNS = 1
BARE_READ = "import pandas, sys; pandas.read_excel(sys.argv[1])"
BUILD = "build"
WHOLE = "build, all documents"
# Kind of build → options that select its documents.
DOCUMENTS = {BUILD: SAME_FILES, WHOLE: ()}
# The column of the sample in which each save changes a cell.
CORRECTED = "事務局案（説明）"
LIBRARIES = "importing starlette, uvicorn and pandas"
BARE = "bare script"
TYPST = "Typst, PDF only"
OFFICE = "LibreOffice, Word to PDF only"


@dataclass(slots=True)
class Results:
    """All figures, as they are written: rows by part, ratios, and the profile."""

    rows: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    profile: dict[str, float] = field(default_factory=dict)

    def add(self, part: str, costs: Mapping[str, Sequence[Cost]]) -> None:
        """Add the medians of some commands to a part."""
        self.rows.setdefault(part, {}).update({name: row(runs) for name, runs in costs.items()})

    def compare(self, name: str, ours: Sequence[Cost], peers: Sequence[Cost]) -> None:
        """Add a ratio of paired runs."""
        self.ratios[name] = ratio(ours, peers)


def build(*arguments: str) -> Command:
    """Our own build; all builds write into the same folder of runs."""
    return (*PIPELINE, "build", *arguments)


def bare(master: Path, place: Path) -> Command:
    """The bare script on a master."""
    script = str(ROOT / "benchmarks/bare.py")
    return (sys.executable, script, str(master), str(FORM), str(place / "bare"))


def typst(master: Path, place: Path) -> Command:
    """The Typst script on a master."""
    script = str(ROOT / "benchmarks/typst_peer.py")
    return (sys.executable, script, str(master), str(place / "typst"))


def office(place: Path) -> Command:
    """LibreOffice, converting the two Word files."""
    profile_folder = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    soffice = shutil.which("soffice") or "soffice"
    to_pdf = ("--headless", "--convert-to", "pdf", "--outdir", str(place / "office"))
    return (soffice, profile_folder, *to_pdf, *word_files(place))


def cold(results: Results, place: Path) -> None:
    """18 projects, both editions, Word and PDF; once with all other documents as well."""
    commands = {
        BUILD: build(str(SAMPLE), *SAME_FILES),
        WHOLE: build(str(SAMPLE)),
        BARE: bare(SAMPLE, place),
        TYPST: typst(SAMPLE, place),
        OFFICE: office(place),
    }
    costs = interleaved(commands, place, runs=RUNS)
    results.add("cold", costs)
    for peer in (BARE, TYPST, OFFICE):
        results.compare(f"cold: {BUILD} / {peer}", costs[BUILD], costs[peer])
    results.compare(f"cold: {WHOLE} / {BARE}", costs[WHOLE], costs[BARE])


def reading(results: Results, place: Path) -> None:
    """``check`` compared with ``pandas.read_excel``."""
    long = long_master(place / "read.xlsx", 5_000)
    for size, master in (("18 rows", SAMPLE), ("5,000 rows", long)):
        ours, peer = f"check, {size}", f"pandas.read_excel, {size}"
        commands = {
            ours: (*PIPELINE, "check", str(master)),
            peer: (sys.executable, "-c", BARE_READ, str(master)),
        }
        costs = interleaved(commands, place, runs=RUNS)
        results.add("reading", costs)
        results.compare(f"reading: {ours} / {peer}", costs[ours], costs[peer])


def long_tables(results: Results, place: Path, sizes: Mapping[int, int]) -> None:
    """Both editions, Word and PDF, of long tables; ``sizes``: rows → number of runs."""
    for rows, runs in sizes.items():
        master = long_master(place / f"long{rows}.xlsx", rows)
        commands = {
            f"{BUILD}, {rows:,} rows": build(str(master), *SAME_FILES),
            f"{BARE}, {rows:,} rows": bare(master, place),
            f"{TYPST}, {rows:,} rows": typst(master, place),
        }
        costs = interleaved(commands, place, runs=runs, warm_up=0)
        results.add("long", costs)
        ours, peer, _ = costs.values()
        results.compare(f"long: {BUILD} / {BARE}, {rows:,} rows", ours, peer)


def masters(results: Results, place: Path, sizes: Mapping[int, int]) -> None:
    """Many masters of 18 projects in one command; ``sizes``: masters → number of runs.

    Between two runs there is one cold build of the same documents, with which the cost of one
    master is compared.
    """
    for count, runs in sizes.items():
        folder = many_masters(place / f"masters{count}", count)
        for kind, documents in DOCUMENTS.items():
            name, single = f"{kind}, {count} masters", build(str(SAMPLE), *documents)
            commands = {name: build(str(folder), *documents), kind: single}
            costs = interleaved(commands, place, runs=runs, warm_up=0)
            results.add("masters", {name: costs[name]})
            per_master = [Cost(c.seconds / count, c.processor / count, c.peak) for c in costs[name]]
            results.compare(f"masters: one of {count} / cold {kind}", per_master, costs[kind])


def page(results: Results, place: Path) -> None:
    """The time until the page opens, and from a save to findings and pictures.

    Each save changes a cell that both editions print.
    """
    opened, imports = opening(place, runs=RUNS)
    results.add("page", {"the page opens": opened, LIBRARIES: imports})
    results.compare(f"page: the page opens / {LIBRARIES}", opened, imports)
    findings, pictures, colds = saving(place, build(str(SAMPLE)), CORRECTED, runs=RUNS)
    saves = {"from a save to the findings": findings, "from a save to the pictures": pictures}
    results.add("page", {**saves, f"cold {WHOLE}, beside the saves": colds})
    for name, costs in saves.items():
        results.compare(f"page: {name} / cold {WHOLE}", costs, colds)
    results.add("page", {"an idle page": [idle(place)]})


def machine() -> dict[str, Any]:
    """The machine on which the benchmark runs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def main() -> None:
    """Run every part, print the figures and write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a few minutes; writes nothing")
    extent.add_argument("--full", action="store_true", help="5,000 rows, 200 masters as well")
    options = parser.parse_args()
    long = {180: LONG_RUNS} | ({} if options.quick else {1_080: LONG_RUNS})
    many = {1: LONG_RUNS, 2: LONG_RUNS, 10: LONG_RUNS}
    if options.full:
        long[5_000] = FULL_RUNS
        many |= {50: FULL_RUNS, 200: FULL_RUNS}
    adopt()
    # Compiled files exist after the first run on a user's computer, so make them here, too.
    compileall.compile_dir(ROOT / "pipeline", quiet=1)
    results = Results()
    figures = {"machine": machine()}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        results.profile = profile(place, runs=RUNS)
        cold(results, place)
        page(results, place)
        reading(results, place)
        masters(results, place, many)
        long_tables(results, place, long)
    figures |= {"rows": results.rows, "ratios": results.ratios, "profile": results.profile}
    show(figures)
    if not options.quick:
        target = ROOT / "benchmarks" / "results.json"
        target.write_text(
            json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )


def show(figures: Mapping[str, Any]) -> None:
    """Print all figures as a table."""
    print(", ".join(f"{name} {value}" for name, value in figures["machine"].items()))
    for part, rows in figures["rows"].items():
        print(f"\n{part:34}{'median s':>9}{'min':>9}{'max':>9}{'cpu s':>9}{'MiB':>7}{'runs':>6}")
        for name, line in rows.items():
            shown = [line[key] for key in ("median_s", "min_s", "max_s", "processor_s")]
            cells = "".join(f"{figure:9.3f}" for figure in shown)
            print(f"{name:34}{cells}{line['peak_mib']:7.0f}{line['runs']:6.0f}")
    print()
    for pair, value in figures["ratios"].items():
        print(f"{value:6.2f}  {pair}")
    print()
    for step, seconds in figures["profile"].items():
        print(f"{seconds:7.3f} s  {step}")


if __name__ == "__main__":
    main()
