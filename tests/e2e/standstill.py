"""A worker of one lane that stands still at a chosen moment, as a virtual machine does while it is moved.

Run as `python -m tests.e2e.standstill LANE MOMENT EFFECT` with the environment of ACS. It stops itself with SIGSTOP
once, at the write to GitHub that EFFECT names, and goes on as any worker would when somebody continues it.
"""

import os
import signal
import sys
import time
from typing import Literal, get_args

from sqlalchemy import Connection, event, select

from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.tables import effects
from app.ports.journal import Lane, Lease
from app.settings import Settings
from app.wiring import Services
from app.worker.drain import Drain

Moment = Literal["before the fence is checked", "after the fence was checked", "inside a transaction"]
FIRST_WRITE = "the first write"


class StandingStill(SqlJournal):
    """The journal of a process that stands still around one check of the fence."""

    def __init__(self, services: Services, lane: Lane, moment: Moment, effect: str) -> None:
        super().__init__(services.engine, services.clock)
        self._services, self._lane, self._moment, self._effect = services, lane, moment, effect
        self.stood = False

    def check(self, lease: Lease) -> None:
        is_it = not self.stood and self._is_next()
        if is_it and self._moment == "before the fence is checked":
            self._stand_still()
        super().check(lease)
        if is_it and self._moment == "after the fence was checked":
            self._stand_still()
        if is_it and self._moment == "inside a transaction":
            event.listen(self._services.engine, "commit", self._stand_still, once=True)

    def _is_next(self) -> bool:
        if self._effect == FIRST_WRITE:
            return True
        meant = select(effects.c.key).where(effects.c.value.is_(None), effects.c.key.contains(self._lane))
        with self._services.engine.begin() as connection:
            return any(self._effect in key for key in connection.execute(meant).scalars())

    def _stand_still(self, _connection: Connection | None = None) -> None:
        self.stood = True
        os.kill(os.getpid(), signal.SIGSTOP)


def main(lane: Lane, moment: Moment, effect: str) -> None:
    services = Services(Settings.read())
    services.start_logs()
    journal = StandingStill(services, lane, moment, effect)
    vars(services).update(journal=journal)
    drain = Drain(services)
    while not journal.stood:
        for due in journal.due_lanes(woken_before=services.clock.now(), most=100):
            if due.partition("~")[0] == lane and not journal.stood:
                drain(due)
        time.sleep(0.05)


if __name__ == "__main__":
    _, lane, moment, effect = sys.argv
    (moment,) = [known for known in get_args(Moment) if known == moment]
    main(Lane(lane), moment, effect)
