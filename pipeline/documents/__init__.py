"""Lay the records out as documents: records and form in, what is printed out.

Every word that is printed is decided here, so that the Word templates and the
HTML templates only place it.
"""

from __future__ import annotations

from pipeline.documents.handout_layout import present
from pipeline.documents.minutes_layout import present_minutes
from pipeline.documents.reference_layout import present_reference
from pipeline.documents.summary_layout import present_summary

__all__ = [
    "present",
    "present_minutes",
    "present_reference",
    "present_summary",
]
