"""One module a verb, which reads as one line a station, and what several verbs share."""
