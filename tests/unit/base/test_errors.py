"""What the system refuses is told in Japanese."""

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
def test_what_the_system_says_in_english_is_put_into_japanese(number: int) -> None:
    told = reason_of(OSError(number, os.strerror(number)))
    assert not told.isascii()
    assert not told.endswith("。")


def test_what_is_not_known_is_passed_on() -> None:
    assert reason_of(OSError(9999, "something new")) == "something new"
    assert reason_of(OSError()) == "理由不明"
