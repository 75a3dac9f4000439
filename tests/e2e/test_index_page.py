"""The page of all runs in a real browser, opened as a file like an officer does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from support.browser import chromium, violations
from support.commands import ROOT, shiryo
from support.masters import HEADERS, row, write_master

SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as started:
        yield started


@pytest.fixture(scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run without findings, with a project whose name contains markup."""
    folder = tmp_path_factory.mktemp("一回")
    write_master(folder / "inputs" / "台帳.xlsx", [row(1, name='<b>&"一"')])
    # Without 参考資料, which would list its unconfirmed cells.
    assert shiryo(folder, "build", "--documents", "handout").returncode == 0
    return folder / "output"


@pytest.fixture(scope="module")
def many_runs(tmp_path_factory: pytest.TempPathFactory, one_run: Path) -> Path:
    """Runs of two masters, with findings, accepted findings, changes, opinions, a broken run."""
    folder = tmp_path_factory.mktemp("何回も 100%#1")
    output = folder / "output"
    shutil.copytree(next(one_run.glob("*_台帳")), output / "20260101-090000_台帳")
    for number in range(10):
        shutil.copytree(output / "20260101-090000_台帳", output / f"20260102-09000{number}_台帳")
    (output / "20260102-090003_台帳" / "manifest.json").write_text("{", encoding="utf-8")
    odd = row(1, reason="取組を廃止する。", accepted="協議済") | {"name": "変更後の名前"}
    headers = {**HEADERS, "accepted": "確認済"}
    write_master(folder / "台帳.xlsx", [odd, {**row(2), "accepted": None}], headers=headers)
    for master in (folder / "台帳.xlsx", SAMPLE):
        done = shiryo(folder, "build", str(master))
        assert done.returncode == 0, done.stderr
    return output


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and a list of its console messages, errors and network requests."""
    with browser.new_context() as context:
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(request.url))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith("file://") else problems.append(request.url)
            ),
        )
        yield page, problems


def opened(page: Page, output: Path) -> Page:
    page.goto((output / "index.html").as_uri())
    return page


def unfolded(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("runs", ["one_run", "many_runs"])
def test_page_is_accessible_and_makes_no_requests(
    runs: str,
    scheme: str,
    request: pytest.FixtureRequest,
    watched: tuple[Page, list[str]],
) -> None:
    page, problems = watched
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened(page, request.getfixturevalue(runs))
    assert violations(page) == []
    unfolded(page)
    assert violations(page) == []
    page.emulate_media(media="print")
    assert violations(page) == []
    assert problems == []


def test_every_link_and_picture_has_its_file(
    many_runs: Path, watched: tuple[Page, list[str]]
) -> None:
    page, problems = watched
    opened(page, many_runs)
    unfolded(page)
    paths: list[str] = page.evaluate(
        "[...document.querySelectorAll('a[href], img')]"
        ".map(each => decodeURIComponent(new URL(each.href || each.src).pathname))"
    )
    assert len(paths) > 20
    assert [each for each in paths if not Path(each).exists()] == []
    pictures = page.locator("img")
    for place in range(pictures.count()):
        pictures.nth(place).scroll_into_view_if_needed()
        # Not wait_for_function: the page forbids scripts from text, also those of a test.
        expect(pictures.nth(place)).to_have_js_property("naturalWidth", 1200, timeout=60_000)
    assert problems == []


def test_page_shows_findings_opinions_and_history(
    one_run: Path, many_runs: Path, watched: tuple[Page, list[str]]
) -> None:
    page, _ = watched
    assert "指摘なし" in opened(page, one_run).inner_text("main")
    newest = opened(page, many_runs)
    assert "事業一覧!H16" in newest.inner_text("#findings")
    assert "意見が分かれた" in newest.inner_text("#results")
    assert "結果版と会議結果概要ができています" in newest.inner_text("header")
    unfolded(newest)
    assert "変更 1" in newest.inner_text("#history")
    assert "記録（manifest.json）を読み取れません" in newest.inner_text("#history")


def test_keyboard_reaches_links_and_opens_details(
    many_runs: Path, watched: tuple[Page, list[str]]
) -> None:
    page, _ = watched
    opened(page, many_runs)
    wanted = page.locator("a:visible, summary:visible, [tabindex='0']:visible").count()
    walked: list[str] = []
    for _step in range(wanted):
        page.keyboard.press("Tab")
        walked.append(page.evaluate("document.activeElement.tagName"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert set(walked) == {"A", "SUMMARY", "DIV"}
    page.locator("#history summary").last.focus()
    page.keyboard.press("Enter")
    assert page.locator("#history details[open]").count() == 1


def test_printed_page_is_complete_and_has_no_buttons(
    many_runs: Path, watched: tuple[Page, list[str]], tmp_path: Path
) -> None:
    page, _ = watched
    opened(page, many_runs)
    page.emulate_media(media="print")
    assert page.locator(".buttons a:visible").count() == 0
    # The width of A4 between the margins.
    page.set_viewport_size({"width": 680, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True).startswith(b"%PDF")
