"""One module for each command, with one line for each stage, and modules that commands share."""
