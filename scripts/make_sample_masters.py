"""Make the sample masters of ``inputs/`` from ``scripts/sample_projects.json``.

In: the 18 projects of the printed 資料１. Out: ``inputs/連携事業マスタ.xlsx`` with
blank opinions, and ``inputs/見本/連携事業マスタ_意見入り見本.xlsx`` with made-up ones.
The second has a note that its opinions are made up, in the file and on every printed page.
Their layout is that of ``shiryo new``. Every run writes the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.model.form import Form  # noqa: E402 - needs the root on the path
from pipeline.model.form_file import load_form  # noqa: E402 - needs the root on the path
from pipeline.workbooks.blank import master_workbook  # noqa: E402 - needs the root on the path

MASTER = ROOT / "inputs" / "連携事業マスタ.xlsx"
SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
PROJECTS = ROOT / "scripts" / "sample_projects.json"

MADE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
NOTE = "見本・架空（意見と会議の情報は架空のものです）"

# These cover every status and every kind of comment. The real council's opinions are unknown.
MADE_UP: dict[int, tuple[str, str]] = {
    3: ("一部見直しのうえ継続", "（架空）利用者の声を聞きながら、できる施設から始めてほしい。"),
    4: (
        "一部見直しのうえ継続",
        "（架空）廃止の前に、利用料の違いを住民に説明する場が必要である。\n（架空）共同設置の議論の時期も示してほしい。",
    ),
    7: ("意見なし", ""),
    12: ("保留", "（架空）次回、担当課の説明を聞いてから意見をまとめる。"),
    15: ("意見が分かれた", "（架空）「継続」と「一部見直しのうえ継続」の両方の意見があった。"),
    18: ("見直し", "（架空）名称も含めて見直してほしい。"),
}


def main() -> None:
    """Write both workbooks."""
    form = load_form("shiryo1")
    projects = json.loads(PROJECTS.read_text(encoding="utf-8"))
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    MASTER.write_bytes(workbook(form, projects, {}, {}))
    meeting = {
        "council": "共生ビジョン懇談会（架空）",
        "session": "第２回",
        "date": dt.date(2026, 3, 9),
        "place": "（架空）市役所 大会議室",
        "note": NOTE,
    }
    opinions = {
        project["no"]: MADE_UP.get(project["no"], (project["proposal"], "")) for project in projects
    }
    SAMPLE.write_bytes(workbook(form, projects, opinions, meeting))


def workbook(
    form: Form,
    projects: list[dict[str, Any]],
    opinions: dict[int, tuple[str, str]],
    meeting: dict[str, Any],
) -> bytes:
    """The bytes of one master; ``opinions`` by project number, ``meeting`` by field key."""
    rows = []
    for project in projects:
        opinion, comment = opinions.get(project["no"], ("", ""))
        rows.append({**project, "opinion": opinion or None, "comment": comment or None})
    return master_workbook(form, rows, meeting, made=MADE)


if __name__ == "__main__":
    main()
