"""One file a verb; each reads as one line a station."""
