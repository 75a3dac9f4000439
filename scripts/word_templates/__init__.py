"""The Word templates of the shipped form, as they began; an officer restyles them in Word.

Rules that the XML keeps:

- Every attribute is valid as it stands, so that Word opens the template: Jinja
  stands only in text and in attributes that take any text (tag, alias, table
  caption). What can't hold Jinja (widths, ids, check marks) is set after
  rendering by ``pipeline.render.docx``.
- Looks live in styles with Japanese names, not in the cells, so that one change
  in Word's style list changes the whole page and a row stays short.
- Line heights are exact: Word and LibreOffice then agree on the pages.
"""
