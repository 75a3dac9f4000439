"""Why a person must confirm an opinion, and what was edited in a document."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pipeline.base.text import shortened


class Reason(enum.Enum):
    """Why the evidence for an opinion is not unanimous, in the officer's words."""

    # The row and its place.
    ROW_DIFFERS = "番号か事業名が台帳と違う行がある"
    ROW_REPEATED = "同じ事業の行が二つ以上ある"
    ROW_ODD = "行が隠されているか、行の形が変わっている"
    CELLS = "行のセルの数や結合が、印刷したときと違う"
    HEADING = "意見の列の見出しが、印刷したときと違う"
    NO_HEADING = "意見の列の見出しも印のコントロールもない"
    SEVERAL_COLUMNS = "意見の列と同じ見出しの列がほかにもある"
    # The council's cell.
    BOXES = "選択肢の欄が印刷したときと違う"
    LABEL_GOES_ON = "選択肢の言葉に続きがある"
    SEVERAL = "印か言葉が二つ以上ある"
    MARK = "印かどうか決められない記号がある"
    STATE = "チェックボックスの状態と見える印が食い違う"
    CONTROLS = "印のコントロールが、印刷したときと違う"
    COPIED = "印のコントロールが複写されている"
    STRESS = "選んでいない選択肢が、色や下線などで目立っている"
    UNKNOWN_WORD = "選択肢にない言葉がある"
    REMARK = "内容の言葉が、選んだものと違う意見にも読める"
    PROPOSAL = "「案のとおり」とあるが、同じ行の案を確かめられない"
    # Formatting and objects.
    STRUCK = "取り消し線がある"
    UNSEEN = "見えない文字か、見えにくい文字（隠し文字・薄い色・小さな文字）がある"
    DRAWN = "図形、テキストボックス、コメント、脚注などがある"
    SPECIAL = "フィールドや埋め込みなど、文字として読み取れないものがある"
    # Outside the cell.
    OTHER_CELL = "同じ行のほかの欄に書き加えがある"
    OTHER_ROW = "表に書き加えた行がある"
    OUTSIDE = "表の外に書き加えた文がある"
    # Workbooks.
    FORMULA = "式かエラー値が入っている"
    HIDDEN_ROW = "行か列が隠されている"
    MERGED = "セルが結合されている"
    OTHER_SHEET = "同じ形の表がほかにもある"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason, with the words or marks that were found."""

    reason: Reason
    seen: str = ""

    @property
    def words(self) -> str:
        """The reason with what was found."""
        shown = shortened(" ".join(self.seen.split()), _LONGEST)
        return f"{self.reason.value}（{shown}）" if shown else self.reason.value


_LONGEST = 200


class EditKind(enum.Enum):
    """How a document, or the master, differs from the printed document."""

    CHANGED = "書き換え"
    ADDED = "書き加え"
    REMOVED = "削除"
    MASTER = "印刷の後に台帳が変わった"


@dataclass(frozen=True, slots=True)
class Edit:
    """One text that differs from the printed one, with both texts.

    ``printed`` is the master's text, ``seen`` the document's; ``place`` names the column or the
    place outside of the table, ``row`` is the number of the project.
    """

    kind: EditKind
    place: str
    printed: str
    seen: str
    row: int | None = None
    at: str = ""
