"""Edits of a filled-in handout, each with what an attentive reader would then see.

An edit changes the XML of one project's row, or of the file around it, and answers with a
:class:`Verdict` for each project that it concerns. Those that it does not name stay as they
were filled in.
"""

from __future__ import annotations

import copy
import enum
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.model.fills import Fills
from pipeline.model.values import Status
from support.filling import cell_of, click, control, paragraph, row_of, set_text, type_below
from support.records import stated
from support.word import W14, W

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SPACES = (
    f'xmlns:w="{W[1:-1]}" xmlns:w14="{W14[1:-1]}" xmlns:mc="{MC[1:-1]}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
LABELS = ("継続", "一部見直しのうえ継続", "見直し")
PLACES = range(1, 4)
NUMBERS = (1, 2, 3, 4, 5, 6)
NAMES = ("図書館", "バス", "医療", "観光", "防災", "子育て")
# How many files are tried: the gate's, unless the session ``mutations`` says more.
COUNT = int(os.environ.get("SHIRYO_MUTATIONS", "300"))


class Verdict(enum.Enum):
    """What may come of a project's row after an edit."""

    # As it was filled in, and nothing may be asked.
    CLEAN = enum.auto()
    # As it was filled in, or asked.
    SAME = enum.auto()
    # No single truth: asked, or blank with its words kept.
    UNCLEAR = enum.auto()


@dataclass
class Case:
    """A handout while it is edited: its tree, other parts, and what was filled in."""

    tree: Any
    opinions: dict[int, Fills]
    rng: random.Random
    parts: dict[str, str] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)

    def judge(self, verdict: Verdict, *numbers: int) -> None:
        """Make the verdicts graver, never lighter."""
        for no in numbers:
            old = self.verdicts.get(no, Verdict.CLEAN)
            self.verdicts[no] = max(old, verdict, key=lambda each: each.value)

    def target(self, *statuses: Status) -> int:
        """A project, with one of these statuses where there is any."""
        fitting = [no for no, each in self.opinions.items() if each["opinion"].status in statuses]
        return self.rng.choice(fitting or list(self.opinions))

    def chosen(self) -> int:
        return self.target(Status.CHOSEN)

    def blank(self) -> int:
        return self.target(Status.BLANK)

    def all(self) -> tuple[int, ...]:
        return tuple(self.opinions)


Edit = Callable[[Case], None]
# Two of these may undo each other.
OF_THE_TABLE = frozenset(
    {
        # With the cell the mark of where its comment begins or ends is gone.
        "a_comment_on_several_rows",
        "delete_the_cell",
        "delete_the_column",
        "delete_the_headings",
        "delete_headings_and_column",
        "merge_across",
        "delete_a_row",
        "merge_down",
        "rename_the_heading",
        "repeat_a_row",
        "split_the_cell",
        "a_second_column",
        "a_thing_in_a_heading",
    }
)
EDITS: dict[str, Edit] = {}


def edit(made: Edit) -> Edit:
    EDITS[made.__name__] = made
    return made


# ---- what is in a row


def element(xml: str) -> Any:
    """An element of Word's own namespace."""
    head, _, rest = xml.partition(" " if " " in xml.split(">", maxsplit=1)[0] else ">")
    between = " " if " " in xml.split(">", maxsplit=1)[0] else ">"
    if head.endswith("/"):
        return etree.fromstring(f"{head[:-1]} {SPACES}/>")
    return etree.fromstring(f"{head} {SPACES}{between}{rest}")


def cells_in(case: Case, no: int) -> list[Any]:
    return [each for each in row_of_no(case, no) if each.tag == W + "tc"]


def row_of_no(case: Case, no: int) -> Any:
    """The row whose first cell says the number; the controls may be gone."""
    for row in case.tree.iter(W + "tr"):
        texts = [t.text for cell in row.findall(W + "tc")[:1] for t in cell.iter(W + "t")]
        if "".join(filter(None, texts)).strip() == str(no):
            return row
    raise LookupError(no)


def opinion_cell(case: Case, no: int) -> Any:
    return cells_in(case, no)[-1]


def box_line(case: Case, no: int, k: int) -> Any:
    """The paragraph of the k-th box."""
    lines = [p for p in opinion_cell(case, no).iter(W + "p") if text_of(p).strip()]
    return next(p for p in lines if text_of(p).rstrip().endswith(LABELS[k - 1]) and is_box(p, k))


def is_box(line: Any, k: int) -> bool:
    rest = text_of(line).strip()
    return len(rest) <= len(LABELS[k - 1]) + 2


def text_of(each: Any) -> str:
    return "".join(t.text or "" for t in each.iter(W + "t"))


def label_run(case: Case, no: int, k: int) -> Any:
    """The run of the k-th label (the last of its line)."""
    return list(box_line(case, no, k).iter(W + "r"))[-1]


def sign_run(case: Case, no: int, k: int) -> Any:
    return next(iter(box_line(case, no, k).iter(W + "r")))


def choice_of(fills: Fills) -> str | None:
    """The choice that was made, None for any other answer."""
    return str(fills["opinion"].value) if fills["opinion"].status is Status.CHOSEN else None


def ticked(case: Case, no: int) -> int:
    """Which box is ticked; a random one where none is."""
    choice = choice_of(case.opinions[no])
    return LABELS.index(choice) + 1 if choice else case.rng.choice(PLACES)


def another(case: Case, k: int) -> int:
    return case.rng.choice([each for each in PLACES if each != k])


def look(run: Any, xml: str) -> None:
    """Direct formatting of a run."""
    properties = run.find(W + "rPr")
    if properties is None:
        properties = etree.Element(W + "rPr")
        run.insert(0, properties)
    for each in element(f"<w:rPr>{xml}</w:rPr>"):
        properties.append(each)


STRIKES = ("<w:strike/>", "<w:dstrike/>", '<w:strike w:val="1"/>')
FADES = (
    "<w:vanish/>",
    '<w:color w:val="FFFFFF"/>',
    '<w:color w:val="FEFEFE"/>',
    '<w:color w:val="000000" w:themeColor="background1"/>',
    '<w:sz w:val="2"/>',
    '<w:w w:val="1"/>',
    '<w:color w:val="000000"/><w:highlight w:val="black"/>',
    '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
    "<w14:textFill><w14:noFill/></w14:textFill>",
)
STRESSES = (
    '<w:highlight w:val="yellow"/>',
    '<w:u w:val="single"/>',
    '<w:color w:val="FF0000"/>',
    "<w:b/>",
    '<w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>',
    '<w:em w:val="dot"/>',
    '<w:shd w:val="clear" w:color="auto" w:fill="FFC000"/>',
)


# ---- looks


@edit
def strike_the_ticked_label(case: Case) -> None:
    no = case.chosen()
    k = ticked(case, no)
    for run in box_line(case, no, k).iter(W + "r"):
        look(run, case.rng.choice(STRIKES))
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def strike_other_labels(case: Case) -> None:
    """People strike out what was not chosen."""
    no = case.blank()
    k = case.rng.choice(PLACES)
    for other in PLACES:
        if other != k:
            look(label_run(case, no, other), case.rng.choice(STRIKES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def fade_the_tick(case: Case) -> None:
    no = case.chosen()
    look(sign_run(case, no, ticked(case, no)), case.rng.choice(FADES))
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def fade_a_label(case: Case) -> None:
    no = case.chosen()
    look(label_run(case, no, case.rng.choice(PLACES)), case.rng.choice(FADES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def strike_by_style(case: Case) -> None:
    no = case.chosen()
    name = f"Erased{case.rng.randrange(99)}"
    looks = case.rng.choice((*STRIKES, "<w:vanish/>", '<w:color w:val="FFFFFF"/>'))
    kind = case.rng.choice(("character", "paragraph"))
    base = '<w:basedOn w:val="Choice"/>' if kind == "paragraph" else ""
    case.parts["styles"] = (
        case.parts.get("styles", "")
        + f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f"{base}<w:rPr>{looks}</w:rPr></w:style>"
    )
    line = box_line(case, no, ticked(case, no))
    if kind == "paragraph":
        line.find(f"{W}pPr/{W}pStyle").set(W + "val", name)
    else:
        for run in line.iter(W + "r"):
            properties = run.find(W + "rPr")
            if properties is None:
                properties = etree.Element(W + "rPr")
                run.insert(0, properties)
            properties.insert(0, element(f'<w:rStyle w:val="{name}"/>'))
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def stress_a_label_nobody_ticked(case: Case) -> None:
    no = case.target(Status.CHOSEN, Status.BLANK)
    k = another(case, ticked(case, no)) if choice_of(case.opinions[no]) else case.rng.choice(PLACES)
    look(label_run(case, no, k), case.rng.choice(STRESSES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def stress_the_ticked_label(case: Case) -> None:
    no = case.chosen()
    if choice_of(case.opinions[no]):
        look(label_run(case, no, ticked(case, no)), case.rng.choice(STRESSES))
        case.judge(Verdict.SAME, no)


@edit
def frame_a_line(case: Case) -> None:
    """A paragraph's frame or ground marks a choice as well."""
    no = case.target(Status.CHOSEN, Status.BLANK)
    k = another(case, ticked(case, no)) if choice_of(case.opinions[no]) else case.rng.choice(PLACES)
    looks = (
        '<w:pBdr><w:bottom w:val="single" w:sz="4"/></w:pBdr>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
    )
    looked = box_line(case, no, k).find(W + "pPr")
    if looked is None:
        raise LookupError(no)
    looked.append(element(case.rng.choice(looks)))
    case.judge(Verdict.UNCLEAR, no)


@edit
def cross_the_cell_out(case: Case) -> None:
    no = case.rng.choice(case.all())
    line = case.rng.choice(("tl2br", "tr2bl"))
    borders = element(f'<w:tcBorders><w:{line} w:val="single"/></w:tcBorders>')
    opinion_cell(case, no).find(W + "tcPr").append(borders)
    case.judge(Verdict.UNCLEAR, no)


@edit
def hide_the_row(case: Case) -> None:
    no = case.rng.choice(case.all())
    row = row_of_no(case, no)
    properties = row.find(W + "trPr")
    if properties is None:
        properties = etree.Element(W + "trPr")
        row.insert(0, properties)
    xml = case.rng.choice(("<w:hidden/>", '<w:trHeight w:val="10" w:hRule="exact"/>'))
    properties.append(element(xml))
    case.judge(Verdict.UNCLEAR, no)


@edit
def strike_the_whole_row(case: Case) -> None:
    no = case.rng.choice(case.all())
    for run in row_of_no(case, no).iter(W + "r"):
        look(run, "<w:strike/>")
    case.judge(Verdict.UNCLEAR, no)


# ---- boxes and labels


@edit
def delete_a_label(case: Case) -> None:
    no = case.target(Status.CHOSEN, Status.BLANK)
    for text in label_run(case, no, case.rng.choice(PLACES)).iter(W + "t"):
        text.text = ""
    case.judge(Verdict.UNCLEAR, no)


@edit
def delete_a_box_line(case: Case) -> None:
    no = case.target(Status.CHOSEN, Status.BLANK)
    k = case.rng.choice(PLACES)
    line = box_line(case, no, k)
    line.getparent().remove(line)
    case.judge(Verdict.UNCLEAR if k == ticked(case, no) else Verdict.SAME, no)


@edit
def swap_two_labels(case: Case) -> None:
    no = case.chosen()
    first, second = case.rng.sample(list(PLACES), 2)
    one, other = label_run(case, no, first), label_run(case, no, second)
    texts = [text_of(one), text_of(other)]
    if texts[0] == texts[1]:
        raise LookupError(no)
    next(one.iter(W + "t")).text, next(other.iter(W + "t")).text = texts[1], texts[0]
    case.judge(Verdict.UNCLEAR, no)


CONTINUATIONS = (
    "しない",
    "は不要",
    "ではなく見直し",
    "（反対）",
    " ×",
    " 5名",
    "：3票",
    "とは言えない",
    "に反対",
    "？",
    "→見直し",
    "（案）は取り下げ",
    "の方向だが保留",
)


@edit
def label_goes_on(case: Case) -> None:
    no = case.chosen()
    run = label_run(case, no, ticked(case, no))
    list(run.iter(W + "t"))[-1].text += case.rng.choice(CONTINUATIONS)
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def label_goes_on_in_the_next_line(case: Case) -> None:
    no = case.chosen()
    words = case.rng.choice(
        ("しない", "ではない", "には反対", "ではなく、見直しとする", "を取り消す")
    )
    line = box_line(case, no, ticked(case, no))
    if case.rng.random() < 0.5:
        line.addnext(paragraph(words))
    else:
        run = list(line.iter(W + "r"))[-1]
        etree.SubElement(run, W + "br")
        etree.SubElement(run, W + "t").text = words
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def tick_a_second_box(case: Case) -> None:
    no = case.chosen()
    if choice_of(case.opinions[no]):
        k = another(case, ticked(case, no))
        type_sign(case, no, k, case.rng.choice("■☑レ○✓●"))
        case.judge(Verdict.UNCLEAR, no)


def type_sign(case: Case, no: int, k: int, sign: str) -> None:
    """A sign typed over the box."""
    texts = list(sign_run(case, no, k).iter(W + "t"))
    texts[0].text = sign + (texts[0].text or "")[1:]


@edit
def an_unclear_sign(case: Case) -> None:
    no = case.target(Status.BLANK, Status.CHOSEN)
    type_sign(case, no, case.rng.choice(PLACES), case.rng.choice("×△✗・?－★◇"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def clear_the_mark_and_leave_the_state(case: Case) -> None:
    no = case.chosen()
    if choice_of(case.opinions[no]) and list(opinion_cell(case, no).iter(W + "sdt")):
        for state in case.tree.iter(W14 + "checked"):
            tag = state.getparent().getparent().find(W + "tag")
            if tag is not None and tag.get(W + "val") == f"opinion.{no}.{ticked(case, no)}":
                state.set(W14 + "val", "1")
        type_sign(case, no, ticked(case, no), "□")
        case.judge(Verdict.UNCLEAR, no)


@edit
def add_a_choice_by_hand(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(
        paragraph(case.rng.choice(("■ 廃止", "□ 廃止", "■ 拡充して継続")))
    )
    case.judge(Verdict.UNCLEAR, no)


@edit
def write_a_word_besides_a_tick(case: Case) -> None:
    no = case.chosen()
    if choice_of(case.opinions[no]):
        words = ("保留", "意見なし", "意見が分かれた", "案のとおり", "見直し", "継続")
        word = case.rng.choice([w for w in words if w != choice_of(case.opinions[no])])
        opinion_cell(case, no).append(paragraph(word))
        case.judge(Verdict.UNCLEAR, no)


CORRECTIONS = (
    "訂正：見直し",
    "⇒ 見直しに変更",
    "→継続",
    "継続 5名　見直し 3名",
    "やはり見直しとする",
    "案のとおりではない",
    "見直しは不要との意見",
    "上記を取り消す",
    "継続に反対",
    "□の印は誤り",
)


@edit
def write_a_correction_below(case: Case) -> None:
    no = case.target(Status.CHOSEN, Status.DEFERRED)
    opinion_cell(case, no).append(paragraph(case.rng.choice(CORRECTIONS)))
    case.judge(Verdict.UNCLEAR, no)


@edit
def wrapped_words(case: Case) -> None:
    no = case.blank()
    words = case.rng.choice(
        ("案のとおり\nではない", "見直し\nは不要", "継続\nしない", "保留\nではない")
    )
    opinion_cell(case, no).append(paragraph(words))
    case.judge(Verdict.UNCLEAR, no)


# ---- things


def thing(case: Case) -> str:
    box = (
        '<w:r><w:drawing><wp:anchor><wp:docPr id="9" name="a"/><a:graphic><a:graphicData>'
        "<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>見直し</w:t></w:r></w:p>"
        "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
    oval = '<w:r><w:pict><v:oval style="width:40pt"/></w:pict></w:r>'
    choice = f"<mc:Choice Requires='wps'>{box[5:-6]}</mc:Choice>"
    shape = f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"
    fields = (
        '<w:fldSimple w:instr=" QUOTE x "><w:r><w:t>見直し</w:t></w:r></w:fldSimple>',
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox>'
            '</w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
    )
    comment = '<w:r><w:commentReference w:id="7"/></w:r>'
    note = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    ole = "<w:r><w:object/></w:r>"
    sym = '<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>'
    return case.rng.choice((box, oval, shape, *fields, comment, note, ole, sym))


@edit
def a_thing_in_the_cell(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(element(f"<w:p>{thing(case)}</w:p>"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_thing_elsewhere_in_the_row(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = case.rng.choice(cells_in(case, no)[:-1])
    cell.append(element(f"<w:p>{thing(case)}</w:p>"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_floating_thing(case: Case) -> None:
    """A shape that is anchored in one row and may lie over any other."""
    no = case.rng.choice(case.all())
    cell = case.rng.choice(cells_in(case, no))
    cell.append(element("<w:p><w:r><w:drawing><wp:anchor/></w:drawing></w:r></w:p>"))
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def a_comment_on_several_rows(case: Case) -> None:
    # In the order of the file: the numbers of two rows may have been swapped.
    order = list(case.tree.iter(W + "tc"))
    at = {no: order.index(cells_in(case, no)[2]) for no in case.all()}
    numbers = sorted(at, key=lambda no: at[no])
    first, last = sorted(case.rng.sample(range(len(numbers)), 2))
    one, other = (cells_in(case, numbers[each])[2] for each in (first, last))
    next(one.iter(W + "p")).append(element('<w:commentRangeStart w:id="7"/>'))
    next(other.iter(W + "p")).append(element('<w:commentRangeEnd w:id="7"/>'))
    case.judge(Verdict.UNCLEAR, *numbers[first : last + 1])


@edit
def a_thing_in_a_heading(case: Case) -> None:
    heads = [row for row in case.tree.iter(W + "tr") if list(row.iter(W + "tblHeader"))]
    words = f"<w:r><w:t>{case.rng.choice(('全件、案のとおり', '■', 'すべて見直し'))}</w:t></w:r>"
    made = case.rng.choice((thing(case), words))
    case.rng.choice(heads[-1].findall(W + "tc")).append(element(f"<w:p>{made}</w:p>"))
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def a_thing_below_the_table(case: Case) -> None:
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    table.addnext(element(f"<w:p>{thing(case)}</w:p>"))
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def a_bound_control(case: Case) -> None:
    no = case.chosen()
    for properties in opinion_cell(case, no).iter(W + "sdtPr"):
        properties.append(element('<w:dataBinding w:xpath="/x" w:storeItemID="{1}"/>'))
        case.judge(Verdict.UNCLEAR, no)
        return


@edit
def a_drop_down_in_the_cell(case: Case) -> None:
    no = case.blank()
    opinion_cell(case, no).append(
        element(
            "<w:p><w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:r><w:t>見直し</w:t>"
            "</w:r></w:sdtContent></w:sdt></w:p>"
        )
    )
    case.judge(Verdict.UNCLEAR, no)


@edit
def copy_the_boxes_into_another_row(case: Case) -> None:
    first, second = case.rng.sample(list(case.all()), 2)
    target, source = opinion_cell(case, second), opinion_cell(case, first)
    if not list(source.iter(W + "sdt")):
        return
    for each in list(target):
        if each.tag != W + "tcPr":
            target.remove(each)
    for each in source:
        if each.tag != W + "tcPr":
            target.append(copy.deepcopy(each))
    case.judge(Verdict.UNCLEAR, first, second)


# ---- the table


@edit
def delete_the_cell(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = case.rng.choice(cells_in(case, no))
    cell.getparent().remove(cell)
    case.judge(Verdict.UNCLEAR, no)


@edit
def delete_the_column(case: Case) -> None:
    """The council's column is gone: the proposals are the last cells now."""
    for row in list(case.tree.iter(W + "tr")):
        cells = row.findall(W + "tc")
        if cells:
            row.remove(cells[-1])
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def delete_the_headings(case: Case) -> None:
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    for row in table.findall(W + "tr"):
        if row.find(f"{W}trPr/{W}tblHeader") is not None:
            table.remove(row)
    case.judge(Verdict.SAME, *case.all())


@edit
def delete_headings_and_column(case: Case) -> None:
    delete_the_headings(case)
    delete_the_column(case)


@edit
def merge_down(case: Case) -> None:
    numbers = sorted(case.all())
    at = case.rng.randrange(len(numbers) - 1)
    first, second = numbers[at], numbers[at + 1]
    k = case.rng.choice((-1, -1, -2, 1))
    one, other = cells_in(case, first)[k], cells_in(case, second)[k]
    one.find(W + "tcPr").append(element('<w:vMerge w:val="restart"/>'))
    other.find(W + "tcPr").append(element("<w:vMerge/>"))
    if case.rng.random() < 0.5:
        set_text(other, "")
    case.judge(Verdict.UNCLEAR, first, second)


@edit
def merge_across(case: Case) -> None:
    no = case.rng.choice(case.all())
    proposal, opinion = cells_in(case, no)[-2:]
    for each in list(opinion):
        if each.tag != W + "tcPr":
            proposal.append(each)
    opinion.getparent().remove(opinion)
    proposal.find(W + "tcPr").append(element('<w:gridSpan w:val="2"/>'))
    case.judge(Verdict.UNCLEAR, no)


@edit
def split_the_cell(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = opinion_cell(case, no)
    second = copy.deepcopy(cell)
    for sdt in list(second.iter(W + "sdt")):
        sdt.getparent().remove(sdt)
    set_text(second, case.rng.choice(("見直し", "継続", "")))
    cell.addnext(second)
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_second_column(case: Case) -> None:
    """A column of the same heading, or one under 前回, beside or before the council's."""
    title = case.rng.choice(("懇談会意見", "前回\n懇談会意見", "懇談会意見\n※ 懇談会当日使用欄"))
    before = case.rng.random() < 0.5
    for row in list(case.tree.iter(W + "tr")):
        cells = row.findall(W + "tc")
        if not cells:
            continue
        made = element("<w:tc><w:tcPr/></w:tc>")
        is_head = row.find(f"{W}trPr/{W}tblHeader") is not None
        made.append(paragraph(title if is_head else case.rng.choice(("継続", "見直し"))))
        if before:
            cells[-1].addprevious(made)
        else:
            cells[-1].addnext(made)
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def rename_the_heading(case: Case) -> None:
    """The column's heading now says that it is another meeting's."""
    words = case.rng.choice(("前回の意見", "第１回懇談会意見", "作業部会意見"))
    texts = [text for text in case.tree.iter(W + "t") if text.text == "懇談会意見"]
    texts[0].text = words
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def repeat_a_row(case: Case) -> None:
    no = case.rng.choice(case.all())
    row = row_of_no(case, no)
    second = copy.deepcopy(row)
    row.addnext(second)
    case.judge(Verdict.UNCLEAR, no)


@edit
def swap_two_numbers(case: Case) -> None:
    first, second = case.rng.sample(list(case.all()), 2)
    one, other = cells_in(case, first)[0], cells_in(case, second)[0]
    set_text(one, str(second))
    set_text(other, str(first))
    case.judge(Verdict.UNCLEAR, first, second)


@edit
def change_a_name(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = cells_in(case, no)[1]
    set_text(cell, case.rng.choice((text_of(cell) + "（改）", "別の事業", "")))
    case.judge(Verdict.UNCLEAR, no)


@edit
def delete_a_row(case: Case) -> None:
    # With a row goes the shape that is anchored in it and may lie over any other.
    rows = [no for no in case.all() if not list(row_of_no(case, no).iter("{*}anchor"))]
    no = case.rng.choice(rows)
    row = row_of_no(case, no)
    row.getparent().remove(row)
    case.opinions[no] = stated(None)
    case.judge(Verdict.SAME, no)


@edit
def a_word_as_a_remark(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(paragraph(case.rng.choice(("却下", "承認。", "議長一任"))))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_row_of_its_own(case: Case) -> None:
    """A remark typed in a row below the project's."""
    no = case.rng.choice(case.all())
    row = row_of_no(case, no)
    words = case.rng.choice(("時期を示すこと。", "見直しとする", "上の印は誤り"))
    made = element("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>")
    made[0].append(paragraph(words))
    row.addnext(made)
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_row_above_the_projects(case: Case) -> None:
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    heads = [row for row in table.iter(W + "tr") if list(row.iter(W + "tblHeader"))]
    made = element("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>")
    made[0].append(paragraph(case.rng.choice(("作業部会の結果を転記", "第１回の結果"))))
    (heads[0].addprevious if case.rng.random() < 0.5 else heads[-1].addnext)(made)
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def a_plain_remark_near_the_table(case: Case) -> None:
    """Between its halves, in a table of its own, or with a place of its own on the page."""
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    said_there = "<w:p>{}<w:r><w:t>時期を示すこと。</w:t></w:r></w:p>"
    frame = '<w:pPr><w:framePr w:hAnchor="page" w:x="9000"/></w:pPr>'
    way = case.rng.randrange(3)
    if way == 0:
        rest = etree.Element(W + "tbl")
        last = max(case.all(), key=lambda no: list(table).index(row_of_no(case, no)))
        rest.append(row_of_no(case, last))
        table.addnext(rest)
        table.addnext(element(said_there.format("")))
    elif way == 1:
        table.addnext(element(f"<w:tbl><w:tr><w:tc>{said_there.format('')}</w:tc></w:tr></w:tbl>"))
    else:
        table.addnext(element(said_there.format(frame)))
    case.judge(Verdict.UNCLEAR, *case.all())


# ---- written in the wrong place


@edit
def a_remark_in_another_cell(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = case.rng.choice(cells_in(case, no)[:-1])
    cell.append(paragraph(case.rng.choice(("時期を示すこと。", "見直し", "継続でよい", "5名賛成"))))
    case.judge(Verdict.UNCLEAR, no)


@edit
def tick_in_the_proposal(case: Case) -> None:
    no = case.blank()
    cell = cells_in(case, no)[-2]
    before = "".join(text_of(cell).split())
    texts = [t for t in cell.iter(W + "t") if (t.text or "").startswith(("□", "■"))]
    for text in texts:
        text.text = "□" + text.text[1:]
    text = case.rng.choice(texts)
    text.text = "■" + text.text[1:]
    if before == "".join(text_of(cell).split()):
        raise LookupError(no)
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_text_below_the_table(case: Case) -> None:
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    no = case.rng.choice(case.all())
    text, numbers = case.rng.choice(
        (
            (f"No.{no}は見直しとする。", (no,)),
            (f"※ 事業{no}について、時期を示すこと。", (no,)),
            ("全件、案のとおりとする。", case.all()),
            ("上の印は訂正します。", case.all()),
            (f"{no}番は保留", (no,)),
        )
    )
    table.addnext(paragraph(text))
    case.judge(Verdict.UNCLEAR, *numbers)
    case.judge(Verdict.SAME, *case.all())


# ---- nothing that matters


@edit
def reword_the_reasoning(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = cells_in(case, no)[-3]
    set_text(cell, text_of(cell).replace("取組", "取り組み"))
    case.judge(Verdict.CLEAN, no)


@edit
def retitle(case: Case) -> None:
    for text in case.tree.iter(W + "t"):
        if text.text == "方針一覧":
            text.text = "方針一覧（修正版）"


@edit
def track_a_tick(case: Case) -> None:
    """A tick typed with tracked changes: the old sign deleted, the new one inserted."""
    no = case.blank()
    if case.opinions[no] != stated(None) or case.verdicts.get(no):
        return
    k = case.rng.choice(PLACES)
    run = sign_run(case, no, k)
    new = copy.deepcopy(run)
    for text in new.iter(W + "t"):
        text.text = "■" + (text.text or "")[1:]
    old = next(run.iter(W + "t"))
    old.tag = W + "delText"
    deleted, inserted = element('<w:del w:id="1"/>'), element('<w:ins w:id="2"/>')
    run.addprevious(deleted)
    deleted.append(run)
    inserted.append(new)
    deleted.addnext(inserted)
    case.opinions[no] = stated(LABELS[k - 1])
    case.judge(Verdict.SAME, no)


@edit
def a_name_below_the_table(case: Case) -> None:
    """A note that speaks of no project is listed, and nothing is asked."""
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    words = ("委員氏名：山田太郎", "記録：事務局 佐藤", "（了）", "P.1／2")
    table.addnext(paragraph(case.rng.choice(words)))


@edit
def empty_lines(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(paragraph(""))
    case.judge(Verdict.CLEAN, no)


# ---- what careful officers do

REMARKS = (
    "時期を示すこと。",
    "次回に改めて聞く。",
    "再度の検討を求める。\n時期を示すこと。",
    "両方の意見があった。",
    "なお、費用の内訳を示すこと。",
    "利用者の声を聞いてほしい。",
    "異議なし。",
    "㈱葛󠄀城との調整を進めること。",
)
STATUSES = {
    Status.NO_OPINION: "意見なし",
    Status.DEFERRED: "保留",
    Status.DIVIDED: "意見が分かれた",
}


def fill_in(tree: Any, numbers: tuple[int, ...], rng: random.Random) -> dict[int, Fills]:
    """Fill the handout in as a careful officer does; what was said of each project."""
    filled: dict[int, Fills] = {}
    for no in numbers:
        remark = rng.choice(REMARKS) if rng.random() < 0.4 else None
        kind = rng.random()
        if kind < 0.55:
            k = rng.choice(PLACES)
            filled[no] = stated(LABELS[k - 1], remark)
            if rng.random() < 0.5:
                click(tree, no, k)
            else:
                (text,) = control(tree, no, k).iter(W + "t")
                text.text = rng.choice("■☑レ○✓")
        elif kind < 0.75:
            status = rng.choice(list(STATUSES))
            filled[no] = stated(status, remark)
            type_below(tree, no, STATUSES[status])
        else:
            filled[no] = stated(None, remark)
        for line in remark.split("\n") if remark else ():
            type_below(tree, no, line)
    return filled


__all__ = ["EDITS", "Case", "Verdict", "cell_of", "fill_in", "row_of"]
