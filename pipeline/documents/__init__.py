"""Lay the records out as documents: records and form in, what is printed out.

This stage decides every printed word. The Word and HTML templates only arrange them.
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
