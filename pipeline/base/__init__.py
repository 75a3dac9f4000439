"""What every stage stands on: text, errors, paths, files, containers, templating, Windows."""
