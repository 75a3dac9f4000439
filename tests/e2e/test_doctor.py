"""``doctor`` from the outside, also on machines that lack what it asks for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support.commands import ROOT, process, shiryo
from support.masters import row, write_master


def asked(folder: Path, *arguments: str, **environment: str) -> tuple[int, dict[str, Any], str]:
    command = ("doctor", "--json", *arguments)
    done = process(folder, *command, **environment) if environment else shiryo(folder, *command)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_a_ready_machine_says_so_line_by_line(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    status, told, said = asked(tmp_path)
    assert status == 0
    assert told["ready"] is True
    assert {each["state"] for each in told["conditions"]} <= {"fine", "doubtful"}
    *lines, last = said.splitlines()
    assert len(lines) == len(told["conditions"])
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
def test_what_can_not_be_imported_is_told_and_everything_else_still_asked(
    tmp_path: Path, module: str, failure: str, title: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / f"{module}.py").write_text(failure, encoding="utf-8")
    path = os.pathsep.join((str(broken), str(ROOT)))
    status, told, said = asked(tmp_path, PYTHONPATH=path)
    assert status == 4
    assert told["ready"] is False
    assert [c["title"] for c in told["conditions"] if c["state"] == "missing"] == [title]
    assert {"Python", "文字コード", "様式", "空き容量"} <= {c["title"] for c in told["conditions"]}
    assert all(c["remedy"] for c in told["conditions"] if c["state"] != "fine")
    assert "✗ 不足" in said
    assert "Traceback" not in said
    assert "advice" not in said


def test_a_build_without_pango_says_what_to_install_and_leaves_json_alone(tmp_path: Path) -> None:
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


def test_a_master_that_can_not_be_read_and_a_character_without_a_shape_are_told(
    tmp_path: Path,
) -> None:
    status, told, _ = asked(tmp_path)
    assert (status, told["conditions"][-2]["code"]) == (0, "no-workbook")
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, name="恐竜🦕")])
    status, told, _ = asked(tmp_path)
    assert (status, told["conditions"][-2]["code"]) == (0, "glyph-missing")
    assert "事業一覧!B2" in told["conditions"][-2]["message"]


def test_an_unknown_form_is_told(tmp_path: Path) -> None:
    status, told, _ = asked(tmp_path, "--form", "ない")
    assert status == 4
    # Fonts and master need the form too, and need not say the same again.
    assert [each["code"] for each in told["conditions"]].count("form-unknown") == 1
