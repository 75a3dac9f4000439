"""Filled-in handouts and workbooks to what was said; match, merge."""
