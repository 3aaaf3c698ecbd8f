"""A worker of one lane that stands still at a chosen moment, as a virtual machine does while it is moved.

Run as `python -m tests.e2e.standstill LANE MOMENT EFFECT` with the environment of ACS. It stops itself with SIGSTOP
once, at the write to GitHub that EFFECT names, and goes on as any worker would when somebody continues it.
"""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from sqlalchemy import Connection, and_, event, or_, select, update

from app.adapters.sql.engine import writing
from app.adapters.sql.journal import (
    SqlJournal,
    _first_work,  # pyright: ignore[reportPrivateUsage]  # what a worker begins with, once it has the lane
)
from app.adapters.sql.tables import effects, lanes, millis, millis_of
from app.jobs import Job
from app.ports.budgets import Permit, Write
from app.ports.code_host import CodeHost
from app.ports.journal import Lane, Lease, Queue, Work
from app.settings import Settings
from app.wiring import Services
from app.worker.drain import Drain

Moment = Literal["before the fence is checked", "after the fence was checked", "inside a transaction"]
FIRST_WRITE = "the first write"


class StandingStill(SqlJournal):
    """The journal of a process that works in one lane only, and stands still around one check of its fence."""

    def __init__(self, services: Services, lane: Lane, moment: Moment, effect: str) -> None:
        super().__init__(services.engine, services.clock)
        self._services, self._lane, self._moment, self._effect = services, lane, moment, effect
        self.stood = False

    def take(self, queue: Queue, *, owner: str, ttl: timedelta) -> tuple[Lease, Work] | None:
        now = millis(self._services.clock.now())
        ours = or_(lanes.c.lane == self._lane, lanes.c.lane.startswith(f"{self._lane}~"))
        due = and_(ours, lanes.c.queue == queue, lanes.c.due_at <= now, lanes.c.leased_until <= now)
        leased = (
            update(lanes)
            .where(lanes.c.lane == select(lanes.c.lane).where(due).limit(1).scalar_subquery())
            .values(owner=owner, fence=lanes.c.fence + 1, leased_until=now + millis_of(ttl))
            .returning(lanes.c.lane, lanes.c.tenant, lanes.c.fence)
        )
        with writing(self._services.engine) as connection:
            row = None if self.stood else connection.execute(leased).first()
            if row is None:
                return None
            lease = Lease(Lane(row.lane), row.tenant, owner, row.fence)
            work = _first_work(connection, lease, now)
            return (lease, work) if work else None

    def around(self, permit: Permit) -> Permit:
        """The permit of a job, which checks the fence, with the moment before or after it."""

        def permit_in_its_time(write: Write) -> None:
            is_it = not self.stood and self._is_next()
            if is_it and self._moment == "before the fence is checked":
                self._stand_still()
            permit(write)
            if is_it and self._moment == "after the fence was checked":
                self._stand_still()
            if is_it and self._moment == "inside a transaction":
                event.listen(self._services.engine, "commit", self._stand_still_inside)

        return permit_in_its_time

    def _is_next(self) -> bool:
        if self._effect == FIRST_WRITE:
            return True
        meant = select(effects.c.key).where(effects.c.value.is_(None), effects.c.key.contains(self._lane))
        with writing(self._services.engine) as connection:
            return any(self._effect in key for key in connection.execute(meant).scalars())

    def _stand_still_inside(self, _connection: Connection) -> None:
        if not self.stood and threading.current_thread() is threading.main_thread():  # the lease is renewed in another
            self._stand_still()

    def _stand_still(self) -> None:
        self.stood = True
        os.kill(os.getpid(), signal.SIGSTOP)


@dataclass(frozen=True)
class StandingServices(Services):
    """Services whose jobs write only with the journal's permit."""

    def code_host(self, job: Job, *, permit: Permit) -> CodeHost:
        assert isinstance(self.journal, StandingStill)
        return super().code_host(job, permit=self.journal.around(permit))


def main(lane: Lane, moment: Moment, effect: str) -> None:
    services = StandingServices(Settings.read())
    services.start_logs()
    journal = StandingStill(services, lane, moment, effect)
    vars(services).update(journal=journal)
    drain = Drain(services)
    while not journal.stood:
        drain("steps")
        time.sleep(0.05)


if __name__ == "__main__":
    _, lane, moment, effect = sys.argv
    (moment,) = [known for known in get_args(Moment) if known == moment]
    main(Lane(lane), moment, effect)
