"""From files to a run in the output folder; the page of all runs; verify."""
