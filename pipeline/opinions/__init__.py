"""Read opinions from filled-in handouts and workbooks; match and merge them with the master."""
