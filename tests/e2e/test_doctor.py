"""The command ``doctor``, also on machines where a required part is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support.commands import ROOT, process, shiryo
from support.masters import row, write_master


def run_doctor(
    folder: Path, *arguments: str, **environment: str
) -> tuple[int, dict[str, Any], str]:
    command = ("doctor", "--json", *arguments)
    done = process(folder, *command, **environment) if environment else shiryo(folder, *command)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_ready_machine_has_one_line_for_each_condition(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    status, report, messages = run_doctor(tmp_path)
    assert status == 0
    assert report["ready"] is True
    assert {each["state"] for each in report["conditions"]} <= {"fine", "doubtful"}
    *lines, last = messages.splitlines()
    assert len(lines) == len(report["conditions"])
    assert all(line.startswith(("✓ よい", "△ 確認")) for line in lines)
    assert last.startswith("資料を作れます。")
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("module", "failure", "title"),
    [
        ("weasyprint", 'print("advice")\nraise OSError("cannot load libpango")', "Pango"),
        ("weasyprint", 'raise ImportError("no module")', "Pango"),
        ("pandas", 'raise ImportError("no module")', "確認"),
    ],
)
def test_failed_import_is_reported_and_other_checks_run(
    tmp_path: Path, module: str, failure: str, title: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / f"{module}.py").write_text(failure, encoding="utf-8")
    path = os.pathsep.join((str(broken), str(ROOT)))
    status, report, messages = run_doctor(tmp_path, PYTHONPATH=path)
    assert status == 4
    assert report["ready"] is False
    assert [c["title"] for c in report["conditions"] if c["state"] == "missing"] == [title]
    assert {"Python", "文字コード", "様式", "空き容量"} <= {
        c["title"] for c in report["conditions"]
    }
    assert all(c["remedy"] for c in report["conditions"] if c["state"] != "fine")
    assert "✗ 不足" in messages
    assert "Traceback" not in messages
    assert "advice" not in messages


def test_missing_pango_is_reported_as_json(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    broken = tmp_path / "broken"
    broken.mkdir()
    failure = 'print("advice")\nraise OSError("cannot load libpango")'
    (broken / "weasyprint.py").write_text(failure, encoding="utf-8")
    path = os.pathsep.join((str(broken), str(ROOT)))
    for command, status in (("build", 4), ("check-template", 1)):
        done = process(tmp_path, command, "--json", PYTHONPATH=path)
        assert done.returncode == status
        assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["machine-pango"]
        assert "cannot load libpango" in done.stderr


def test_missing_master_and_missing_glyph_are_reported(
    tmp_path: Path,
) -> None:
    status, report, _ = run_doctor(tmp_path)
    assert (status, report["conditions"][-2]["code"]) == (0, "no-workbook")
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, name="恐竜🦕")])
    status, report, _ = run_doctor(tmp_path)
    assert (status, report["conditions"][-2]["code"]) == (0, "glyph-missing")
    assert "事業一覧!B2" in report["conditions"][-2]["message"]


def test_unknown_form_is_reported_once(tmp_path: Path) -> None:
    status, report, _ = run_doctor(tmp_path, "--form", "ない")
    assert status == 4
    # The checks of fonts and master need the form, too; they do not repeat the message.
    assert [each["code"] for each in report["conditions"]].count("form-unknown") == 1
