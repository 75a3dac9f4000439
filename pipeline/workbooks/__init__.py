"""The workbooks that we write: blank master, entry and results, marked-up copy."""
