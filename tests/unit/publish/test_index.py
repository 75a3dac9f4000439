from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import msgspec

from pipeline.model.findings import finding
from pipeline.model.grid import CellRef
from pipeline.model.manifest import Manifest, Run, read_manifest
from pipeline.publish.index import index
from pipeline.publish.index.changes import changes
from pipeline.publish.index.index_page import page_of
from pipeline.publish.index.lines import lines_of

CHOICES = ["継続", "一部見直しのうえ継続", "見直し"]


COLUMNS = [
    {"key": "no", "title": "No"},
    {"key": "name", "title": "事業名"},
    {"key": "progress", "title": "③進捗状況"},
    {"key": "reason", "title": "事務局案（説明）"},
    {"key": "proposal", "title": "事務局案（方針）"},
    {"key": "opinion", "title": "懇談会意見", "fill": "meeting"},
    {"key": "comment", "title": "懇談会意見（内容）", "fill": "meeting"},
]
WORDS = {
    "blank": "未入力",
    "no_opinion": "意見なし",
    "deferred": "保留",
    "divided": "意見が分かれた",
}


def project(no: int, name: str, **changed: Any) -> dict[str, Any]:
    plain = {
        "no": no,
        "name": name,
        "progress": 4,
        "reason": "続ける。",
        "proposal": "継続",
        "opinion": {"status": "blank", "value": None},
        "comment": {"status": "blank", "value": None},
    }
    return {"no": no, "name": name, "values": plain | changed}


def chosen(choice: str) -> dict[str, Any]:
    return {"status": "chosen", "value": choice}


def manifest(*projects: dict[str, Any], master: str = "台帳.xlsx", **other: Any) -> Manifest:
    document = {
        "name": "資料１_会議用.pdf",
        "format": "pdf",
        "pages": 2,
        "pictures": ["pictures/資料１_会議用_1.png"],
    }
    opinion = {
        "key": "opinion",
        "title": "懇談会意見",
        "choices": CHOICES,
        "against": "proposal",
    }
    whole = {
        "master": {"name": master, "sha256": "…"},
        "documents": [{"name": "資料１_会議用.docx", "format": "docx"}, document],
        "records": {"meeting": {}, "columns": COLUMNS, "rows": list(projects)},
        "opinions": [opinion],
        "words": WORDS,
        "findings": [],
    }
    return msgspec.convert(whole | other, Manifest)


def run(name: str, content: Manifest | None, *files: str) -> Run:
    return Run(name, frozenset(files), content)


def shown(*runs: Run) -> str:
    return index(runs).decode("utf-8")


ONE = project(1, "図書館")
TWO = project(2, "消防")


def test_added_removed_and_changed_projects_are_listed() -> None:
    differences = changes(
        manifest(ONE, TWO),
        manifest(project(1, "図書館", progress=3), project(5, "観光")),
    )
    assert [row.name for row in differences.added] == ["観光"]
    assert [row.name for row in differences.removed] == ["消防"]
    ((changed,),) = ([each.fields for each in differences.changed],)
    assert [(f.title, f.before, f.after) for f in changed] == [("③進捗状況", "4", "3")]


def test_new_number_or_name_is_a_change_of_the_same_project() -> None:
    differences = changes(
        manifest(ONE, TWO), manifest(project(1, "図書館の相互利用"), project(3, "消防"))
    )
    assert not differences.added
    assert not differences.removed
    assert [(f.before, f.after) for each in differences.changed for f in each.fields] == [
        ("図書館", "図書館の相互利用"),
        ("2", "3"),
    ]


def test_projects_of_the_same_name_are_distinguished_by_number() -> None:
    before = manifest(project(1, "同じ"), project(2, "同じ"))
    assert not changes(before, before).any
    after = manifest(project(1, "同じ"), project(2, "同じ", progress=1))
    assert [each.project.no for each in changes(before, after).changed] == [2]


def test_changed_opinion_is_shown_in_words() -> None:
    deferred = {"status": "deferred", "value": None}
    remark = {"status": "written", "value": "次回"}
    after = manifest(project(1, "図書館", opinion=deferred, comment=remark))
    (changed,) = changes(manifest(ONE), after).changed
    assert [(f.before, f.after) for f in changed.fields] == [("", "保留"), ("", "次回")]


def test_previous_run_is_of_the_same_master() -> None:
    views = page_of(
        [
            run("20260309-120000_甲", manifest(ONE, master="甲.xlsx")),
            run("20260309-110000_乙", manifest(TWO, master="乙.xlsx")),
            run("20260309-100000_甲", manifest(ONE, TWO, master="甲.xlsx")),
        ]
    )
    assert views.newest.change_summary == "削除 1"
    own, other = views.meetings
    assert [each.change_summary for each in (*own.runs[1:], *other.runs)] == ["初回", "初回"]
    assert views.newest.when == "令和８年３月９日 12:00"


def test_choices_and_statuses_are_counted() -> None:
    statuses = ("chosen", "no_opinion", "deferred", "divided", "blank", "blank")
    projects = [
        project(
            number,
            f"事業{number}",
            opinion={"status": status, "value": "見直し" if status == "chosen" else None},
        )
        for number, status in enumerate(statuses, start=1)
    ]
    (counts,) = page_of([run("r", manifest(*projects))]).newest.counts
    assert (counts.projects, counts.opinions) == (6, 4)
    assert [(row.label, row.proposal, row.opinion) for row in counts.rows] == [
        ("継続", 6, 0),
        ("一部見直しのうえ継続", 0, 0),
        ("見直し", 0, 1),
        ("意見なし", None, 1),
        ("保留", None, 1),
        ("意見が分かれた", None, 1),
        ("未入力", None, 2),
    ]


def test_without_opinions_only_proposals_are_shown() -> None:
    page = shown(run("r", manifest(ONE)))
    assert '<th scope="col">案</th>' in page
    assert '<th scope="col">懇談会意見</th>' not in page


def test_form_without_fills_has_no_meeting_and_no_results() -> None:
    only = manifest(ONE, records={"columns": COLUMNS[:5], "rows": [ONE]}, opinions=[])
    page = shown(run("r", only))
    assert "資料ができています" in page
    assert "会議用の資料" not in page
    assert 'id="results"' not in page
    assert 'id="results"' in shown(run("r", manifest(ONE)))


def test_findings_have_their_cells_and_accepted_ones_are_collapsed() -> None:
    at = CellRef("事業一覧", 3, 8)
    open_one = finding("text-outside-choices", at=at, project=2, value="廃止", labels="継続")
    accepted = replace(open_one, project=3, accepted="協議済")
    content = manifest(ONE, findings=[open_one.as_json(), accepted.as_json()])
    page = shown(run("r", content, "検査結果.xlsx"))
    before, _, folded = page.partition("<summary>台帳で「確認済」とされたもの（1 件）</summary>")
    assert "事業一覧!H3" in before
    assert ">説明に「廃止」とありますが、選択肢" in before
    assert "No.2" in before
    assert "No.3" not in before
    assert "協議済" in folded
    copy = "r/%E6%A4%9C%E6%9F%BB%E7%B5%90%E6%9E%9C.xlsx"
    assert f'href="{copy}">' in before
    assert copy not in shown(run("r", content))


def test_findings_are_sorted_by_severity_and_equal_facts_are_joined() -> None:
    def line(code: str, row: int, **more: str) -> dict[str, object]:
        return finding(code, at=CellRef("事業一覧", row, 3), project=row - 1, **more).as_json()

    blank = [
        line("score-empty", row, title="③進捗状況", scale="1〜4 の整数") for row in (3, 4, 5, 9, 11)
    ]
    notice = line("text-outside-choices", 2, value="廃止", labels="継続")
    (first, second) = lines_of(manifest(ONE, findings=[notice, *blank]).findings)
    assert (first.severity, second.severity) == ("誤り", "お知らせ")
    assert first.place == "事業一覧!C3、C4、C5 ほか 2 か所"
    assert (first.rows, first.count) == ("No.2〜4、8、10", 5)


def test_blocked_run_lists_missing_documents_and_shows_the_older_ones() -> None:
    wrong = finding(
        "score-empty", at=CellRef("事業一覧", 3, 3), project=2, title="③進捗", scale="1〜4"
    )
    blocked = manifest(ONE, documents=[], findings=[wrong.as_json()], held_back=["会議用"])
    page = shown(
        run("20260309-120000_台帳", blocked, "検査結果.xlsx"),
        run("20260308-120000_台帳", manifest(ONE)),
    )
    assert "誤りが 1 件あるため、会議用を作っていません" in page
    assert "令和８年３月８日 12:00 に作ったものです" in page


def test_top_line_mentions_no_feature_of_the_live_page() -> None:
    wrong = finding(
        "score-empty", at=CellRef("事業一覧", 3, 3), project=2, title="③進捗", scale="1〜4"
    )
    blocked = manifest(ONE, documents=[], findings=[wrong.as_json()], held_back=["会議用"])
    some = manifest(project(1, "図書館", opinion=chosen("継続")), TWO)
    for text in (shown(run("a", blocked)), shown(run("a", some)), shown(run("a", manifest(ONE)))):
        assert "自動で" not in text
        assert "「当日」" not in text


def test_runs_are_grouped_by_meeting_and_cleared_opinions_are_no_change() -> None:
    def of(session: str, *projects: dict[str, Any]) -> Manifest:
        meeting = {"session": session, "council": "○○懇談会", "date": "2026-03-09"}
        records = {"meeting": meeting, "columns": COLUMNS, "rows": list(projects)}
        return manifest(*projects, records=records)

    first = of("第１回", project(1, "図書館", opinion=chosen("継続")), TWO)
    second = of("第２回", ONE, project(2, "消防の広域化"))
    meetings = page_of([run("c", second), run("b", first), run("a", first)]).meetings
    assert [each.title for each in meetings] == [
        "第２回 ○○懇談会（令和８年３月９日）",
        "第１回 ○○懇談会（令和８年３月９日）",
    ]
    assert [len(each.runs) for each in meetings] == [1, 2]
    (changed,) = meetings[0].changes.changed if meetings[0].changes else ()
    assert [field.after for field in changed.fields] == ["消防の広域化"]


def test_changed_row_is_marked_on_its_page() -> None:
    document = {
        "name": "資料１_会議用.pdf",
        "format": "pdf",
        "edition": "meeting",
        "pages": 2,
        "pictures": ["pictures/1.png", "pictures/2.png"],
        "bands": {"1": [[1, 0.1, 0.2]], "2": [[1, 0.2, 0.9], [2, 0.1, 0.3]]},
    }
    before = manifest(ONE, TWO, documents=[document])
    after = manifest(ONE, project(2, "消防", progress=1), documents=[document])
    (paper,) = page_of([run("b", after), run("a", before)]).newest.papers
    assert [[(m.top, m.height) for m in p.marks] for p in paper.pictures] == [
        [(200, 700)],
        [(100, 200)],
    ]
    assert [p.changed for p in paper.pictures] == ["No.2", "No.2"]
    with_opinion = project(2, "消防", opinion=chosen("継続"))
    only_opinion = manifest(ONE, with_opinion, documents=[document])
    (paper,) = page_of([run("b", only_opinion), run("a", before)]).newest.papers
    assert not any(p.marks for p in paper.pictures)
    # In the results, a first opinion is not marked either, but a changed one is.
    results = [{**document, "name": "資料１_結果版.pdf", "edition": "results"}]
    first = manifest(ONE, with_opinion, documents=results)
    (paper,) = page_of([run("b", first), run("a", before)]).newest.papers
    assert not any(p.marks for p in paper.pictures)
    other = project(2, "消防", opinion=chosen("見直し"))
    second = manifest(ONE, other, documents=results)
    (paper,) = page_of([run("c", second), run("b", first)]).newest.papers
    assert [p.changed for p in paper.pictures] == ["No.2", "No.2"]


def test_markup_in_texts_is_escaped() -> None:
    hostile = "<script>alert(1)</script>&\"'</style>"
    hostile_finding = finding(
        "name-twice", at=CellRef(hostile, 1, 1), value=hostile, other="1"
    ).as_json()
    content = manifest(
        project(1, hostile, reason=hostile, proposal=hostile),
        master=hostile,
        findings=[hostile_finding],
        opinions=[{"key": "opinion", "title": hostile, "choices": [hostile]}],
    )
    page = shown(run(f"r{hostile}", content), run("q", manifest(ONE, master=hostile)))
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;" in page


def test_special_characters_in_a_name_are_quoted_in_the_link() -> None:
    page = shown(run("20260309-120000_100%#1?", manifest(ONE)))
    assert 'href="20260309-120000_100%25%231%3F/%E8%B3%87' in page


def test_page_loads_only_pictures_and_has_no_script() -> None:
    page = shown(run("r", manifest(ONE)))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not re.search(r"https?:|//|<script|url\(", page)


def test_run_with_a_broken_manifest_is_listed() -> None:
    page = shown(run("20260309-120000_壊", None), run("20260308-120000_良", manifest(ONE)))
    assert "manifest.json）を読み取れません" in page
    assert "20260309-120000_%E5%A3%8A/" in page


def test_old_manifest_is_read_and_invalid_manifest_is_none() -> None:
    known = read_manifest(b'{"master": {"name": "a.xlsx"}, "documents": [], "new": 1}')
    assert known is not None
    assert "指摘なし" in shown(run("r", known))
    invalid_finding = b'{"master": {"name": "a"}, "findings": [{"severity": "x", "message": ""}]}'
    for content in (b"", b"[]", b'{"master": 1}', b"\xff", invalid_finding):
        assert read_manifest(content) is None


def test_run_with_only_word_files_has_no_print_button_and_no_pictures() -> None:
    word = {"name": "資料１_会議用.docx", "format": "docx"}
    page = shown(run("r", manifest(ONE, documents=[word])))
    assert 'aria-label="Word（資料１_会議用）"' in page
    assert "data-print" not in page
    assert "<img" not in page


def test_page_of_two_hundred_runs_is_small() -> None:
    projects = [project(number, f"事業{number}") for number in range(1, 19)]
    runs = [
        run(f"20260309-{100000 + number}_台帳", manifest(*projects)) for number in range(200, 0, -1)
    ]
    page = shown(*runs)
    assert page.count("<img ") == 1
    assert all(quote(each.name) in page for each in runs)
    assert len(page.encode("utf-8")) < 250_000


def test_same_runs_give_the_same_page() -> None:
    runs = [run("r", manifest(ONE, TWO))]
    assert index(runs) == index(runs)


def test_removed_column_is_shown_with_its_title() -> None:
    values = {key: value for key, value in ONE["values"].items() if key != "progress"}
    without = {"meeting": {}, "columns": [], "rows": [ONE | {"values": values}]}
    ((changed,),) = (
        [each.fields for each in changes(manifest(ONE), manifest(records=without)).changed],
    )
    assert [(field.title, field.before, field.after) for field in changed] == [
        ("③進捗状況", "4", "")
    ]


def test_shortened_list_of_projects_is_marked() -> None:
    many = [project(no, f"事業{no}") for no in range(1, 120)]
    page = shown(
        run("20260309-100000_台帳", manifest(ONE, *many)),
        run("20260309-090000_台帳", manifest(ONE)),
    )
    assert "追加した行（119 件のうち 100 件を表示）" in page
