"""How many workers there are, and what they load."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.commands import staffing
from pipeline.model.editions import DocumentFormat


class Hired:
    """Stands for a crew: what was asked for."""

    def __init__(self, size: int, modules: Sequence[str]) -> None:
        self.size = size
        self.modules = set(modules)


@pytest.fixture(autouse=True)
def nobody_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staffing, "Crew", Hired)


@pytest.mark.parametrize(
    ("cores", "pdfs", "size"), [(1, 2, None), (2, 0, None), (2, 1, 1), (2, 4, 2), (8, 4, 4)]
)
def test_there_are_no_more_than_cores_and_pdf_files(
    monkeypatch: pytest.MonkeyPatch, cores: int, pdfs: int, size: int | None
) -> None:
    monkeypatch.setattr(staffing, "cores", lambda: cores)
    assert getattr(staffing.crew_for_pdfs(pdfs), "size", None) == size


@pytest.mark.parametrize(
    ("cores", "masters", "size"), [(1, 9, None), (2, 1, None), (2, 9, 2), (8, 3, 3)]
)
def test_there_are_no_more_than_cores_and_masters(
    monkeypatch: pytest.MonkeyPatch, cores: int, masters: int, size: int | None
) -> None:
    monkeypatch.setattr(staffing, "cores", lambda: cores)
    hired = staffing.crew_for_masters(masters, tuple(DocumentFormat))
    assert getattr(hired, "size", None) == size


@pytest.mark.parametrize(
    ("kind", "loaded"),
    [(DocumentFormat.PDF, "pdf"), (DocumentFormat.DOCX, "docx")],
)
def test_what_is_not_asked_for_is_not_loaded(
    monkeypatch: pytest.MonkeyPatch, kind: DocumentFormat, loaded: str
) -> None:
    monkeypatch.setattr(staffing, "cores", lambda: 2)
    hired = staffing.crew_for_masters(2, (kind,))
    assert isinstance(hired, Hired)
    renderers = {
        name.split(".")[-1]
        for name in hired.modules
        if ".render." in name and name.split(".")[-1] in {"docx", "pdf"}
    }
    assert renderers == {loaded}
