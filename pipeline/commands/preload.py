"""What the fork server loads before the first worker is forked; see ``workers``.

Garbage collection stays off meanwhile and is on again in each worker, as the documentation
of ``gc.freeze`` advises for processes that are forked: what was loaded stays, and going
through it again would copy its memory into every worker.
"""

import gc

from pipeline.commands.workers import load_renderers

gc.disable()
load_renderers()
gc.freeze()
