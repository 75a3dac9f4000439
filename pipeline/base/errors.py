"""The exceptions for a command that cannot produce its output; each class has its exit status.

A finding (``pipeline.model.findings``) describes a problem in the data; findings are
collected. An exception of this module means that a stage cannot continue; it is raised.
Both take their Japanese text from the same catalogue. So an exception contains a
catalogue code and its parameters, but no sentence.
"""

from __future__ import annotations

import errno
from typing import ClassVar, Final

from pipeline.base.windows import is_in_use, may_be_in_use

_REASONS: Final = {
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "割り当てられた容量がいっぱいです",
    errno.EFBIG: "置けるファイルの大きさを超えています",
    errno.EROFS: "読み取り専用です",
    errno.EIO: "ドライブを正しく読み書きできません",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EINVAL: "使えない名前です",
    errno.ELOOP: "リンクの先をたどれません",
    errno.EMFILE: "開いているファイルが多すぎます",
    errno.ENFILE: "開いているファイルが多すぎます",
    errno.ENODEV: "ドライブがありません",
    errno.ENXIO: "ドライブがありません",
    errno.EBUSY: "ほかのアプリが使っています",
    errno.ENOTEMPTY: "フォルダーが空ではありません",
    errno.ETIMEDOUT: "ネットワークのフォルダーが応答しません",
    errno.ESTALE: "ネットワークのフォルダーが応答しません",
    errno.EHOSTDOWN: "ネットワークのフォルダーにつながりません",
    errno.EHOSTUNREACH: "ネットワークのフォルダーにつながりません",
    errno.ENETUNREACH: "ネットワークのフォルダーにつながりません",
}
_KINDS: Final[tuple[tuple[type[OSError], str], ...]] = (
    (PermissionError, "アクセスが許可されていません"),
    (FileExistsError, "同じ名前のファイルがあります"),
    (FileNotFoundError, "ファイルかフォルダーが見つかりません"),
    (NotADirectoryError, "フォルダーではありません"),
    (IsADirectoryError, "ファイルではなくフォルダーです"),
)


def reason_of(error: OSError) -> str:
    """The reason of a system error in Japanese, without a full stop.

    An error that has no Japanese text here keeps the system's English message, which is
    better than no reason.
    """
    if is_in_use(error):
        return "ほかのアプリがファイルを開いています。閉じてから、もう一度実行してください"
    if may_be_in_use(error):
        return "ほかのアプリが開いているか、書き込みが許可されていません"
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    known = next((words for kind, words in _KINDS if isinstance(error, kind)), None)
    return known or error.strerror or str(error) or "理由不明"


class PipelineError(Exception):
    """Base class of every error that a user may see.

    ``code`` is a code of the catalogue; ``params`` fill its text. ``sheet`` and ``cell``
    (``"C2"``) are the place of the error, or None when it has no place in a workbook.
    """

    exit_status: ClassVar[int] = 70

    def __init__(
        self, code: str, *, sheet: str | None = None, cell: str | None = None, **params: object
    ) -> None:
        super().__init__(code, params)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Keep all attributes when pickled: an error may be raised in another process."""
        return _rebuilt, (type(self), self.code, self.sheet, self.cell, self.params)


def _rebuilt(
    kind: type[PipelineError],
    code: str,
    sheet: str | None,
    cell: str | None,
    params: dict[str, object],
) -> PipelineError:
    return kind(code, sheet=sheet, cell=cell, **params)


class UsageMistake(PipelineError):
    """The command line names something that does not exist, or is ambiguous."""

    exit_status = 2


class InputUnreadable(PipelineError):
    """The workbook (or the Word file) can't be read at all."""

    exit_status = 3


class ComponentMissing(PipelineError):
    """A font, a library or a form is missing or unusable."""

    exit_status = 4


class OutputUnwritable(PipelineError):
    """The output can't be written to the requested place."""

    exit_status = 5


class Defect(PipelineError):
    """A bug in this program."""

    exit_status = 70
