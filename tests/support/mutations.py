"""Edits of a filled-in handout, each with the allowed results of reading it.

An edit changes the XML of one project's row or of other parts of the file, and gives a
:class:`Verdict` for each affected project. All other projects must be read as filled in.
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
# The number of tested files: the gate's; the session ``mutations`` sets a higher one.
COUNT = int(os.environ.get("SHIRYO_MUTATIONS", "300"))


class Verdict(enum.Enum):
    """The allowed results of reading a project's row after an edit."""

    # As filled in, and not asked.
    CLEAN = enum.auto()
    # As filled in, or asked.
    SAME = enum.auto()
    # The opinion is ambiguous: it is asked, or blank with its words kept.
    UNCLEAR = enum.auto()


@dataclass
class Case:
    """A handout during editing: its tree, other parts, opinions, and verdicts so far."""

    tree: Any
    opinions: dict[int, Fills]
    rng: random.Random
    parts: dict[str, str] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)

    def judge(self, verdict: Verdict, *numbers: int) -> None:
        """Raise the verdicts of these projects to ``verdict``; never lower them."""
        for no in numbers:
            old = self.verdicts.get(no, Verdict.CLEAN)
            self.verdicts[no] = max(old, verdict, key=lambda each: each.value)

    def target(self, *statuses: Status) -> int:
        """A random project, with one of these statuses if there is any."""
        fitting = [no for no, each in self.opinions.items() if each["opinion"].status in statuses]
        return self.rng.choice(fitting or list(self.opinions))

    def chosen(self) -> int:
        return self.target(Status.CHOSEN)

    def blank(self) -> int:
        return self.target(Status.BLANK)

    def all(self) -> tuple[int, ...]:
        return tuple(self.opinions)


Edit = Callable[[Case], None]
# Two of these edits may undo each other.
OF_THE_TABLE = frozenset(
    {
        # Deleting the cell also deletes the mark where a comment begins or ends.
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
        "a_word_object_in_a_heading",
    }
)
EDITS: dict[str, Edit] = {}


def edit(made: Edit) -> Edit:
    EDITS[made.__name__] = made
    return made


# ---- parts of a row


def element(xml: str) -> Any:
    """An element from XML with Word's namespaces."""
    head, _, rest = xml.partition(" " if " " in xml.split(">", maxsplit=1)[0] else ">")
    between = " " if " " in xml.split(">", maxsplit=1)[0] else ">"
    if head.endswith("/"):
        return etree.fromstring(f"{head[:-1]} {SPACES}/>")
    return etree.fromstring(f"{head} {SPACES}{between}{rest}")


def cells_in(case: Case, no: int) -> list[Any]:
    return [each for each in row_of_no(case, no) if each.tag == W + "tc"]


def row_of_no(case: Case, no: int) -> Any:
    """The row whose first cell contains the number; its controls may be missing."""
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
    """The run of the k-th label, the last run of its line."""
    return list(box_line(case, no, k).iter(W + "r"))[-1]


def sign_run(case: Case, no: int, k: int) -> Any:
    return next(iter(box_line(case, no, k).iter(W + "r")))


def choice_of(fills: Fills) -> str | None:
    """The choice of an opinion; None for any other status."""
    return str(fills["opinion"].value) if fills["opinion"].status is Status.CHOSEN else None


def ticked(case: Case, no: int) -> int:
    """The number of the ticked box; a random one if none is ticked."""
    choice = choice_of(case.opinions[no])
    return LABELS.index(choice) + 1 if choice else case.rng.choice(PLACES)


def another(case: Case, k: int) -> int:
    return case.rng.choice([each for each in PLACES if each != k])


def format_run(run: Any, xml: str) -> None:
    """Add direct formatting to a run."""
    properties = run.find(W + "rPr")
    if properties is None:
        properties = etree.Element(W + "rPr")
        run.insert(0, properties)
    for child in element(f"<w:rPr>{xml}</w:rPr>"):
        properties.append(child)


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


# ---- formatting


@edit
def strike_the_ticked_label(case: Case) -> None:
    no = case.chosen()
    k = ticked(case, no)
    for run in box_line(case, no, k).iter(W + "r"):
        format_run(run, case.rng.choice(STRIKES))
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def strike_other_labels(case: Case) -> None:
    """Strike out the labels that were not chosen."""
    no = case.blank()
    k = case.rng.choice(PLACES)
    for other in PLACES:
        if other != k:
            format_run(label_run(case, no, other), case.rng.choice(STRIKES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def fade_the_tick(case: Case) -> None:
    no = case.chosen()
    format_run(sign_run(case, no, ticked(case, no)), case.rng.choice(FADES))
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def fade_a_label(case: Case) -> None:
    no = case.chosen()
    format_run(label_run(case, no, case.rng.choice(PLACES)), case.rng.choice(FADES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def strike_by_style(case: Case) -> None:
    no = case.chosen()
    name = f"Erased{case.rng.randrange(99)}"
    formatting = case.rng.choice((*STRIKES, "<w:vanish/>", '<w:color w:val="FFFFFF"/>'))
    kind = case.rng.choice(("character", "paragraph"))
    base = '<w:basedOn w:val="Choice"/>' if kind == "paragraph" else ""
    case.parts["styles"] = (
        case.parts.get("styles", "")
        + f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f"{base}<w:rPr>{formatting}</w:rPr></w:style>"
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
def stress_an_unticked_label(case: Case) -> None:
    no = case.target(Status.CHOSEN, Status.BLANK)
    k = another(case, ticked(case, no)) if choice_of(case.opinions[no]) else case.rng.choice(PLACES)
    format_run(label_run(case, no, k), case.rng.choice(STRESSES))
    case.judge(Verdict.UNCLEAR, no)


@edit
def stress_the_ticked_label(case: Case) -> None:
    no = case.chosen()
    if choice_of(case.opinions[no]):
        format_run(label_run(case, no, ticked(case, no)), case.rng.choice(STRESSES))
        case.judge(Verdict.SAME, no)


@edit
def frame_a_line(case: Case) -> None:
    """A paragraph's border or background may mark a choice, too."""
    no = case.target(Status.CHOSEN, Status.BLANK)
    k = another(case, ticked(case, no)) if choice_of(case.opinions[no]) else case.rng.choice(PLACES)
    formatting = (
        '<w:pBdr><w:bottom w:val="single" w:sz="4"/></w:pBdr>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
    )
    properties = box_line(case, no, k).find(W + "pPr")
    if properties is None:
        raise LookupError(no)
    properties.append(element(case.rng.choice(formatting)))
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
        format_run(run, "<w:strike/>")
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
def label_continues(case: Case) -> None:
    no = case.chosen()
    run = label_run(case, no, ticked(case, no))
    list(run.iter(W + "t"))[-1].text += case.rng.choice(CONTINUATIONS)
    case.judge(Verdict.UNCLEAR if choice_of(case.opinions[no]) else Verdict.SAME, no)


@edit
def label_continues_in_the_next_line(case: Case) -> None:
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
    """Type a sign over the box."""
    texts = list(sign_run(case, no, k).iter(W + "t"))
    texts[0].text = sign + (texts[0].text or "")[1:]


@edit
def an_unclear_sign(case: Case) -> None:
    no = case.target(Status.BLANK, Status.CHOSEN)
    type_sign(case, no, case.rng.choice(PLACES), case.rng.choice("×△✗・?－★◇"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def clear_the_mark_but_not_the_state(case: Case) -> None:
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


# ---- objects


def word_object(case: Case) -> str:
    """XML of a random object: text box, shape, field, comment, footnote, OLE object, symbol."""
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
def a_word_object_in_the_cell(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(element(f"<w:p>{word_object(case)}</w:p>"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_word_object_elsewhere_in_the_row(case: Case) -> None:
    no = case.rng.choice(case.all())
    cell = case.rng.choice(cells_in(case, no)[:-1])
    cell.append(element(f"<w:p>{word_object(case)}</w:p>"))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_floating_object(case: Case) -> None:
    """A shape that is anchored in one row and may cover any other."""
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
def a_word_object_in_a_heading(case: Case) -> None:
    heads = [row for row in case.tree.iter(W + "tr") if list(row.iter(W + "tblHeader"))]
    words = f"<w:r><w:t>{case.rng.choice(('全件、案のとおり', '■', 'すべて見直し'))}</w:t></w:r>"
    made = case.rng.choice((word_object(case), words))
    case.rng.choice(heads[-1].findall(W + "tc")).append(element(f"<w:p>{made}</w:p>"))
    case.judge(Verdict.UNCLEAR, *case.all())


@edit
def a_word_object_below_the_table(case: Case) -> None:
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    table.addnext(element(f"<w:p>{word_object(case)}</w:p>"))
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
    for child in list(target):
        if child.tag != W + "tcPr":
            target.remove(child)
    for child in source:
        if child.tag != W + "tcPr":
            target.append(copy.deepcopy(child))
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
    """Delete the council's column: the proposals are now the last cells."""
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
    for child in list(opinion):
        if child.tag != W + "tcPr":
            proposal.append(child)
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
    """Add a column with the same heading, or one under 前回, next to the council's column."""
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
    """Change the column's heading to that of another meeting."""
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
    # A shape that is anchored in the row, and may cover other rows, would be deleted, too.
    rows = [no for no in case.all() if not list(row_of_no(case, no).iter("{*}anchor"))]
    no = case.rng.choice(rows)
    row = row_of_no(case, no)
    row.getparent().remove(row)
    case.opinions[no] = stated(None)
    case.judge(Verdict.SAME, no)


@edit
def a_word_typed_as_a_remark(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(paragraph(case.rng.choice(("却下", "承認。", "議長一任"))))
    case.judge(Verdict.UNCLEAR, no)


@edit
def a_row_for_a_remark(case: Case) -> None:
    """A remark typed in an additional row below the project's."""
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
    """A remark between two halves of the table, in a separate table, or in a placed frame."""
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    remark = "<w:p>{}<w:r><w:t>時期を示すこと。</w:t></w:r></w:p>"
    frame = '<w:pPr><w:framePr w:hAnchor="page" w:x="9000"/></w:pPr>'
    kind = case.rng.randrange(3)
    if kind == 0:
        rest = etree.Element(W + "tbl")
        last = max(case.all(), key=lambda no: list(table).index(row_of_no(case, no)))
        rest.append(row_of_no(case, last))
        table.addnext(rest)
        table.addnext(element(remark.format("")))
    elif kind == 1:
        table.addnext(element(f"<w:tbl><w:tr><w:tc>{remark.format('')}</w:tc></w:tr></w:tbl>"))
    else:
        table.addnext(element(remark.format(frame)))
    case.judge(Verdict.UNCLEAR, *case.all())


# ---- text in the wrong place


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


# ---- harmless edits


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
    """A tick with tracked changes: the old sign is deleted, the new one inserted."""
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
    """A note that mentions no project is listed, and nothing is asked."""
    (table,) = list(case.tree.iter(W + "tbl"))[:1]
    words = ("委員氏名：山田太郎", "記録：事務局 佐藤", "（了）", "P.1／2")
    table.addnext(paragraph(case.rng.choice(words)))


@edit
def empty_lines(case: Case) -> None:
    no = case.rng.choice(case.all())
    opinion_cell(case, no).append(paragraph(""))
    case.judge(Verdict.CLEAN, no)


# ---- filling in as a careful officer

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
    """Fill in the handout as a careful officer does; return the opinions by number."""
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
