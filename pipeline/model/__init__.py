"""The data model: records, form, grid, findings, editions and the printed documents."""
