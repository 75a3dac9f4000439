from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline.cli.findings_table import findings_table
from pipeline.cli.report import show_findings, summary
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef

AT = CellRef("事業一覧", 3, 2)
ERROR = finding("name-empty", at=AT, project=2, title="事業名")
WARNING = finding("number-missing", at=AT, value="1")
NOTICE = finding("text-outside-choices", at=AT, project=1, value="廃止", labels="継続、見直し")
ACCEPTED = replace(NOTICE, project=3, accepted="協議済")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def table(*findings: Finding, width: int = 100) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width).print(findings_table(findings))
    return stream.getvalue().splitlines()


def piped(*findings: Finding) -> list[str]:
    stream = io.StringIO()
    show_findings(findings, stream)
    return stream.getvalue().splitlines()


def test_table_is_sorted_by_severity_and_names_it() -> None:
    words = [line.split("│")[1:3] for line in table(ERROR, NOTICE, WARNING) if "!B3" in line]
    assert [[word.strip() for word in pair] for pair in words] == [
        ["誤り", "2"],
        ["注意", ""],
        ["お知らせ", "1"],
    ]


def test_rule_separates_different_severities_only() -> None:
    second_notice = replace(NOTICE, project=2)
    rules = [line for line in table(ERROR, second_notice, NOTICE) if line.startswith("├")]
    assert len(rules) == 1


@pytest.mark.parametrize("width", [50, 80, 200])
def test_lines_have_equal_width_and_no_text_is_cut(width: int) -> None:
    lines = table(ERROR, NOTICE, WARNING, width=width)
    assert len({cell_len(line) for line in lines}) == 1
    assert max(map(cell_len, lines)) <= width
    assert "…" not in "".join(lines)
    # Lines are wrapped at spaces.
    text = "".join(line.split("│")[4] for line in lines if "│" in line).replace(" ", "")
    for found in (ERROR, NOTICE, WARNING):
        assert (found.fact + found.remedy).replace(" ", "") in text


def test_pipe_gets_each_message_on_one_line() -> None:
    long_finding = finding(
        "column-missing",
        sheet="一覧",
        title="事業名",
        seen="見出し、" * 200,
        key="name",
        header="元の見出し",
        near="",
    )
    lines = piped(ERROR, long_finding, NOTICE)
    assert lines[:3] == [
        f"【誤り】{long_finding.message}",
        f"【誤り】{ERROR.message}",
        f"【お知らせ】{NOTICE.message}",
    ]


def test_accepted_findings_come_last_with_their_reason() -> None:
    lines = piped(ACCEPTED, ERROR)
    assert lines[0].startswith("【誤り】")
    assert lines[1] == "確認済として扱ったもの:"
    assert lines[2].endswith("（確認済: 協議済）")
    assert lines[3] == summary([ACCEPTED, ERROR])


def test_tables_on_a_terminal_work_without_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    show_findings([ERROR, ACCEPTED], stream)
    shown = stream.getvalue()
    assert "\x1b[31" not in shown
    assert shown.index("誤り") < shown.index("確認済として扱ったもの") < shown.index("お知らせ")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_control_characters_in_a_cell_are_removed(is_terminal: bool) -> None:  # noqa: FBT001 - a parameter
    with_control_codes = replace(ERROR, fact="\x1b]0;題\x07\x9b2J改\n行", project=None)
    stream = Terminal() if is_terminal else io.StringIO()
    show_findings([with_control_codes], stream)
    shown = stream.getvalue()
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert "\x9b" not in shown
    assert "改 行" in shown


def test_summary_counts_by_severity() -> None:
    assert summary([ERROR, WARNING, ACCEPTED]) == (
        "誤り 1 件、注意 1 件、お知らせ 1 件（うち確認済 1 件）"
    )
    assert summary([ERROR]) == "誤り 1 件、注意 0 件、お知らせ 0 件"
