"""The page: the whole cycle in a browser, on this computer only.

``launch`` starts the page, ``guard`` rejects requests of other users and of other pages,
``routes`` answers the requests. ``engine`` watches the folder and runs the commands through
``workspace``, ``state`` turns their results into plain values, ``page`` renders these as HTML.
"""
