"""The peer with Typst: pandas reads the master, Typst makes the two PDF files; no Word files.

In: a master in the sample layout and a folder for the files. Out: the two editions,
tagged (PDF/UA-1), with the same columns as ours.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import typst

CHOICES = ("継続", "一部見直しのうえ継続", "見直し")
TEMPLATE = Path(__file__).resolve().with_name("handout.typ")


def rows(frame: pd.DataFrame, *, results: bool) -> list[dict[str, object]]:
    """The rows in the form that the template expects."""
    return [
        {
            "no": int(r["No"]),
            "name": r["事業名"],
            "ratings": [int(r[key]) for key in ("③進捗状況", "⑤実現可能性", "⑥広域メリット")],
            "letter": r["判定"],
            "label": r["判定区分"],
            "text": str(r["事務局案（説明）"]),
            "proposal": r["事務局案（方針）"],
            "opinion": str(r["懇談会意見"]) if results else None,
        }
        for r in frame.to_dict("records")
    ]


def main(master: Path, output: Path) -> None:
    """Make both editions."""
    frame = pd.read_excel(master, sheet_name=0)
    output.mkdir(parents=True, exist_ok=True)
    for edition in ("meeting", "results"):
        data = {
            "title": "次期共生ビジョンにおける既存連携事業の方針（案）一覧",
            "choices": CHOICES,
            "rows": rows(frame, results=edition == "results"),
        }
        source = output / f"{edition}.json"
        source.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        typst.compile(
            TEMPLATE,
            output=output / f"{edition}.pdf",
            root=Path("/"),
            sys_inputs={"data": str(source.resolve())},
            pdf_standards="ua-1",
        )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:3]))
