from __future__ import annotations

import json
from pathlib import Path

from benchmarks.profiling import profile
from scripts import make_speed_page as script


def test_the_page_shows_exactly_what_was_measured() -> None:
    told = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.filled(page, told), "run: .venv/bin/python scripts/make_speed_page.py"


def test_every_part_that_is_measured_is_shown() -> None:
    told = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    page = script.PAGE.read_text(encoding="utf-8")
    for part, rows in told["rows"].items():
        assert f"<!-- figures: {part} -->" in page
        assert all(f"| {name} |" in page for name in rows)


def test_every_step_of_the_profile_can_still_be_taken(tmp_path: Path) -> None:
    told = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    assert list(profile(tmp_path, runs=1)) == list(told["profile"])


def test_a_row_is_told_with_what_one_costs() -> None:
    row = {
        "runs": 5,
        "median_s": 3.6,
        "min_s": 3.5,
        "max_s": 3.7,
        "processor_s": 6.0,
        "peak_mib": 150,
    }
    told = {"rows": {"long": {"build, 1,800 rows": row}}, "ratios": {}}
    assert "| build, 1,800 rows | 3.60 s | 2.0 ms | 3.50–3.70 s | 6.00 s | 150 MiB | 5 |" in (
        script.long(told)
    )
