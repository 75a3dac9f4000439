"""The page in a real browser: the whole cycle, by mouse and by keyboard only."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FileChooser,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from support.browser import chromium, violations, virtual_display
from support.filling import filled
from support.forms import put_table
from support.masters import row, write_master
from support.page import Served, served
from support.records import seed_form, stated

# Long, because tests run on shared machines; the benchmarks measure the waiting times.
expect.set_options(timeout=60_000)
SIZES = (360, 1280, 1920)
MEETING = {"会議名": "○○懇談会", "回": "第２回", "開催日": "2026年3月9日"}
ROWS = [row(1), row(2), row(3, proposal="見直し", letter="I", label="見直し", feasibility=2,
                            regional_merit=2, reason="取組を見直す。")]  # fmt: skip


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900}) as started:
        yield started


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as page:
        yield page


def opened(context: BrowserContext, site: Served) -> Page:
    page = context.new_page()
    page.goto(site.session.address())
    return page


def save(site: Served, *rows: dict[str, object], name: str = "台帳.xlsx") -> Path:
    """Save as Excel does: write a file with another name, then rename it over the old one."""
    written = write_master(site.inputs.parent / "別" / "0A1B2C3D.xlsx", rows, meeting=MEETING)
    site.inputs.mkdir(exist_ok=True)
    return written.replace(site.inputs / "0A1B2C3D").replace(site.inputs / name)


def expect_headline(page: Page, text: str) -> None:
    expect(page.locator(".headline")).to_have_text(text, timeout=60_000)


def expect_saved_remark(page: Page, no: int, text: str) -> None:
    """Wait until a remark is saved; the row's message may still be that of the earlier click."""
    expect(page.locator(f"#row-{no} textarea")).to_have_attribute("data-seen", text)


def drop(page: Page, path: Path) -> None:
    """Drop a file on the page, as from the desktop."""
    page.evaluate(
        """async ([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(
                    new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode("ascii")],
    )


def test_button_works_without_scripts(browser: Browser, site: Served) -> None:
    with browser.new_context(locale="ja-JP", java_script_enabled=False) as plain:
        page = opened(plain, site)
        button = page.get_by_role("button", name="空の台帳を作る")
        for _ in range(100):
            if button.is_visible():
                break
            page.wait_for_timeout(100)
            page.reload()
        button.click()
        expect(page.locator("#toast")).to_contain_text("に作りました")
    assert list(site.inputs.iterdir()) != []


def test_whole_cycle_by_mouse(context: BrowserContext, site: Served, tmp_path: Path) -> None:
    page = opened(context, site)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    expect_headline(page, "台帳を入れてください")
    # A master with a mistake is dropped.
    drop(page, write_master(tmp_path / "手元" / "台帳.xlsx", [row(1, progress=5), *ROWS[1:]],
                            meeting=MEETING))  # fmt: skip
    expect_headline(page, "誤りが 1 件あるため、資料を作っていません")
    expect(page.locator(".finding.error")).to_contain_text("③進捗状況")
    expect(page.locator(".finding.error .cell")).to_have_text("事業一覧!C2")
    with page.expect_download() as copy:
        page.get_by_role("link", name="検査結果.xlsx").click()
    assert copy.value.suggested_filename == "検査結果.xlsx"
    # The mistake is corrected in Excel.
    save(site, *ROWS)
    expect_headline(page, "会議用の資料ができています")
    pictures = page.locator("#meeting .sheet img")
    expect(pictures.first).to_be_visible()
    # Not wait_for_function: the page forbids scripts from text.
    until(page, lambda: pictures.first.evaluate("each => each.naturalWidth") >= 1200)
    with page.expect_download() as word:
        page.get_by_role("link", name="Word（資料１_会議用）").first.click()
    handout = word.value.path().read_bytes()
    # An opinion is entered on the page at the meeting.
    page.get_by_role("link", name="当日の画面を開く").click()
    page.wait_for_load_state()
    page.locator("#row-1").get_by_role("button", name=re.compile("^.?継続")).first.click()
    expect(page.locator("#row-1 .saved")).to_have_text("保存しました")
    expect(page.locator(".tally")).to_contain_text("意見 1 / 3 件")
    page.locator("#row-1 textarea").fill("よいと思う。")
    expect_saved_remark(page, 1, "よいと思う。")
    # Two opinions are in a Word file, which is dropped.
    page.get_by_role("link", name="手順の画面に戻る").click()
    page.wait_for_load_state()
    opinions = {
        2: stated("見直し"),
        3: stated("見直し", "早めに。"),
    }
    ticked = tmp_path / "手元" / "記入済み.docx"
    ticked.write_bytes(filled(handout, opinions, seed_form()))
    drop(page, ticked)
    expect_headline(page, "まだ取り込んでいないファイルが 1 件あります")
    waiting = page.locator(".waiting")
    expect(waiting.locator("tbody tr")).to_have_count(2)
    expect(waiting.locator("tbody tr").first).to_contain_text("案と違う")
    waiting.get_by_role("button", name="この内容で取り込む").click()
    expect_headline(page, "結果版と会議結果概要ができています")
    expect(page.locator("#results .sheet img").first).to_be_visible()
    assert {path.name for path in site.output.glob("*/資料１_結果版.*")} == {
        "資料１_結果版.docx",
        "資料１_結果版.pdf",
    }
    expect(page.locator("#history")).to_contain_text("第２回 ○○懇談会")
    assert problems == []


def focus(page: Page, name: str) -> None:
    """Press Tab until an element whose text contains ``name`` has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement === document.body ? ''"
            " : (document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if name in focused:
            return
    raise AssertionError(name)


def until(page: Page, happened: Callable[[], bool]) -> None:
    """Wait until ``happened()`` is true while the browser runs; fails after a minute."""
    for _ in range(600):
        if happened():
            return
        page.wait_for_timeout(100)
    raise AssertionError(happened)


def test_whole_cycle_by_keyboard(context: BrowserContext, site: Served, tmp_path: Path) -> None:
    page = opened(context, site)
    # Registered early: right before the key press, it is sometimes too late.
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))  # noqa: PLW0108 - Playwright
    expect_headline(page, "台帳を入れてください")
    focus(page, "ファイルを選んで入れる")
    master = write_master(tmp_path / "手元" / "台帳.xlsx", ROWS, meeting=MEETING)
    page.keyboard.press("Enter")
    until(page, lambda: bool(choosers))
    choosers[0].set_files(master)
    expect_headline(page, "会議用の資料ができています")
    focus(page, "当日の画面を開く")
    page.keyboard.press("Enter")
    expect(page.locator("#row-1")).to_be_visible()
    page.wait_for_load_state()
    focus(page, "継続")
    for key, down in (("1", True), ("h", True), ("3", False)):
        page.keyboard.press(key)
        if down:
            page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    page.keyboard.type("はやめに。")
    page.keyboard.press("Escape")
    expect(page.locator(".tally")).to_contain_text("そろいました")
    expect_saved_remark(page, 3, "はやめに。")
    page.keyboard.press("Home")
    page.locator("body").evaluate("document.activeElement.blur()")
    focus(page, "手順の画面に戻る")
    page.keyboard.press("Enter")
    expect_headline(page, "意見がそろいました")
    focus(page, "結果版を作る")
    page.keyboard.press("Enter")
    expect_headline(page, "結果版と会議結果概要ができています")
    results = load_results(site)
    assert results == {1: ("継続", None), 2: ("保留", None), 3: ("見直し", "はやめに。")}


# ---- from a table without a matching form

HEADINGS = "番号 施設名 所管課 利用者数（人） 事務局案 事務局案の理由 委員会意見 意見（内容）"
FACILITIES: list[list[object]] = [
    [1, "中央公民館", "生涯学習課", 12840, "存続", "利用が多い。"],
    [2, "東部福祉センター", "福祉課", 3120, "統合", "公民館に機能を移せる。"],
    [3, "西部児童館", "子育て課", 5480, "存続", "放課後の居場所である。"],
    [4, "農村改善センター", "農政課", 410, "廃止", "老朽化が進んでいる。"],
    [5, "市民プール", "スポーツ課", 8900, "存続", "夏の利用が多い。"],
    [6, "青少年ホーム", "商工課", 760, "統合", "目的を終えている。"],
]
UNKNOWN = "この表に合う様式がまだありません"


def facilities(folder: Path) -> Path:
    """Another council's workbook, whose columns for the meeting are empty."""
    return put_table(folder / "施設の方向性.xlsx", [HEADINGS.split(), *FACILITIES])


def opinions_on_facilities(site: Served) -> list[tuple[object, object]]:
    sheet = openpyxl.load_workbook(site.inputs / "施設の方向性_懇談会意見.xlsx").worksheets[0]
    titles = {cell.value: int(cell.column or 0) for cell in sheet[4]}
    opinion, comment = titles["委員会意見"], titles["意見（内容）"]
    return [
        (line[opinion - 1].value, line[comment - 1].value) for line in sheet.iter_rows(min_row=5)
    ]


def test_cycle_from_an_unknown_workbook_by_mouse(
    context: BrowserContext, site: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The office's own form is written into the working directory.
    monkeypatch.chdir(tmp_path)
    page = opened(context, site)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    expect_headline(page, "台帳を入れてください")
    drop(page, facilities(tmp_path / "手元"))
    expect_headline(page, UNKNOWN)
    proposed = page.locator("#master tbody tr")
    expect(proposed.nth(6)).to_have_text(re.compile("委員会意見.*選択肢（会議で記入）"))
    expect(proposed.nth(7)).to_have_text(re.compile("意見（内容）.*文章（会議で記入）"))
    page.get_by_role("button", name="この様式を作って使う").click()
    expect_headline(page, "会議用の資料ができています")
    expect(page.locator("#meeting .sheet img").first).to_be_visible()
    page.get_by_role("link", name="当日の画面を開く").click()
    page.wait_for_load_state()
    for number, answer in enumerate(("存続", "廃止", "存続", "廃止", "存続", "保留"), start=1):
        line = page.locator(f"#row-{number}")
        line.get_by_role("button", name=re.compile(f"{answer}")).first.click()
        expect(line.locator(".saved")).to_have_text("保存しました")
    page.locator("#row-2 textarea").fill("跡地を示すこと。")
    expect(page.locator(".tally")).to_contain_text("そろいました")
    expect_saved_remark(page, 2, "跡地を示すこと。")
    page.get_by_role("link", name="手順の画面に戻る").click()
    expect_headline(page, "意見がそろいました")
    page.get_by_role("button", name="結果版を作る").click()
    expect_headline(page, "結果版と会議結果概要ができています")
    expect(page.locator("#results .sheet img").first).to_be_visible()
    assert opinions_on_facilities(site)[:2] == [("存続", None), ("廃止", "跡地を示すこと。")]
    assert len(list(site.output.glob("*/施設の方向性_結果版.*"))) == 2
    assert problems == []


def test_cycle_from_an_unknown_workbook_by_keyboard(
    context: BrowserContext, site: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    site.inputs.mkdir(exist_ok=True)
    facilities(site.inputs)
    page = opened(context, site)
    expect_headline(page, UNKNOWN)
    focus(page, "この様式を作って使う")
    page.keyboard.press("Enter")
    expect_headline(page, "会議用の資料ができています")
    focus(page, "当日の画面を開く")
    page.keyboard.press("Enter")
    expect(page.locator("#row-6")).to_be_visible()
    page.wait_for_load_state()
    focus(page, "存続")
    for key in ("1", "2", "3", "n", "h", "w"):
        page.keyboard.press(key)
        page.keyboard.press("ArrowDown")
    expect(page.locator(".tally")).to_contain_text("そろいました")
    expect(page.locator("#row-6 .saved")).to_have_text("保存しました")
    page.locator("body").evaluate("document.activeElement.blur()")
    focus(page, "手順の画面に戻る")
    page.keyboard.press("Enter")
    expect_headline(page, "意見がそろいました")
    focus(page, "結果版を作る")
    page.keyboard.press("Enter")
    expect_headline(page, "結果版と会議結果概要ができています")
    opinions = [opinion for opinion, _ in opinions_on_facilities(site)]
    assert opinions == ["存続", "統合", "廃止", "意見なし", "保留", "意見が分かれた"]


def test_page_follows_a_change_of_form_and_rows(
    context: BrowserContext, site: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    site.inputs.mkdir(exist_ok=True)
    answers: list[list[object]] = [["番号", "意見", "回答"], [1, "道を広く。", "検討します。"]]
    put_table(site.inputs / "意見と回答.xlsx", answers)
    page = opened(context, site)
    expect_headline(page, UNKNOWN)
    page.get_by_role("button", name="この様式を作って使う").click()
    expect_headline(page, "資料ができています")
    expect(page.locator("main > section")).to_have_count(4)
    # A master with a meeting replaces it while the page is open.
    save(site, *ROWS[:2])
    expect_headline(page, "会議用の資料ができています")
    expect(page.locator("main > section")).to_have_count(6)
    expect(page.locator("#day")).to_contain_text("意見 0 / 2 件")
    day = context.new_page()
    day.goto(f"{site.session.origin}/day")
    day.wait_for_load_state()
    expect(day.locator(".row")).to_have_count(2)
    save(site, *ROWS)
    expect(day.locator(".row")).to_have_count(3)
    day.locator("#row-3 .answer").nth(0).click()
    expect(day.locator("#row-3 .saved")).to_have_text("保存しました")


def load_results(site: Served) -> dict[int, tuple[object, object]]:
    """Row number → opinion and comment in the results workbook."""
    book = openpyxl.load_workbook(site.inputs / "台帳_懇談会意見.xlsx")
    sheet = book.worksheets[0]
    titles = {cell.value: int(cell.column or 0) for cell in sheet[4]}
    opinion, comment = titles["懇談会意見"], titles["懇談会意見（内容）"]
    return {
        int(str(line[0].value)): (line[opinion - 1].value, line[comment - 1].value)
        for line in sheet.iter_rows(min_row=5)
    }


def test_changes_in_two_windows_are_all_saved(context: BrowserContext, site: Served) -> None:
    save(site, *ROWS)
    first = opened(context, site)
    expect_headline(first, "会議用の資料ができています")
    second = context.new_page()
    for page in (first, second):
        page.goto(f"{site.session.origin}/day")
        expect(page.locator("#row-3")).to_be_visible()
    first.locator("#row-1 .answer").nth(0).click()
    second.locator("#row-2 .answer").nth(1).click()
    first.locator("#row-3 .answer").nth(2).click()
    second.locator("#row-3 textarea").fill("二つ目の窓から")
    for page in (first, second):
        expect(page.locator(".tally")).to_contain_text("意見 3 / 3 件")
        expect(page.locator("#row-3 textarea")).to_have_value("二つ目の窓から")
        expect(page.locator("#row-3 .answer").nth(2)).to_have_attribute("aria-pressed", "true")
    assert load_results(site) == {
        1: ("継続", None),
        2: ("一部見直しのうえ継続", None),
        3: ("見直し", "二つ目の窓から"),
    }


def test_outdated_window_is_warned_and_writes_nothing(
    context: BrowserContext, site: Served
) -> None:
    save(site, *ROWS)
    page = opened(context, site)
    expect_headline(page, "会議用の資料ができています")
    page.goto(f"{site.session.origin}/day")
    expect(page.locator("#row-1")).to_be_visible()
    # From here on the window gets no updates, so it does not know of later changes.
    page.route("**/day", lambda route: route.abort())
    assert site.officer.mark(1, "見直し").status == 200
    page.locator("#row-1 .answer").nth(0).click()
    expect(page.locator("#row-1 .saved")).to_contain_text("別の画面で変わったため")
    expect(page.locator("#row-1 .answer").nth(2)).to_have_attribute("aria-pressed", "true")
    assert load_results(site)[1] == ("見直し", None)


def test_failed_save_is_reported_and_can_be_repeated(context: BrowserContext, site: Served) -> None:
    save(site, *ROWS)
    page = opened(context, site)
    expect_headline(page, "会議用の資料ができています")
    page.goto(f"{site.session.origin}/day")
    page.route("**/mark", lambda route: route.abort())
    page.locator("#row-1 .answer").nth(0).click()
    expect(page.locator("#row-1 .saved")).to_contain_text("保存できていません。応答がありません")
    page.unroute("**/mark")
    page.get_by_role("button", name="もう一度保存する").click()
    expect(page.locator("#row-1 .saved")).to_have_text("保存しました")
    assert load_results(site)[1] == ("継続", None)


def test_single_projects_are_shown_by_button_and_key(context: BrowserContext, site: Served) -> None:
    save(site, *ROWS)
    page = opened(context, site)
    expect_headline(page, "会議用の資料ができています")
    page.goto(f"{site.session.origin}/day")
    onward = page.get_by_role("button", name="次の行へ")
    expect(onward).to_be_hidden()
    page.get_by_role("button", name="１件ずつ大きく映す").click()
    shown = page.locator(".row:visible h2")
    expect(shown).to_contain_text("事業1")
    onward.click()
    expect(shown).to_contain_text("事業2")
    page.keyboard.press("ArrowDown")
    expect(shown).to_contain_text("事業3")
    page.keyboard.press("1")
    expect(page.locator("#row-3 .saved")).to_have_text("保存しました")
    page.get_by_role("button", name="前の行へ").click()
    expect(shown).to_contain_text("事業2")


def test_changed_values_are_marked_and_listed(context: BrowserContext, site: Served) -> None:
    save(site, *ROWS)
    page = opened(context, site)
    expect_headline(page, "会議用の資料ができています")
    expect(page.locator(".marks rect")).to_have_count(0)
    save(site, ROWS[0], row(2, reason="取組を広げて続ける。"), ROWS[2])
    expect(page.locator("#meeting .marks rect")).to_have_count(1, timeout=60_000)
    expect(page.locator("#meeting .changed")).to_contain_text("No.2")
    changed = page.locator("#meeting .changes tbody tr")
    expect(changed).to_have_count(1)
    expect(changed).to_contain_text("取組を広げて続ける。")


def put_ticked(site: Served) -> None:
    """Write a handout next to the master; its ticked opinion contradicts the clicked one."""
    (handout,) = site.output.glob("*/資料１_会議用.docx")
    ticked = filled(handout.read_bytes(), {1: stated("見直し")}, seed_form())
    (site.inputs / "記入済み.docx").write_bytes(ticked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_at_every_size(
    context: BrowserContext, site: Served, scheme: str
) -> None:
    page = opened(context, site)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def check_state(state: str) -> None:
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        for width in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], (state, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (state, width)

    expect_headline(page, "台帳を入れてください")
    check_state("empty")
    site.inputs.mkdir(exist_ok=True)
    facilities(site.inputs)
    expect_headline(page, UNKNOWN)
    check_state("unknown")
    save(site, row(1, progress=5), *ROWS[1:])
    expect_headline(page, "誤りが 1 件あるため、資料を作っていません")
    check_state("blocked")
    save(site, row(1, reason="取組を廃止する。"), *ROWS[1:])
    expect_headline(page, "会議用の資料ができています")
    check_state("made")
    page.goto(f"{site.session.origin}/day")
    page.locator("#row-1 .answer").nth(0).click()
    expect(page.locator("#row-1 .saved")).to_have_text("保存しました")
    check_state("day")
    page.get_by_role("button", name="１件ずつ大きく映す").click()
    check_state("one at a time")
    page.goto(site.session.origin)
    put_ticked(site)
    expect_headline(page, "まだ取り込んでいないファイルが 1 件あります")
    check_state("a file that contradicts")
    page.get_by_role("button", name="この内容で取り込む").click()
    expect_headline(page, "読み取りを決められなかった意見が 1 件あります")
    page.goto(f"{site.session.origin}/day")
    page.wait_for_load_state()
    check_state("in question")
    page.get_by_role("button", name="いまのままにする").click()
    expect(page.locator("#row-1 .saved")).to_have_text("保存しました")
    page.goto(site.session.origin)
    for no in (2, 3):
        assert site.officer.mark(no, "見直し").status == 200
    expect_headline(page, "意見がそろいました")
    check_state("all opinions")
    page.get_by_role("button", name="結果版を作る").click()
    expect_headline(page, "結果版と会議結果概要ができています")
    check_state("results")
    (site.inputs / "壊れた.docx").write_bytes(b"no word file")
    expect(page.locator(".waiting")).to_be_visible()
    check_state("a file that can't be read")
    page.emulate_media(media="print")
    assert violations(page) == []


def test_print_button_opens_the_print_dialogue(playwright: Playwright, site: Served) -> None:
    save(site, *ROWS)
    with virtual_display() as display, chromium(playwright, display=display) as browser:
        page = browser.new_page()
        page.goto(site.session.address())
        expect_headline(page, "会議用の資料ができています")
        targets = browser.new_browser_cdp_session()
        page.get_by_role("button", name="印刷（資料１_会議用）").click()
        for _ in range(300):
            page.wait_for_timeout(200)
            listing = targets.send("Target.getTargets")["targetInfos"]
            if any(each["url"] == "chrome://print/" for each in listing):
                return
        raise AssertionError([each["url"] for each in listing])
