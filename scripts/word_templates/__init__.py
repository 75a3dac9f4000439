"""The original Word templates of the shipped form; an officer changes their styles in Word.

Rules for the XML:

- Every attribute is valid before rendering, so that Word opens the template: Jinja
  is only in text and in attributes that accept any text (tag, alias, table
  caption). ``pipeline.render.docx`` sets the others (widths, ids, check marks)
  after rendering.
- Formatting is in styles with Japanese names, not in the cells, so that one change
  in Word's style list changes the whole page and a row stays short.
- Line heights are exact: Word and LibreOffice then break pages at the same rows.
"""
