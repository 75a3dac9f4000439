"""The vocabulary: records, form, grid, findings, editions, the handout to print."""
