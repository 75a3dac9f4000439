"""資料１の自動作成: make the printed handouts of a council from its Excel master.

In: one workbook. Out: the meeting edition (会議用) and the results edition (結果版)
with summary, minutes and reference sheet, as Word and PDF. ``docs/architecture.md``
describes the stages between them.
"""

__version__ = "0.1.0"
