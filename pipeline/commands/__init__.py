"""One module for each command, which calls the stages in order, and modules they share."""
