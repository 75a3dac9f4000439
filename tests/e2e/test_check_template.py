"""The command ``check-template``: a form without findings, or all mistakes of a form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.commands import shiryo
from support.forms import council, form_in
from support.word import with_parts


def test_shipped_form_has_no_findings(tmp_path: Path) -> None:
    done = shiryo(tmp_path, "check-template", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["form"], report["findings"]) == ("shiryo1", [])
    stems = ("資料１_会議用", "資料１_結果版", "資料１_会議結果概要", "参考資料_各判定の考え方")
    assert set(report["proof"]) == {
        *(f"{stem}.{kind}" for stem in stems for kind in ("docx", "pdf")),
        "資料１_会議録（案）.docx",
    }
    for name, proof in report["proof"].items():
        handout = "会議用" in name or "結果版" in name
        assert proof["found"] == proof["values"] > (80 if handout else 40)
    assert "問題は見つかりませんでした" in done.stderr


def test_office_form_has_no_findings(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "check-template", "machi", "--json")
    assert done.returncode == 0, done.stderr


def test_mistakes_are_reported_with_place_and_nearest_name(tmp_path: Path) -> None:
    folder = form_in(tmp_path)
    html = folder / "handout.html"
    source = html.read_text(encoding="utf-8")
    html.write_text(source.replace("handout.title }}</h1>", "handout.titel }}</h1>"), "utf-8")
    css = folder / "handout.css"
    css.write_text(css.read_text(encoding="utf-8") + "td { widht: 1px }\n", "utf-8")
    word = folder / "handout.docx"
    misspelt = {
        "word/document.xml": lambda xml: xml.replace("{{ line.shown }}", "{{ line.shwon }}")
    }
    word.write_bytes(with_parts(word.read_bytes(), misspelt))
    done = shiryo(tmp_path, "check-template", "--json")
    assert done.returncode == 1
    messages = [each["message"] for each in json.loads(done.stdout)["findings"]]
    assert len(messages) == 3
    for message, words in zip(
        messages,
        (
            ("handout.docx の段落「", "{{ line.shwon }}」", "「shown」ではありませんか"),
            ("handout.html の", "行目", "「title」ではありませんか"),
            ("handout.css の", "行目", "「widht: 1px」は使えません"),
        ),
        strict=True,
    ):
        assert all(word in message for word in words), message
        assert message in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "handout.html",
            '<p class="{{ line.style }}">{{ line.text }}</p>',
            "",
            "がそのとおりに印刷されません",
        ),
        ("handout.css", ".words {", "h1 { color: white }\n.words {", "紙の上で見えません"),
        ("form.toml", 'kind = "name"', 'kind = "nmae"', "もしかして「name」ですか"),
        ("form.toml", "[judgement]", "[jugdement]", "もしかして「judgement」ですか"),
    ],
)
def test_lost_or_invisible_text_and_unknown_words_are_reported(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    path = form_in(tmp_path) / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = shiryo(tmp_path, "check-template")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_form_and_missing_font_end_the_command(tmp_path: Path) -> None:
    assert shiryo(tmp_path, "check-template", "ない").returncode == 2
    path = form_in(tmp_path) / "handout.css"
    style = path.read_text(encoding="utf-8").replace('"BIZ UDGothic"', '"どこにもない書体"')
    path.write_text(style, encoding="utf-8")
    done = shiryo(tmp_path, "check-template")
    assert done.returncode == 4
    assert "どこにもない書体" in done.stderr
