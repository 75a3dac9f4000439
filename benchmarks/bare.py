"""The bare peer script: as a programmer writes it in an afternoon, without checks and proofs.

In: a master in the sample layout and templates for this layout only. Out: the same files of
the handout as the pipeline's, made one after another with pandas, docxtpl and WeasyPrint.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace as Bag

import jinja2
import pandas as pd
import weasyprint
from docxtpl import DocxTemplate

LABELS = ("継続", "一部見直しのうえ継続", "見直し")


def boxes(chosen: object, no: int) -> list[Bag]:
    """The three boxes of a cell."""
    return [
        Bag(label=x, checked=x == chosen, mark="■" if x == chosen else "□", tag=f"opinion.{no}.{k}")
        for k, x in enumerate(LABELS, 1)
    ]


def handout(frame: pd.DataFrame, *, results: bool) -> dict[str, object]:
    """The variables of both templates."""
    rows = [
        Bag(
            no=r["No"],
            name=r["事業名"],
            ratings=[r["③進捗状況"], r["⑤実現可能性"], r["⑥広域メリット"]],
            letter=r["判定"],
            label=r["判定区分"],
            paragraphs=str(r["事務局案（説明）"]).split("\n"),
            proposal=boxes(r["事務局案（方針）"], r["No"]),
            opinion=Bag(
                boxes=boxes(r["懇談会意見"] if results else None, r["No"]), words=None, comment=[]
            ),
        )
        for r in frame.to_dict("records")
    ]
    rating = [("③進捗", "状況"), ("⑤実現", "可能性"), ("⑥広域", "メリット")]
    headings = Bag(
        name="事業名",
        review="振返り結果",
        review_note="",
        plan="進め方",
        proposal="事務局案",
        opinion="懇談会意見",
        opinion_note="",
        judgement="今後の方針",
        judgement_lines=["今後の", "方針"],
        ratings=[Bag(key=str(i), title="".join(x), lines=x) for i, x in enumerate(rating)],
    )
    widths = Bag(
        no=5.6, name=17.2, rating=9.1, judgement=14.6, text=67.6, proposal=31.8, opinion=31.8
    )
    paper = Bag(name="A4", width=210, height=297, scale=1)
    whole = Bag(
        number="資料１",
        title="方針一覧",
        facts=[],
        note=None,
        author=None,
        headings=headings,
        widths=widths,
        rows=rows,
        has_judgement=True,
        language="ja-JP",
        paper=paper,
    )
    return {"handout": whole, "tall": (), "created": "2026-03-09T00:00:00Z", "mm": lambda x: x}


def main(master: Path, templates: Path, output: Path) -> None:
    """Make the four files."""
    frame = pd.read_excel(master, sheet_name=0)
    output.mkdir(parents=True, exist_ok=True)
    for edition in ("meeting", "results"):
        context = handout(frame, results=edition == "results")
        word = DocxTemplate(templates / "handout.docx")
        word.render(context, autoescape=True)
        word.save(output / f"{edition}.docx")
        html = jinja2.Environment(loader=jinja2.FileSystemLoader(templates), autoescape=True)
        page = html.get_template("handout.html").render(context)
        weasyprint.HTML(string=page, base_url=f"{templates}/").write_pdf(
            output / f"{edition}.pdf", pdf_variant="pdf/a-2a"
        )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
