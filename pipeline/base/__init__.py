"""Shared by all stages: text, errors, paths, files, containers, templating, Windows."""
