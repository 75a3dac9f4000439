"""The one catalogue of everything that can be said to the officer.

Code, severity, message and remedy of every finding and of every failure stand
here and nowhere else. ``docs/findings.md`` lists them, and a test holds the two
together. Texts are filled with ``str.format``; the place (sheet, cell, No) is
put in front by :class:`pipeline.model.findings.Finding`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.Enum):
    """An error blocks the documents; a warning and a notice do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The word that the officer sees."""
        return {"error": "誤り", "warning": "注意", "notice": "お知らせ"}[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue; the texts have ``str.format`` fields."""

    code: str
    severity: Severity
    message: str
    remedy: str


def _error(code: str, message: str, remedy: str) -> Entry:
    return Entry(code, Severity.ERROR, message, remedy)


def _warning(code: str, message: str, remedy: str) -> Entry:
    return Entry(code, Severity.WARNING, message, remedy)


def _notice(code: str, message: str, remedy: str) -> Entry:
    return Entry(code, Severity.NOTICE, message, remedy)


# Failures: a station could not go on. Raised as PipelineError.
_FAILURES = (
    _error(
        "form-unknown",
        "様式「{name}」はありません。",
        "使える様式は {known} です。--form で選び直してください。",
    ),
    _error(
        "form-broken",
        "様式のファイル {path} を読み取れません（{reason}）。",
        "示された箇所を直すか、元のファイルに戻してください。",
    ),
    _error(
        "no-workbook",
        "フォルダー {folder} に台帳（.xlsx など）がありません。",
        "台帳を {folder} に入れて、もう一度実行してください。",
    ),
    _error(
        "workbooks-equally-new",
        "フォルダー {folder} に更新日時の同じ台帳が複数あります（{names}）。",
        "使う台帳の名前を指定して実行してください。例: shiryo build {example}",
    ),
    _error(
        "workbook-missing",
        "台帳 {path} が見つかりません。",
        "ファイル名とフォルダーを確かめてください。",
    ),
    _error(
        "not-a-workbook",
        "{path} は Excel の台帳として読み取れません。",
        "Excel で開けるか確かめ、「Excel ブック（.xlsx）」として保存し直してください。",
    ),
    _error(
        "table-not-found",
        "{path} に事業の一覧表が見つかりません（見出し {expected} を探しました）。",
        "一覧表のあるシートに、これらの見出しの行があるか確かめてください。",
    ),
    _error(
        "output-unwritable",
        "フォルダー {folder} に書き込めません（{reason}）。",
        "空き容量と書き込みの許可を確かめるか、--output で別のフォルダーを指定してください。",
    ),
    _error(
        "source-date-epoch",
        "環境変数 SOURCE_DATE_EPOCH の値「{seconds}」は秒数として読めません。",
        "1970 年からの秒数（整数）にするか、この変数を消してください。",
    ),
    _error(
        "unexpected",
        "思いがけない不具合で処理を中止しました（{reason}）。",
        "作成済みの資料は元のままです。記録 {log} を添えて開発者に知らせてください。",
    ),
)

# Findings: about the data. Collected, all of them, in one pass.
_FINDINGS = (
    # build: the results edition needs every opinion.
    _error(
        "opinion-blank",
        "「{name}」の懇談会意見が未入力のため、結果版を作れません。",
        "意見を入力するか、未入力のまま作る場合は --allow-blank を付けて実行してください。",
    ),
    _error(
        "column-missing",
        "必要な列「{title}」が見つかりません（読み取れた見出し: {seen}）。",
        '見出しを「{title}」に直すか、--map "元の見出し={key}" で対応を指定してください。',
    ),
    _error(
        "rating-out-of-range",
        "{title}「{value}」は {minimum}〜{maximum} の範囲外です。",
        "{minimum}〜{maximum} の整数に直してください。",
    ),
)

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in (*_FAILURES, *_FINDINGS)}
