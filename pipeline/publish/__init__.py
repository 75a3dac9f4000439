"""Publish files as a run in the output folder, make the page of all runs, verify a run."""
