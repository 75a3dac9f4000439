"""Make the pictures in the documents from the sample masters, so that they stay current.

In: ``inputs/`` and the shipped form. Out: ``docs/pictures/*.png``: every page of every
document, the workbooks as a spreadsheet shows them, and in a browser the page of all runs
and the page of ``serve``.
The nox session ``documents`` runs it. PDFium draws pages, LibreOffice converts workbooks
and Word files to PDF, Chromium shows the pages.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.commands.build import run as run_build  # noqa: E402 - needs the root on the path
from pipeline.commands.workers import Workers  # noqa: E402 - needs the root on the path
from pipeline.model.editions import DocumentFormat, Edition  # noqa: E402 - needs the root
from pipeline.model.request import BuildRequest, Source  # noqa: E402 - needs the root on the path
from scripts.filled_handout import filled_handout  # noqa: E402 - needs the root on the path
from scripts.make_sample_masters import MASTER, SAMPLE  # noqa: E402 - needs the root on the path

PICTURES = ROOT / "docs" / "pictures"
TEMPLATE = ROOT / "templates" / "shared" / "handout.docx"
# 110 dots an inch: small letters stay readable, the files stay small.
SCALE = 110 / 72
NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
COLOURS = 32
CHROMIUM = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def main() -> None:
    """Make every picture: documents, workbooks, the page of runs and the page of ``serve``."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        build(MASTER, (Edition.MEETING,), place)
        run = build(SAMPLE, None, place)
        for pdf in sorted(run.glob("*.pdf")):
            draw(pdf, pdf.stem)
        (minutes,) = run.glob("*会議録*.docx")
        draw(converted(minutes, place), minutes.stem)
        draw(converted(MASTER, place), "台帳", pages=1)
        draw(converted(run / "検査結果.xlsx", place), "検査結果", pages=1)
        draw(converted(entry(place), place), "当日入力", pages=1)
        (place / "記入した資料.docx").write_bytes(filled_handout())
        draw(converted(place / "記入した資料.docx", place), "記入した資料", pages=1)
        draw(converted(TEMPLATE, place), "様式", pages=1)
        photograph(place / "index.html", "作成結果")
        photograph_served(place, "画面")


def build(master: Path, editions: tuple[Edition, ...] | None, output: Path) -> Path:
    """The folder of a new run; its fixed time keeps the pictures the same."""
    request = BuildRequest(
        Source(ROOT / "inputs", master, "shiryo1"),
        editions,
        tuple(DocumentFormat),
        None,
        output,
        now=NOW,
    )
    with Workers() as workers:
        run = run_build(request, lambda *_: None, workers).run
    if run is None:
        raise ValueError(master)
    return run


def entry(output: Path) -> Path:
    """The entry workbook of the sample."""
    return Path(
        json.loads(shiryo("entry", str(SAMPLE), "--json", "--output", str(output)))["entry"]
    )


def shiryo(*arguments: str) -> str:
    """The standard output of a command of this package."""
    done = subprocess.run(  # noqa: S603 - our own command, our own files
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout


def converted(path: Path, folder: Path) -> Path:
    """A workbook or Word file as PDF, converted by LibreOffice."""
    target = folder / "converted"
    subprocess.run(  # noqa: S603 - a fixed command, our own files
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(target), str(path)],  # noqa: S607 - found on the path
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return target / f"{path.stem}.pdf"


def draw(pdf: Path, name: str, *, pages: int | None = None) -> None:
    """Write the first ``pages`` (None: all) as ``<name>_<page>.png``."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        if pages is None or number <= pages:
            picture = page.render(scale=SCALE).to_pil().quantize(COLOURS)
            picture.save(PICTURES / f"{name}_{number}.png", optimize=True)
    document.close()


def photograph(page: Path, name: str) -> None:
    """Write a picture of the page in a browser: the first screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM)
        )
        # The page forbids scripts, but the wait below is a script: so bypass its policy.
        tab = browser.new_page(
            viewport={"width": 1000, "height": 900}, locale="ja-JP", bypass_csp=True
        )
        tab.goto(page.as_uri())
        # Pictures load lazily: wait for those on the first screen only.
        tab.wait_for_function(
            "[...document.images].every(i => i.complete && i.naturalWidth"
            " || i.getBoundingClientRect().top > innerHeight)"
        )
        tab.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


def photograph_served(place: Path, name: str) -> None:
    """Write a picture of the page of ``serve`` when it has made the sample's documents."""
    folder = place / "served"
    (folder / "inputs").mkdir(parents=True)
    shutil.copy(MASTER, folder / "inputs" / MASTER.name)
    command = [sys.executable, "-m", "pipeline", "serve", "--no-browser", "--folder", str(folder)]
    with (
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8") as server,  # noqa: S603 - our own command
        sync_playwright() as playwright,
    ):
        found = re.search(r"http://\S+", server.stderr.readline() if server.stderr else "")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM)
        )
        tab = browser.new_page(viewport={"width": 1280, "height": 960}, locale="ja-JP")
        tab.goto(found[0] if found else "")
        tab.locator(".standing.ok").wait_for(timeout=60_000)
        tab.locator("#meeting img").first.wait_for()
        tab.screenshot(path=PICTURES / f"{name}.png")
        browser.close()
        server.terminate()
        server.communicate()


if __name__ == "__main__":
    main()
