"""Measure the steps of a build separately.

The figures are wall seconds, the median of several processes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import ENVIRONMENT, SAMPLE

_IMPORTS = {
    "Python itself and the command line": "import pipeline.cli",
    "pandas": "import pandas",
    "openpyxl, after pandas": "import openpyxl",
    "docxtpl, after pandas and openpyxl": "import docxtpl",
    "the rest of ours": "import pipeline.commands.build, pipeline.commands.publishing",
}
_BEGIN = """
import time
start = [time.perf_counter()]
def lap(name):
    now = time.perf_counter()
    print(name, now - start[0], sep="\\t")
    start[0] = time.perf_counter()
"""
_LAPS = "".join(f"{code}\nlap({name!r})\n" for name, code in _IMPORTS.items())
_READ = """
from pathlib import Path
from pipeline.base.archives import UNDATED
from pipeline.commands.reading import read_intake
from pipeline.commands.run_documents import documents_of
from pipeline.commands.making import Task
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.form_file import load_form
from pipeline.model.request import Source
form = load_form("shiryo1")
start[0] = time.perf_counter()
intake = read_intake(Source(Path("inputs"), Path(SAMPLE), "shiryo1"))
lap("read and check 18 projects")
document, *_ = documents_of(
    intake.records, form, (Edition.RESULTS,), None, date=UNDATED, judgement=None, companions=False
)
"""
_WORD = """
import pipeline.commands.word_files, pipeline.workbooks.annotate
start[0] = time.perf_counter()
pipeline.commands.word_files.render(Task(document, DocumentFormat.DOCX), form)
lap("a Word file of 18 rows")
pipeline.workbooks.annotate.annotate(intake.workbook, intake.findings)
lap("検査結果.xlsx")
"""
_PDF = """
import pipeline.render.pdf as r
lap("WeasyPrint")
"""
_PAGES = """
from pipeline.commands import pdf_files
from pipeline.render.pdf.html import fill
pdf_files.render(Task(document, DocumentFormat.PDF), form)
start[0] = time.perf_counter()
source = fill(document, form.template(document, "html"), form.folders, frozenset())
lap("a PDF of 18 rows: filling the template")
pages = r.lay_out(source, form.folders)
lap("a PDF of 18 rows: laying out")
r.write(pages, b"0" * 32, document.utc)
lap("a PDF of 18 rows: drawing and writing")
"""


def profile(place: Path, *, runs: int) -> dict[str, float]:
    """Step → median seconds of ``runs`` processes."""
    sample = f"SAMPLE = {str(SAMPLE)!r}\n"
    programs = (
        _BEGIN + _LAPS + sample + _READ + _WORD,
        _BEGIN + _PDF + sample + _READ.replace("lap(", "(lambda _: None)(") + _PAGES,
    )
    laps: dict[str, list[float]] = {}
    for _ in range(runs):
        for program in programs:
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=place,
                env=ENVIRONMENT,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                check=True,
            )
            for line in done.stdout.splitlines():
                name, seconds = line.split("\t")
                laps.setdefault(name, []).append(float(seconds))
    return {name: round(statistics.median(times), 3) for name, times in laps.items()}
