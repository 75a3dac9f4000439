"""Time whole processes against their peers in one run, and print the ratios.

In: nothing but the sample master. Out: a table on standard output and
``benchmarks/results.json``. Peers: the bare script beside this file (pandas,
docxtpl and WeasyPrint, no checks) and LibreOffice converting the two Word
files that the pipeline made. Runs are interleaved, medians are quoted, and no
test depends on a time.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
FORM = ROOT / "templates" / "shiryo1"
RUNS = 7
LONG = "long.xlsx"
BARE_READ = "import pandas, sys; pandas.read_excel(sys.argv[1])"
# Command → the peer that its ratio is taken against.
PAIRS = (
    ("pipeline", "bare docxtpl+WeasyPrint script"),
    ("pipeline", "LibreOffice, the two Word files"),
    ("check, 18 rows", "import pandas, openpyxl"),
    ("check, 18 rows", "pandas.read_excel, 18 rows"),
    ("check, 5,000 rows", "pandas.read_excel, 5,000 rows"),
)


def timed(command: list[str], folder: Path) -> float:
    """Wall seconds of one run; a command that can't be used stops the benchmark."""
    start = time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return time.perf_counter() - start


def commands(place: Path) -> dict[str, Callable[[], list[str]]]:
    """Name → the command of one run."""
    python = sys.executable
    word = sorted(str(path) for path in (place / "word").glob("*.docx"))
    soffice = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    return {
        "pipeline": lambda: [python, "-m", "pipeline", "build", str(SAMPLE)],
        "bare docxtpl+WeasyPrint script": lambda: [
            python,
            str(ROOT / "benchmarks/bare.py"),
            str(SAMPLE),
            str(FORM),
            str(place / "bare"),
        ],
        "LibreOffice, the two Word files": lambda: [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(place / "lo"),
            *word,
        ],
        "import pandas, openpyxl": lambda: [python, "-c", "import pandas, openpyxl"],
        "check, 18 rows": lambda: [python, "-m", "pipeline", "check", str(SAMPLE)],
        "check, 5,000 rows": lambda: [python, "-m", "pipeline", "check", str(place / LONG)],
        "pandas.read_excel, 18 rows": lambda: [python, "-c", BARE_READ, str(SAMPLE)],
        "pandas.read_excel, 5,000 rows": lambda: [python, "-c", BARE_READ, str(place / LONG)],
    }


def write_long_master(path: Path) -> None:
    """The sample's 18 projects over and over, numbered on to 5,000."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number in range(len(rows) + 1, 5_001):
        again = rows[(number - 1) % len(rows)]
        sheet.append([number, f"{again[1]}{number}", *again[2:]])
    book.save(path)


def prepare(place: Path) -> None:
    """The two Word files that LibreOffice will convert, and a long master."""
    options = ("--format", "docx", "--documents", "handout")
    timed([sys.executable, "-m", "pipeline", "build", str(SAMPLE), *options], place)
    (place / "word").mkdir()
    for path in (place / "output").glob("*/*.docx"):
        shutil.copy(path, place / "word")
    write_long_master(place / LONG)


def main() -> None:
    """Run everything in turn, RUNS times after one warm-up, and tell."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        prepare(place)
        todo = commands(place)
        times: dict[str, list[float]] = {name: [] for name in todo}
        for turn in range(RUNS + 1):
            for name, command in todo.items():
                seconds = timed(command(), place)
                if turn:
                    times[name].append(seconds)
    report(times)


def report(times: dict[str, list[float]]) -> None:
    """Medians of every command, and for every pair the median of the paired ratios."""
    rows = {
        name: {
            "median_s": round(statistics.median(taken), 3),
            "min_s": round(min(taken), 3),
            "max_s": round(max(taken), 3),
        }
        for name, taken in times.items()
    }
    ratios = {
        f"{ours} / {peer}": round(
            statistics.median(a / b for a, b in zip(times[ours], times[peer], strict=True)), 2
        )
        for ours, peer in PAIRS
    }
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, Python {platform.python_version()}, {RUNS} runs each")
    print(f"{'command':36}{'median':>9}{'min':>9}{'max':>9}")
    for name, row in rows.items():
        print(f"{name:36}" + "".join(f"{figure:9.3f}" for figure in row.values()))
    for pair, ratio in ratios.items():
        print(f"{ratio:6.2f}  {pair}")
    told = {
        "machine": machine,
        "python": platform.python_version(),
        "runs": RUNS,
        "rows": rows,
        "ratios": ratios,
    }
    target = ROOT / "benchmarks" / "results.json"
    target.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
