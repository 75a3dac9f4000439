"""Write workbooks: the blank master, entry and results workbooks, and the annotated copy."""
