"""The fork server imports this module before it forks the first worker; see ``workers``.

Garbage collection is off here and on again in each worker, as the documentation of
``gc.freeze`` advises for forked processes: the loaded objects stay, and a collection would
copy their memory pages into every worker.
"""

import gc

from pipeline.commands.workers import load_renderers

gc.disable()
load_renderers()
gc.freeze()
