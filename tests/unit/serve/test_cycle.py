"""The page and its folder, tested over HTTP without a browser."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.filling import click, edited, filled
from support.forms import put_table
from support.masters import HEADERS, row, write_master
from support.page import Served, Visitor, served
from support.processes import started_command, until
from support.records import seed_form, stated
from support.word import W

from pipeline.commands import following
from pipeline.model.values import Status
from pipeline.serve.session import Session

HOSTILE = "<img src=x onerror=alert(1)>&\"'"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as page:
        yield page


def save(site: Served, *rows: dict[str, Any], name: str = "台帳.xlsx", **meeting: str) -> Path:
    """Save like Excel: write a file of another name, then rename it over the old one."""
    temporary = write_master(site.inputs.parent / "別" / "0A1B2C3D.xlsx", rows, meeting=meeting)
    site.inputs.mkdir(exist_ok=True)
    return temporary.replace(site.inputs / "0A1B2C3D").replace(site.inputs / name)


def opinions(site: Served, name: str = "台帳_懇談会意見.xlsx") -> dict[int, tuple[object, object]]:
    sheet = openpyxl.load_workbook(site.inputs / name).worksheets[0]
    titles = {cell.value: int(cell.column or 0) for cell in sheet[4]}
    columns = titles["懇談会意見"], titles["懇談会意見（内容）"]
    return {
        int(str(line[0].value)): (line[columns[0] - 1].value, line[columns[1] - 1].value)
        for line in sheet.iter_rows(min_row=5)
    }


def without_documents(site: Served) -> list[Path]:
    """The runs that contain only the reason why there are no documents."""
    runs = (path.parent for path in site.output.glob("*/manifest.json"))
    return [run for run in runs if not list(run.glob("*.docx"))]


# ---- watching the folder


def test_empty_folder_requests_a_master_and_accepts_an_upload(site: Served, tmp_path: Path) -> None:
    officer = site.officer
    officer.until("台帳を入れてください")
    master = write_master(tmp_path / "手元.xlsx", [row(1)])
    message = officer.put("台帳.xlsx", master.read_bytes()).json["message"]
    assert message == "台帳.xlsx を inputs に入れました。"
    page = officer.until("会議用の資料ができています")
    assert "/runs/" in page


def test_empty_master_can_be_created(site: Served) -> None:
    officer = site.officer
    officer.until("空の台帳を作る")
    assert "台帳_新規.xlsx" in officer.post("/new", {}).json["message"]
    # Its table fits a form: no other form is proposed.
    page = officer.until("誤りが 1 件あるため", "見出しの下に事業の行がありません")
    assert "この様式を作って使う" not in page
    assert officer.post("/new", {}).status == 422


def test_form_is_proposed_for_an_unknown_table(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The current folder: the office's own forms are saved there.
    monkeypatch.chdir(site.inputs.parent)
    officer = site.officer
    rows: list[list[object]] = [
        ["番号", "意見", "回答"],
        [1, "道を広く。", "検討します。"],
        [2, "灯を。", "付けます。"],
    ]
    put_table(site.inputs / "意見と回答.xlsx", rows)
    page = officer.until("この表に合う様式がまだありません")
    assert re.findall(r'<th scope="row">(\w+)</th><td>', page) == ["番号", "意見", "回答"]
    assert "様式「意見と回答」を" in officer.post("/propose", {}).json["message"]
    page = officer.until("資料ができています", "様式: 意見と回答")
    assert "この表に合う様式がまだありません" not in page
    assert 'id="day"' not in page
    assert officer.post("/propose", {}).status == 422


def test_master_without_one_column_keeps_its_form(site: Served) -> None:
    officer = site.officer
    headers = {**HEADERS, "proposal": "方針"}
    write_master(site.inputs / "台帳.xlsx", [row(1), row(2)], headers=headers)
    page = officer.until("誤りが 1 件あるため", "必要な列「事務局案（方針）」が見つかりません")
    assert "この表に合う様式がまだありません" not in page
    assert "様式「shiryo1」の台帳でないときは、別の様式を作れます" in page


def test_deleted_unknown_table_leaves_nothing_on_the_page(site: Served) -> None:
    officer = site.officer
    unknown = put_table(site.inputs / "名簿.xlsx", [["名簿", "電話"], ["甲", "1"], ["乙", "2"]])
    officer.until("この表に合う様式がまだありません")
    unknown.unlink()
    officer.until("台帳を入れてください")


def test_workbook_that_is_no_master_can_be_moved_to_unused(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    put_table(site.inputs / "名簿.xlsx", [["名簿", "電話"], ["甲", "1"], ["乙", "2"]])
    page = officer.until("この表に合う様式がまだありません", "<b>名簿.xlsx</b>")
    (file,) = re.findall(r'action="/aside"><input type="hidden" name="file" value="(\w+)"', page)
    assert "使わないもの" in officer.post("/aside", {"file": file}).json["message"]
    officer.until("会議用の資料ができています", "<b>台帳.xlsx</b>")


def test_documents_are_made_again_for_a_renamed_master(site: Served) -> None:
    officer = site.officer
    master = save(site, row(1))
    officer.until("会議用の資料ができています", "<b>台帳.xlsx</b>")
    other = master.rename(site.inputs / "台帳２.xlsx")
    officer.until("会議用の資料ができています", "<b>台帳２.xlsx</b>")
    other.rename(master)
    officer.until("会議用の資料ができています", "<b>台帳.xlsx</b>")


def test_saving_a_form_starts_a_build(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.inputs.parent)
    officer = site.officer
    form = Path("templates") / "回答一覧" / "form.toml"
    form.parent.mkdir(parents=True)
    form.write_text('title = "はじめの表題"\ncolumns = ["番号", "意見"]\n', encoding="utf-8")
    put_table(site.inputs / "意見.xlsx", [["番号", "意見"], [1, "道を広く。"]])
    officer.until("資料ができています", "はじめの表題")
    form.write_text('title = "あとの表題"\ncolumns = ["番号", "意見"]\n', encoding="utf-8")
    officer.until("資料ができています", "あとの表題")
    runs = site.output.glob("*/manifest.json")
    until(lambda: len(list(site.output.glob("*/manifest.json"))) == 2)
    assert "あとの表題" in max(runs).read_text(encoding="utf-8")


def test_form_error_is_reported_and_hides_the_other_master(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.inputs.parent)
    officer = site.officer
    save(site, row(1))
    officer.until("様式: shiryo1", "会議用の資料ができています")
    form = Path("templates") / "意見と回答" / "form.toml"
    form.parent.mkdir(parents=True)
    form.write_text('title = "一覧"\ncolums = ["番号", "意見"]\n', encoding="utf-8")
    rows: list[list[object]] = [["番号", "意見"], [1, "道を広く。"]]
    put_table(site.inputs / "意見.xlsx", rows)
    page = officer.until("様式を読み取れません", "もしかして「columns」", "<b>意見.xlsx</b>")
    assert "様式: shiryo1" not in page
    assert "当日の画面を開く" not in page
    assert officer.mark(1, "継続").status == 422
    form.write_text('title = "一覧"\ncolumns = ["番号", "意見"]\n', encoding="utf-8")
    officer.until("資料ができています", "様式: 意見と回答")


def test_blocked_master_is_reported_and_documents_are_marked_as_older(
    site: Served,
) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    save(site, row(1, progress=5))
    page = officer.until("誤りが 1 件あるため、資料を作っていません", "検査結果.xlsx")
    assert "いまの台帳のものではありません" in page
    (blocked,) = without_documents(site)
    assert sorted(path.name for path in blocked.iterdir()) == ["manifest.json", "検査結果.xlsx"]
    # The next blocked run replaces it; after a correction no blocked run is left.
    save(site, row(1, progress=6))
    officer.until("「6」は")
    until(lambda: len(runs := without_documents(site)) == 1 and runs != [blocked])
    save(site, row(1, progress=3))
    officer.until("会議用の資料ができています")
    # The new run becomes visible before the blocked one is deleted.
    until(lambda: not without_documents(site))


def test_unreadable_master_is_reported(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_TIME_LIMIT", 0.5)
    site.inputs.mkdir()
    (site.inputs / "台帳.xlsx").write_bytes(b"no workbook")
    site.officer.until("台帳を読み取れません")
    save(site, row(1))
    site.officer.until("会議用の資料ができています")


def test_run_of_the_build_command_appears_on_the_page(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    done = started_command(site.inputs.parent, "build", "--paper", "A3")
    done.communicate(timeout=60)
    page = officer.until("変更なし")
    assert len(re.findall(r'<td class="nowrap"[^>]*>令和', page)) == 2


def test_master_and_paper_size_can_be_chosen(site: Served) -> None:
    officer = site.officer
    save(site, row(1), name="前.xlsx")
    officer.until("<b>前.xlsx</b>", "会議用の資料ができています")
    save(site, row(1), name="後.xlsx")
    page = officer.until("<b>後.xlsx</b>", "会議用の資料ができています")
    (file,) = re.findall(r'name="file" value="(\w+)"', page)
    assert officer.post("/choose", {"file": file}).json["message"] == "前.xlsx を使います。"
    officer.until("<b>前.xlsx</b>", "会議用の資料ができています")
    assert officer.post("/choose", {"paper": "A3"}).status == 200
    officer.until('value="A3" aria-pressed="true"', "変更なし")
    assert officer.post("/choose", {"paper": "../A3"}).status == 422
    assert officer.post("/choose", {"file": "../後.xlsx"}).status == 422


# ---- the meeting


def test_click_is_in_the_workbook_before_the_response(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2), row(3))
    officer.until("会議用の資料ができています")
    first = officer.mark(1, "継続").json
    assert first == {"now": {"opinion": "継続", "comment": ""}, "turn": 1}
    assert opinions(site)[1] == ("継続", None)
    second = officer.mark(2, "保留", comment="次回に。\n資料を。")
    assert second.status == 200, second.json
    third = officer.mark(3, comment="意見だけ")
    assert third.status == 200, third.json
    assert opinions(site) == {
        1: ("継続", None),
        2: ("保留", "次回に。\n資料を。"),
        3: (None, "意見だけ"),
    }
    officer.mark(1, seen="継続", value="")
    assert opinions(site)[1] == (None, None)
    officer.until("意見が 3 件中 1 件入っています")


@pytest.mark.parametrize(
    "arguments",
    [
        (1, "賛成"),
        (1, "chosen"),
        (1, "../x"),
        (2, "継続"),
        (-1, "継続"),
    ],
)
def test_unknown_answer_or_row_is_rejected(site: Served, arguments: tuple[int, str]) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    assert officer.mark(*arguments).status == 422
    assert not (site.inputs / "台帳_懇談会意見.xlsx").exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{", b'{"row": {"a": 1}}', b'{"row": "1"}', b"\xff"]
)
def test_malformed_click_is_rejected(site: Served, body: bytes) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    assert officer.post("/mark", body).status == 422
    assert officer.get("/").status == 200


def test_click_on_outdated_answers_is_rejected(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続", comment="はじめ")
    late = officer.mark(1, "見直し")
    assert (late.status, late.json) == (409, {"now": {"opinion": "継続", "comment": "はじめ"}})
    # A click on a box does not change the remark of the other window.
    both = officer.mark(1, seen="継続", value="見直し")
    assert both.json == {"now": {"opinion": "見直し", "comment": "はじめ"}, "turn": 2}
    assert opinions(site)[1] == ("見直し", "はじめ")


def test_workbook_open_in_excel_is_not_replaced(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    (site.inputs / "~$台帳_懇談会意見.xlsx").write_bytes(b"\x05office")
    refused = officer.mark(1, seen="継続", value="見直し")
    assert refused.status == 422
    assert "閉じて" in refused.json["message"]
    assert opinions(site)[1] == ("継続", None)


def test_notes_in_the_results_workbook_are_not_lost(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    path = site.inputs / "台帳_懇談会意見.xlsx"
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(20, 1, "○○委員に確認")
    book.save(path)
    refused = officer.mark(1, seen="継続", value="見直し")
    assert refused.status == 422
    assert openpyxl.load_workbook(path).worksheets[0].cell(20, 1).value == "○○委員に確認"


def test_opinion_in_the_master_cannot_be_changed_on_the_page(site: Served) -> None:
    save(site, row(1, opinion="見直し"), row(2))
    site.officer.until("意見が 2 件中 1 件入っています")
    page = site.officer.get("/day").text
    assert "台帳に入力されています" in page
    assert page.count(" disabled>") == 6


def test_killed_server_loses_no_click(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(n) for n in range(1, 6)])
    process = started_command(tmp_path, "serve", "--no-browser")
    assert process.stderr is not None
    found = re.search(r"http://([^/]+)(/open\S+)", process.stderr.readline())
    assert found
    visitor = Visitor(Session(found[1]))
    visitor.cookie = visitor.get(found[2]).headers["set-cookie"].partition(";")[0]
    visitor.until("会議用の資料ができています")
    for no in range(1, 6):
        assert visitor.mark(no, "見直し").status == 200
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with served(tmp_path) as site:
        site.officer.until("結果版と会議結果概要ができています")
        assert {choice for choice, _ in opinions(site).values()} == {"見直し"}


def test_clicks_start_no_build_but_the_button_does(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    officer.until("意見が 2 件中 1 件入っています", "未入力のまま結果版を作る")
    officer.mark(2, "見直し")
    officer.until("意見がそろいました")
    assert len(list(site.output.glob("*/manifest.json"))) == 1
    officer.post("/build", {"step": "results"})
    officer.until("結果版と会議結果概要ができています")
    assert len(list(site.output.glob("*/資料１_結果版.pdf"))) == 1


def test_results_can_be_made_with_missing_opinions(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    officer.until("未入力のまま結果版を作る")
    officer.post("/build", {"blank": "yes"})
    officer.until("印刷（資料１_結果版）")
    assert list(site.output.glob("*/資料１_結果版.pdf"))


# ---- filled-in files


def handout(site: Served) -> bytes:
    (path,) = site.output.glob("*/資料１_会議用.docx")
    return path.read_bytes()


def test_filled_in_handout_is_previewed_and_accepted_by_a_button(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")
    opinions_by_row = {1: stated("見直し"), 2: stated(Status.NO_OPINION)}
    officer.put("記入済み.docx", filled(handout(site), opinions_by_row, seed_form()))
    page = officer.until("まだ取り込んでいないファイルが 1 件あります")
    assert "2 件中 2 件の意見が読み取れました" in page
    # 意見なし is not a different choice.
    assert page.count("案と違う") == 1
    assert not (site.inputs / "台帳_懇談会意見.xlsx").exists()
    (file,) = re.findall(r'action="/take"><input type="hidden" name="file" value="(\w+)"', page)
    assert "取り込みました" in officer.post("/take", {"file": file}).json["message"]
    officer.until("結果版と会議結果概要ができています", "取り込み済み")
    assert opinions(site) == {1: ("見直し", None), 2: ("意見なし", None)}


def test_opinion_in_doubt_is_settled_by_a_click(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")

    def fill_in(tree: Any) -> None:
        click(tree, 1, 1)
        click(tree, 1, 3)
        click(tree, 2, 3)

    officer.put("記入済み.docx", edited(handout(site), fill_in))
    page = officer.until("まだ取り込んでいないファイルが 1 件あります", "確認が要ります")
    (file,) = re.findall(r'action="/take"><input type="hidden" name="file" value="(\w+)"', page)
    officer.post("/take", {"file": file})
    officer.until("読み取りを決められなかった意見が 1 件あります")
    assert opinions(site) == {1: (None, None), 2: ("見直し", None)}
    assert "読み取りを決められませんでした" in officer.get("/day").text
    officer.mark(1, "継続")
    officer.until("結果版を作る", "意見がそろいました")
    assert opinions(site) == {1: ("継続", None), 2: ("見直し", None)}
    assert "読み取りを決められませんでした" not in officer.get("/day").text


def test_opinion_that_contradicts_a_click_is_settled_by_a_click(
    site: Served,
) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    opinions_by_row = {1: stated("見直し"), 2: stated("見直し")}
    officer.put("記入済み.docx", filled(handout(site), opinions_by_row, seed_form()))
    page = officer.until("取り込み待ち", "いまと違う", "選べるようにします")
    (file,) = re.findall(r'action="/take"><input type="hidden" name="file" value="(\w+)"', page)
    assert (
        "台帳_懇談会意見.xlsx に取り込みました"
        in officer.post("/take", {"file": file}).json["message"]
    )
    page = officer.until("読み取りを決められなかった意見が 1 件あります", "取り込み済み")
    assert "取り込み待ち" not in page
    # Both opinions are shown; neither is accepted before the user chooses.
    day = officer.get("/day").text
    assert "こちらでは：見直し" in day
    assert "いまのままにする" in day
    assert "台帳に入力されています" not in day
    assert opinions(site) == {1: ("継続", None), 2: ("見直し", None)}
    assert officer.mark(1, seen="継続", value="見直し").status == 200
    officer.until("意見がそろいました")
    assert opinions(site)[1] == ("見直し", None)


def test_two_results_workbooks_are_reported(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    officer.until("意見がそろいました")
    book = site.inputs / "台帳_懇談会意見.xlsx"
    copy = book.with_stem(f"{book.stem}-2")
    copy.write_bytes(book.read_bytes())
    officer.until("誤りが 1 件あるため", "意見の集計が複数あり")
    copy.unlink()
    officer.until("意見がそろいました")


def test_click_does_not_mark_documents_as_older(site: Served) -> None:
    officer = site.officer
    save(site, row(1), row(2))
    officer.until("会議用の資料ができています")
    officer.mark(1, "継続")
    page = officer.until("意見が 2 件中 1 件入っています")
    assert "いまの台帳のものではありません" not in page
    # The findings of making the documents are still shown.
    assert "参考資料の判定表に、まだ確かめていない組合せが" in page
    # All clicks are undone: no opinion is expected.
    officer.mark(1, seen="継続", value="")
    officer.until("会議用の資料ができています", "意見 0 / 2 件")


def test_edited_text_of_a_handout_is_shown_next_to_the_original(site: Served) -> None:
    officer = site.officer
    save(site, row(1, reason="取組を続ける。"), row(2))
    officer.until("会議用の資料ができています")

    def reworded(tree: Any) -> None:
        click(tree, 1, 1)
        for text in tree.iter(f"{W}t"):
            if text.text and "取組を続ける。" in text.text:
                text.text = "取組を大きく続ける。"
                return

    officer.put("記入済み.docx", edited(handout(site), reworded))
    page = officer.until("台帳と文が違うところ（1 件）")
    assert "取組を大きく続ける。" in page


def test_handout_is_accepted_after_the_user_confirms_its_meeting(
    site: Served,
) -> None:
    officer = site.officer
    save(site, row(1), 回="第２回", 会議名="○○懇談会")
    officer.until("会議用の資料ができています")
    opinions_by_row = {1: stated("見直し")}
    ticked = filled(handout(site), opinions_by_row, seed_form())
    save(site, row(1), 会議名="○○懇談会")
    officer.until("変更なし")
    officer.put("記入済み.docx", ticked)
    page = officer.until("この会議のものとして取り込む")
    (file,) = re.findall(r'action="/aside"><input type="hidden" name="file" value="(\w+)"', page)
    assert "取り込んでいません" in officer.post("/take", {"file": file}).json["message"]
    assert "取り込みました" in officer.post("/take", {"file": file, "same": "yes"}).json["message"]
    assert opinions(site) == {1: ("見直し", None)}


def test_handout_of_another_meeting_is_rejected(site: Served) -> None:
    officer = site.officer
    save(site, row(1), 回="第１回", 会議名="○○懇談会")
    officer.until("会議用の資料ができています")
    ticked = filled(handout(site), {1: stated("見直し")}, seed_form())
    save(site, row(1), 回="第２回", 会議名="○○懇談会")
    officer.until("第２回", "変更なし")
    officer.put("記入済み.docx", ticked)
    page = officer.until("取り込めないファイル: 記入済み.docx", "第１回")
    assert 'action="/take"' not in page
    assert "取り込むと変わるところ" not in page
    # The top line reports it and does not request an impossible step.
    assert "取り込めないファイルが 1 件あります（「当日」をご覧ください）" in page
    assert "まだ取り込んでいないファイル" not in page
    (file,) = re.findall(r'action="/aside"><input type="hidden" name="file" value="(\w+)"', page)
    for same in ("", "yes"):
        answer = officer.post("/take", {"file": file, "same": same})
        assert "取り込んでいません" in answer.json["message"]
    assert not (site.inputs / "台帳_懇談会意見.xlsx").exists()


def test_finished_minutes_are_kept_next_to_their_run_and_not_overwritten(site: Served) -> None:
    officer = site.officer
    save(site, row(1, opinion="継続"), 回="第２回")
    officer.until("結果版と会議結果概要ができています")
    (minutes,) = site.output.glob("*/資料１_会議録（案）.docx")
    run = minutes.parent
    for text in ("はじめ", "あと"):

        def finish(tree: Any, text: str = text) -> None:
            next(tree.iter(f"{W}t")).text = text

        officer.put("会議録.docx", edited(minutes.read_bytes(), finish))
        page = officer.until("会議録として残す")
        (file,) = re.findall(r'action="/keep"><input type="hidden" name="file" value="(\w+)"', page)
        assert "残しました" in officer.post("/keep", {"file": file}).json["message"]
        officer.until("結果版と会議結果概要ができています")
    kept = run.with_name(f"{run.name}_完成版")
    assert sorted(path.name for path in kept.iterdir()) == ["会議録-2.docx", "会議録.docx"]
    page = officer.until("仕上げた会議録")
    (address,) = re.findall(r'href="(/runs/[^"]+/%E4%BC%9A%E8%AD%B0%E9%8C%B2.docx)"', page)
    assert officer.get(address).body == (kept / "会議録.docx").read_bytes()
    officer.post("/build", {})
    officer.until("変更なし", "仕上げた会議録")


def test_file_can_be_moved_to_unused(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    opinions_by_row = {1: stated("見直し")}
    officer.put("記入済み.docx", filled(handout(site), opinions_by_row, seed_form()))
    page = officer.until("まだ取り込んでいないファイルが 1 件あります")
    (file,) = re.findall(r'action="/aside"><input type="hidden" name="file" value="(\w+)"', page)
    officer.post("/aside", {"file": file})
    officer.until("会議用の資料ができています")
    assert (site.inputs / "使わないもの" / "記入済み.docx").exists()


@pytest.mark.parametrize("file", ["", "x", "../台帳.xlsx", "0123456789abcdef"])
def test_file_is_selected_only_by_its_identity(site: Served, file: str) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    for address in ("/take", "/aside"):
        assert officer.post(address, {"file": file}).status == 404


def test_other_files_of_the_folder_are_listed(site: Served) -> None:
    save(site, row(1))
    (site.inputs / "メモ.txt").write_text("覚え", encoding="utf-8")
    page = site.officer.until("会議用の資料ができています", "メモ.txt")
    assert "inputs にあるほかのファイル（1 件）" in page


def test_button_makes_the_entry_workbook(site: Served) -> None:
    officer = site.officer
    save(site, row(1))
    officer.until("会議用の資料ができています")
    assert "当日入力" in officer.post("/entry", {}).json["message"]
    assert list(site.output.glob("*当日入力*.xlsx"))


# ---- hostile texts and foreign files


def test_markup_in_cells_and_names_is_escaped(site: Served) -> None:
    name = f"台帳{HOSTILE}.xlsx".replace("/", "")
    save(site, row(1, name=HOSTILE, reason=f"{HOSTILE}を廃止する。"), row(2, proposal=HOSTILE),
         name=name, 会議名=HOSTILE)  # fmt: skip
    (site.inputs / f"{HOSTILE}.docx".replace("/", "")).write_bytes(b"")
    officer = site.officer
    officer.until("誤りが")
    save(site, row(1, name=HOSTILE, reason=f"{HOSTILE}を廃止する。"), name=name, 会議名=HOSTILE)
    officer.until("会議用の資料ができています")
    for path in ("/", "/day"):
        page = officer.get(path).text
        assert "&lt;img src=x" in page
        assert "<img src=x" not in page
    index = (site.output / "index.html").read_text(encoding="utf-8")
    assert "<img src=x" not in index


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"master": {"name": "' + b"x" * 2_000_000 + b'"}}',
        '{"master": {"name": "<script>alert(1)</script>"}, "documents": [{"name": '
        '"../../inputs/台帳.xlsx", "format": "docx", "pictures": ["../../秘密.png"]}]}'.encode(),
        b'{"master": {"name": "a"}, "documents": [{"name": "index.html", "format": "pdf"}]}',
    ],
    ids=["empty", "cut", "deep", "long", "leading out", "a page"],
)
def test_hostile_manifest_is_ignored(site: Served, content: bytes) -> None:
    (site.inputs.parent / "秘密.png").write_bytes(b"secret")
    bad = site.output / "20990101-000000_敵"
    bad.mkdir(parents=True)
    (bad / "manifest.json").write_bytes(content)
    (bad / "index.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    save(site, row(1))
    officer = site.officer
    page = officer.until("会議用の資料ができています")
    assert "<script>alert" not in page
    assert officer.get("/runs/20990101-000000_%E6%95%B5/index.html").status == 404
    for name in ("..%2F..%2Finputs%2F%E5%8F%B0%E5%B8%B3.xlsx", "..%2F..%2F%E7%A7%98%E5%AF%86.png"):
        assert officer.get(f"/runs/20990101-000000_%E6%95%B5/{name}").status == 404


def test_master_with_only_headers_does_not_stop_the_page(site: Served) -> None:
    write_master(site.inputs / "台帳.xlsx", [], headers=HEADERS)
    site.officer.until("資料を作っていません")
    site.officer.until("台帳を読み取れていません", path="/day")
