"""Edits of a filled-in workbook with opinions, each with the allowed results of reading it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Color, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model.fills import Fills, is_blank
from support.books import FIRST_ROW
from support.mutations import LABELS, REMARKS, STATUSES, Verdict, choice_of
from support.records import stated

NO, NAME, PROPOSAL, OPINION, COMMENT = range(1, 6)


@dataclass
class BookCase:
    """A workbook during editing: its opinions, and the verdicts of the edits so far."""

    book: Workbook
    opinions: dict[int, Fills]
    rng: random.Random
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)

    @property
    def sheet(self) -> Worksheet:
        return self.book["懇談会意見"]

    def judge(self, verdict: Verdict, *numbers: int) -> None:
        for no in numbers:
            old = self.verdicts.get(no, Verdict.CLEAN)
            self.verdicts[no] = max(old, verdict, key=lambda each: each.value)

    def cell(self, no: int, column: int) -> Any:
        for row in range(FIRST_ROW, self.sheet.max_row + 1):
            if self.sheet.cell(row, NO).value == no:
                return self.sheet.cell(row, column)
        raise LookupError(no)

    def one(self) -> int:
        return self.rng.choice(list(self.opinions))

    def chosen(self) -> int:
        fitting = [no for no, each in self.opinions.items() if choice_of(each)]
        if not fitting:
            raise LookupError
        return self.rng.choice(fitting)


BookEdit = Callable[[BookCase], None]
BOOK_EDITS: dict[str, BookEdit] = {}
# Two edits of the table's columns may undo each other.
OF_THE_COLUMNS = frozenset({"a_renamed_header", "a_second_column", "hide_the_column"})


def book_edit(made: BookEdit) -> BookEdit:
    BOOK_EDITS[made.__name__] = made
    return made


def put(cell: Any, value: object) -> None:
    cell.value = value
    if isinstance(value, str) and not value.startswith("="):
        cell.data_type = "s"


@book_edit
def strike_the_cell(case: BookCase) -> None:
    no = case.chosen()
    case.cell(no, case.rng.choice((OPINION, NAME))).font = Font(strike=True)
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def strike_a_part(case: BookCase) -> None:
    no = case.chosen()
    struck = TextBlock(InlineFont(strike=True), "時期を示す")
    case.cell(no, COMMENT).value = CellRichText(struck, TextBlock(InlineFont(), "こと。"))
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def fade_the_cell(case: BookCase) -> None:
    no = case.chosen()
    cell = case.cell(no, OPINION)
    kind = case.rng.randrange(3)
    if kind == 0:
        cell.font = Font(color="FFFFFF")
    elif kind == 1:
        cell.font = Font(size=1)
    else:
        cell.number_format = ";;;"
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def cross_the_cell_out(case: BookCase) -> None:
    no = case.chosen()
    case.cell(no, OPINION).border = Border(diagonal=Side("thin"), diagonalUp=True)
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_colour_like_the_background(case: BookCase) -> None:
    no = case.chosen()
    cell, colour = case.cell(no, OPINION), case.rng.choice(("FFC000", "FFFBE6", "333333"))
    cell.font, cell.fill = Font(color=colour), PatternFill("solid", fgColor=colour)
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_minimal_row_height(case: BookCase) -> None:
    no = case.chosen()
    case.sheet.row_dimensions[case.cell(no, NO).row].height = 1
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_rule_that_hides(case: BookCase) -> None:
    font = case.rng.choice((Font(strike=True), Font(color="FFFFFF")))
    rule = FormulaRule(formula=["TRUE"], font=font)  # type: ignore[no-untyped-call]
    case.sheet.conditional_formatting.add("D1:D99", rule)
    with_opinion = [no for no, each in case.opinions.items() if not each["opinion"].is_blank]
    case.judge(Verdict.UNCLEAR, *with_opinion)


@book_edit
def hide_the_row(case: BookCase) -> None:
    no = case.chosen()
    case.sheet.row_dimensions[case.cell(no, NO).row].hidden = True
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def hide_the_column(case: BookCase) -> None:
    case.sheet.column_dimensions[case.rng.choice("DE")].hidden = True
    with_opinion = [no for no, each in case.opinions.items() if not is_blank(each)]
    case.judge(Verdict.UNCLEAR, *with_opinion)


@book_edit
def merge_rows(case: BookCase) -> None:
    no = case.rng.choice([each for each in case.opinions if each + 1 in case.opinions])
    first, last = case.cell(no, OPINION), case.cell(no + 1, OPINION)
    case.sheet.merge_cells(f"{first.coordinate}:{last.coordinate}")
    put(first, "見直し")
    case.judge(Verdict.UNCLEAR, no, no + 1)


@book_edit
def a_formula(case: BookCase) -> None:
    no = case.one()
    put(case.cell(no, OPINION), f"=C{case.cell(no, NO).row}")
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_comment(case: BookCase) -> None:
    no = case.one()
    column = case.rng.choice((NO, NAME, PROPOSAL, OPINION, COMMENT, 9))
    case.cell(no, column).comment = Comment("やはり見直し", "委員長")
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def an_unknown_word(case: BookCase) -> None:
    no = case.one()
    words = (
        "賛成",
        "継続 5名",
        "継続→見直し",
        "継続しない",
        "継続×",
        "どちらでもよい",
        "○",
        "継続、見直し",
    )
    put(case.cell(no, OPINION), case.rng.choice(words))
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_correction_in_the_remark(case: BookCase) -> None:
    no = case.chosen()
    words = ("訂正：見直し", "見直しに変更", "賛成3名、反対5名", "取り消します", "継続に反対")
    put(case.cell(no, COMMENT), case.rng.choice(words))
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_note_beside(case: BookCase) -> None:
    no = case.one()
    words = case.rng.choice(("見直しに変更", "要確認", "取消"))
    case.sheet.cell(case.cell(no, NO).row, 8).value = words
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_note_below(case: BookCase) -> None:
    no = case.one()
    row = case.sheet.max_row + 2
    case.sheet.cell(row, 2).value = case.rng.choice((f"No.{no}は見直し", f"事業{no}は取り消し"))
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_second_column(case: BookCase) -> None:
    case.sheet.cell(FIRST_ROW - 1, 7).value = "懇談会意見"
    for no in case.opinions:
        other = case.rng.choice(
            [label for label in LABELS if label != choice_of(case.opinions[no])]
        )
        case.sheet.cell(case.cell(no, NO).row, 7).value = other
    case.judge(Verdict.UNCLEAR, *case.opinions)


@book_edit
def a_stale_copy(case: BookCase) -> None:
    copy = case.book.copy_worksheet(case.sheet)
    no = case.one()
    for row in range(FIRST_ROW, copy.max_row + 1):
        if copy.cell(row, NO).value == no:
            others = [label for label in LABELS if label != choice_of(case.opinions[no])]
            copy.cell(row, OPINION).value = case.rng.choice(others)
    if case.rng.random() < 0.5:
        copy.sheet_state = "hidden"
    if case.rng.random() < 0.5:
        case.book.move_sheet(copy, -2)
    case.judge(Verdict.UNCLEAR, no)
    case.judge(Verdict.SAME, *case.opinions)


@book_edit
def change_a_name(case: BookCase) -> None:
    no = case.chosen()
    put(case.cell(no, NAME), "別の事業")
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def swap_numbers(case: BookCase) -> None:
    first, second = case.rng.sample(
        [no for no, each in case.opinions.items() if not is_blank(each)], 2
    )
    one, other = case.cell(first, NO), case.cell(second, NO)
    one.value, other.value = second, first
    case.judge(Verdict.UNCLEAR, first, second)


@book_edit
def repeat_a_row(case: BookCase) -> None:
    no = case.one()
    row = case.sheet.max_row + 1
    for column, value in ((NO, no), (NAME, case.cell(no, NAME).value), (OPINION, "見直し")):
        put(case.sheet.cell(row, column), value)
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_note_above(case: BookCase) -> None:
    no = case.one()
    case.sheet["G2"] = f"No.{no}は見直し"
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_renamed_header(case: BookCase) -> None:
    case.sheet.cell(FIRST_ROW - 1, OPINION).value = "委員Ａ"
    with_opinion = [no for no, each in case.opinions.items() if not each["opinion"].is_blank]
    case.judge(Verdict.UNCLEAR, *with_opinion)


@book_edit
def a_changed_line_above(case: BookCase) -> None:
    case.sheet.cell(case.rng.randrange(1, 4), 1).value = "第１回の結果を転記"
    case.judge(Verdict.UNCLEAR, *case.opinions)


@book_edit
def a_note_about_the_workbook(case: BookCase) -> None:
    no = case.one()
    case.book["このブックについて"]["D2"] = f"No.{no}は見直し"
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_proposal_typed_over(case: BookCase) -> None:
    no = case.one()
    put(case.cell(no, PROPOSAL), "見直し")
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def a_part_in_invisible_font(case: BookCase) -> None:
    no = case.chosen()
    font = case.rng.choice((InlineFont(color=Color("FFFFFFFF")), InlineFont(sz=1)))
    words = str(case.cell(no, OPINION).value)
    case.cell(no, OPINION).value = CellRichText(TextBlock(font, words))
    case.judge(Verdict.UNCLEAR, no)


@book_edit
def write_a_harmless_note(case: BookCase) -> None:
    """A harmless note above the table."""
    case.sheet["H1"] = "記録：事務局"


def fill_book(book: Workbook, numbers: tuple[int, ...], rng: random.Random) -> dict[int, Fills]:
    """Fill in the entry workbook as a careful officer does; return the opinions by number."""
    case = BookCase(book, dict.fromkeys(numbers, stated(None)), rng)
    for no in numbers:
        remark = rng.choice(REMARKS) if rng.random() < 0.4 else None
        kind = rng.random()
        if kind < 0.55:
            case.opinions[no] = stated(rng.choice(LABELS), remark)
            put(case.cell(no, OPINION), choice_of(case.opinions[no]))
        elif kind < 0.75:
            status = rng.choice(list(STATUSES))
            case.opinions[no] = stated(status, remark)
            put(case.cell(no, OPINION), STATUSES[status])
        else:
            case.opinions[no] = stated(None, remark)
        if remark:
            put(case.cell(no, COMMENT), remark)
    return case.opinions
