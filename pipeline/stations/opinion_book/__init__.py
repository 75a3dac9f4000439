"""The two workbooks that hold opinions: 当日入力.xlsx, and the results beside the master.

They share one layout (``layout``): a table of one row a project and a sheet that says
what the workbook is and which master it belongs to. ``write`` makes them, ``reading``
reads them; only ``write`` loads openpyxl.
"""
