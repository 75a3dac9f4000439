"""One module a verb, which reads as one line a stage, and what several verbs share."""
