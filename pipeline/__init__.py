"""資料１の自動作成: from a council's Excel master to the printed handouts.

In: one workbook. Out: the meeting edition (会議用) and the results edition (結果版)
with summary, minutes and reference sheet, as Word and PDF. ``docs/architecture.md``
shows the way between.
"""

__version__ = "0.1.0"
