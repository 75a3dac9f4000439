"""The top line of the page: the current status and the next step, in two sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Failure:
    """Why reading the master or making the documents failed: problem, reason, next step."""

    headline: str
    detail: str
    next: str


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """The facts that determine the top line.

    ``is_unknown``: the master's table fits no form. ``made``: the names of the existing
    documents; ``held_back``: of those that an error prevented. ``has_results``: the results
    edition exists. ``is_outdated``: the documents are of an older master or of older opinions;
    ``is_older``: of an older master. ``unsettled``: the number of opinions that the user has to
    confirm; ``waiting``: of files to accept; ``refused``: of files that can't be accepted.
    ``is_only``: the form has no columns to fill in, so no meeting follows. ``is_live``: the page
    watches the folder and has buttons.
    """

    master: str | None = None
    failure: Failure | None = None
    is_unknown: bool = False
    errors: int = 0
    warnings: int = 0
    made: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    has_results: bool = False
    is_outdated: bool = False
    is_older: bool = False
    projects: int = 0
    opinions: int = 0
    unsettled: int = 0
    waiting: int = 0
    refused: int = 0
    work: str | None = None
    is_only: bool = False
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """The top line; ``step`` is the part of the page where the user takes the next step."""

    tone: str
    headline: str
    detail: str
    next: str
    step: str


def standing(facts: StandingFacts) -> Standing:
    """The top line: the first of these cases that applies."""
    if facts.work is not None:
        return Standing("work", "作っています", facts.work, "このままお待ちください。", "meeting")
    return (
        _without_master(facts)
        or _blocked(facts)
        or _to_be_accepted(facts)
        or _with_refused(_before_the_meeting(facts) or _after_the_meeting(facts), facts)
    )


def _with_refused(line: Standing, facts: StandingFacts) -> Standing:
    if not facts.refused:
        return line
    refused = f"取り込めないファイルが {facts.refused} 件あります（「当日」をご覧ください）。"
    return replace(line, detail=line.detail + refused)


def _without_master(facts: StandingFacts) -> Standing | None:
    if facts.is_unknown:
        return Standing(
            "attention",
            "この表に合う様式がまだありません",
            "見出しから様式を提案できます。",
            "「台帳」で提案を確かめ、［この様式を作って使う］を押してください。",
            "master",
        )
    if facts.failure is not None:
        return Standing(
            "error", facts.failure.headline, facts.failure.detail, facts.failure.next, "findings"
        )
    if facts.master is None:
        return Standing(
            "start",
            "台帳を入れてください",
            "まだ台帳がありません。",
            "いまお使いの Excel の台帳を、この画面のどこかにドラッグしてください。",
            "master",
        )
    return None


def _blocked(facts: StandingFacts) -> Standing | None:
    if not facts.errors or (facts.made and not facts.is_outdated):
        return None
    missing = "・".join(facts.held_back) or "資料"
    older = "下の資料は、直す前の台帳で作ったものです。" if facts.made else ""
    return Standing(
        "error",
        f"誤りが {facts.errors} 件あるため、{missing}を作っていません",
        older,
        "「指摘」を見て台帳を直し、Excel で保存してください。"
        + ("保存すると自動で作り直します。" if facts.is_live else "そのあと、作り直してください。"),
        "findings",
    )


def _to_be_accepted(facts: StandingFacts) -> Standing | None:
    if facts.waiting:
        return Standing(
            "attention",
            f"まだ取り込んでいないファイルが {facts.waiting} 件あります",
            "記入された資料、当日入力のブック、または仕上げた会議録です。",
            "「当日」で内容を確かめ、取り込んでください。",
            "day",
        )
    if facts.unsettled:
        return Standing(
            "attention",
            f"読み取りを決められなかった意見が {facts.unsettled} 件あります",
            "",
            "「当日」で、どう読むかを選んでください。",
            "day",
        )
    return None


def _before_the_meeting(facts: StandingFacts) -> Standing | None:
    if facts.opinions:
        return None
    if not facts.made:
        return Standing(
            "attention",
            "まだ資料を作っていません",
            "台帳は読み取れました。",
            f"「{'資料' if facts.is_only else '会議用'}」の［作り直す］を押してください。",
            "meeting",
        )
    if facts.is_older:
        return Standing(
            "work",
            "資料を作り直します",
            "下の資料は、直す前の台帳で作ったものです。",
            "このままお待ちください。",
            "meeting",
        )
    if facts.is_only:
        next_step = "ページを確かめて印刷します。"
        return Standing("ok", "資料ができています", _warnings_text(facts), next_step, "meeting")
    return Standing(
        "ok",
        "会議用の資料ができています",
        _warnings_text(facts),
        "ページを確かめて印刷します。"
        + ("会議の当日は「当日」に意見を入れます。" if facts.is_live else ""),
        "meeting",
    )


def _after_the_meeting(facts: StandingFacts) -> Standing:
    missing = facts.projects - facts.opinions
    if missing:
        return Standing(
            "attention",
            f"意見が {facts.projects} 件中 {facts.opinions} 件入っています",
            f"未入力が {missing} 件あるため、結果版は作っていません。"
            if not facts.has_results
            else "",
            "「当日」で残りの意見を入れてください。"
            if facts.is_live
            else "残りの意見を入れて、作り直してください。",
            "day",
        )
    if not facts.has_results or facts.is_outdated:
        return Standing(
            "attention",
            "意見がそろいました",
            "結果版は、いまの意見ではまだ作っていません。",
            "「結果」の［結果版を作る］を押してください。",
            "results",
        )
    return Standing(
        "ok",
        "結果版と会議結果概要ができています",
        _warnings_text(facts),
        "内容を確かめて公開します。会議録（案）は Word で仕上げてください。",
        "results",
    )


def _warnings_text(facts: StandingFacts) -> str:
    return f"確かめていただきたい注意が {facts.warnings} 件あります。" if facts.warnings else ""
