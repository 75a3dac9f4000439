"""System errors are reported in Japanese."""

from __future__ import annotations

import errno
import os

import pytest

from pipeline.base.errors import reason_of

COMMON = (
    *(errno.ENOSPC, errno.EACCES, errno.EPERM, errno.ENOENT, errno.EEXIST, errno.ENOTDIR),
    *(errno.EISDIR, errno.EROFS, errno.EIO, errno.ENAMETOOLONG, errno.ELOOP, errno.EMFILE),
)


@pytest.mark.parametrize("number", COMMON, ids=lambda number: errno.errorcode[number])
def test_system_error_has_a_japanese_reason(number: int) -> None:
    reason = reason_of(OSError(number, os.strerror(number)))
    assert not reason.isascii()
    assert not reason.endswith("。")


def test_unknown_error_keeps_its_message() -> None:
    assert reason_of(OSError(9999, "something new")) == "something new"
    assert reason_of(OSError()) == "理由不明"
