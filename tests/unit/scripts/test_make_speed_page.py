from __future__ import annotations

import json
from pathlib import Path

from benchmarks.profiling import profile
from scripts import make_speed_page as script


def test_page_shows_the_measured_figures() -> None:
    results = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.filled(page, results), "run: .venv/bin/python scripts/make_speed_page.py"


def test_page_shows_every_measured_part() -> None:
    results = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    page = script.PAGE.read_text(encoding="utf-8")
    for part, rows in results["rows"].items():
        assert f"<!-- figures: {part} -->" in page
        assert all(f"| {name} |" in page for name in rows)


def test_profile_has_the_recorded_steps(tmp_path: Path) -> None:
    results = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    assert list(profile(tmp_path, runs=1)) == list(results["profile"])


def test_long_table_shows_the_cost_of_one_row() -> None:
    row = {
        "runs": 5,
        "median_s": 3.6,
        "min_s": 3.5,
        "max_s": 3.7,
        "processor_s": 6.0,
        "peak_mib": 150,
    }
    results = {"rows": {"long": {"build, 1,800 rows": row}}, "ratios": {}}
    assert "| build, 1,800 rows | 3.60 s | 2.0 ms | 3.50–3.70 s | 6.00 s | 150 MiB | 5 |" in (
        script.long(results)
    )
