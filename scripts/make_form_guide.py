"""Make the masters of the form guide's examples, and pictures of their handouts.

In: the forms of ``docs/examples/``. Out: in the folder of each form a master with made-up
rows, and ``docs/pictures/様式の例_<form>.png``, the first page of its PDF. Every run writes
the same masters.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.base.archives import with_dates  # noqa: E402 - needs the root on the path
from pipeline.cli import main as shiryo  # noqa: E402 - needs the root on the path
from scripts.make_pictures import draw  # noqa: E402 - needs the root on the path

EXAMPLES = ROOT / "docs" / "examples"
NOTE = "見本・架空"

Rows = Sequence[Sequence[str | int | None]]

# One line is one row; nothing between two bars is an empty cell.
ONE_COLUMN_MORE = """
No|事業名|担当課|③進捗状況|⑤実現可能性|⑥広域メリット|判定|判定区分|事務局案（説明）|事務局案（方針）|懇談会意見|懇談会意見（内容）|確認済
1|図書館の相互利用|生涯学習課|4|4|4|A|継続|利用者が年々増えており、いまの形を続ける。|継続|||
2|病児保育の広域利用|子育て支援課|3|2|3|G|一部見直しのうえ継続|利用の登録が市町ごとに分かれており、手続が保護者の負担になっている。登録の様式をそろえたうえで、継続とする。|一部見直しのうえ継続|||
3|路線バスの共同運行|交通政策課|2|2|2|I|見直し|利用の少ない便が多い。便数と経路の見直しを行う。|見直し|||
"""
ANSWERS = """
番号|意見の要旨|市の考え方|対応|審議会の意見|審議会の意見（内容）
1|子どもの遊び場について、目標の数値を示してほしい。|公園の整備の計画に合わせ、目標の数値を第３章に加えます。|修正する||
2|バス停に屋根を付けてほしい。|個別の施設の整備は、この計画では扱いません。いただいた意見は担当課に伝えます。|修正しない||
3|空き家の活用に、若い世代への補助を設けてほしい。|補助の対象と財源を整理する必要があります。来年度の実施計画で検討します。|今後検討する||
"""
EVALUATION = """
分野|番号|事業名|予算額|||評価||||
||||||視点ごとの評価|||総合評価|
|||前年度|今年度|増減|必要性|有効性|効率性|方向性|理由
福祉|1|高齢者の見守り|12400|13900|1500|Ａ|Ａ|Ｂ|拡大|対象の世帯が増えている。
福祉|2|介護予防教室|8600|8600|0|Ａ|Ｂ|Ｂ|維持|参加者の満足度が高い。
産業|3|商店街の催し|5200|3100|-2100|Ｂ|Ｃ|Ｃ|縮小|来場者が減り、内容の見直しが必要である。
産業|4|新規就農の支援|9800|11000|1200|Ａ|Ａ|Ａ|拡大|就農者が毎年定着している。
合計|||36000|36600|600|||||
"""
# Headings over several columns or levels: merged cells, as offices make them.
MERGED = ("A1:A3", "B1:B3", "C1:C3", "D1:F2", "G1:K1", "G2:I2", "J2:K2")


def main() -> None:
    """Write each master, then the picture of its handout."""
    masters = {
        "担当課を足した資料１": workbook(rows(ONE_COLUMN_MORE), meeting={"注記": NOTE}),
        "意見と回答": table_of_text(rows(ANSWERS)),
        "事務事業評価": workbook(rows(EVALUATION), merged=MERGED),
    }
    for name, content in masters.items():
        suffix = "xlsx" if content.startswith(b"PK") else "csv"
        master = EXAMPLES / name / f"台帳.{suffix}"
        master.write_bytes(content)
        picture(name, master)


def rows(table: str) -> Rows:
    """The cells of one of the tables above."""
    lines = (line.split("|") for line in table.strip("\n").split("\n"))
    return [[_value(word) for word in line] for line in lines]


def _value(word: str) -> str | int | None:
    return int(word) if word.removeprefix("-").isdecimal() and word.isascii() else word or None


def workbook(
    table: Rows, *, merged: Sequence[str] = (), meeting: Mapping[str, str] | None = None
) -> bytes:
    """A master as a workbook: the table, and a sheet 会議情報 if ``meeting`` has entries."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "一覧"
    for row in table:
        sheet.append(list(row))
    for place in merged:
        sheet.merge_cells(place)
    for column in range(1, len(table[0]) + 1):
        longest = max(len(str(row[column - 1] or "")) for row in table)
        sheet.column_dimensions[get_column_letter(column)].width = min(40, 4 + 2 * longest)
    if meeting:
        lines = book.create_sheet("会議情報")
        for line in (("項目", "値"), *meeting.items()):
            lines.append(list(line))
    saved = io.BytesIO()
    book.save(saved)
    return with_dates(saved.getvalue())


def table_of_text(table: Rows) -> bytes:
    """A master as CSV, as Excel writes it in UTF-8 (with a byte order mark)."""
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode("utf-8-sig")


def picture(name: str, master: Path) -> None:
    """Draw the first page of the example's handout."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        place = Path(folder)
        shutil.copytree(EXAMPLES / name, place / "templates" / name)
        options = ("--form", name, "--documents", "handout", "--format", "pdf")
        status = shiryo(["build", str(master), *options])
        (pdf, *_) = sorted(place.glob("output/*/*.pdf"))
        if status != 0:
            raise ValueError(name)
        draw(pdf, f"様式の例_{name}", pages=1)


if __name__ == "__main__":
    main()
