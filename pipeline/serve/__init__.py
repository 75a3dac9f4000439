"""The page: the whole cycle in a browser, on this computer alone.

``launch`` starts it, ``guard`` lets in whoever started it and nobody else, ``routes`` answers,
``engine`` follows the folder and calls what the commands call, ``state`` turns what they gave
into plain values, ``page`` puts these into HTML.
"""
