"""The recipe lane: a run's frozen request becomes a change, without any model.

What this module needs of the engine is `plan_recipe` and `generate`; it adds where they are read from and who is told.
"""

import structlog

log = structlog.stdlib.get_logger()
