"""``check``: what is found in a master, and nothing is written."""

from __future__ import annotations

from pipeline.commands.intake import Intake, Source, take_in
from pipeline.model.form import load_form


def run(source: Source, form_name: str) -> Intake:
    """Take the master in; its findings are the answer."""
    return take_in(source, load_form(form_name))
