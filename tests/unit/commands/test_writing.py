from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import pytest

from pipeline.commands.writing import write_new, write_numbered
from pipeline.errors import OutputUnwritable


def test_a_taken_name_is_numbered_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "中" / "台帳.xlsx"
    assert write_new(path, b"1") == path
    assert write_numbered(path, b"2").name == "台帳-2.xlsx"
    assert write_numbered(path, b"3").name == "台帳-3.xlsx"
    with pytest.raises(OutputUnwritable) as refused:
        write_new(path, b"4")
    assert refused.value.code == "file-exists"
    assert path.read_bytes() == b"1"


def test_a_file_in_the_place_of_the_folder_is_told_and_not_counted_for_ever(
    tmp_path: Path,
) -> None:
    (tmp_path / "中").write_bytes(b"")
    with pytest.raises(OutputUnwritable) as refused:
        write_numbered(tmp_path / "中" / "台帳.xlsx", b"1")
    assert refused.value.code == "output-unwritable"


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def close(self) -> None:
            self.stream.close()

        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    plain = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *given, **named: Full(plain(path, *given, **named))
    )
    with pytest.raises(OutputUnwritable):
        write_new(tmp_path / "台帳.xlsx", b"1")
    assert list(tmp_path.iterdir()) == []
