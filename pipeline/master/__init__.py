"""From a workbook to records and findings: find, read, locate, normalise, check."""
