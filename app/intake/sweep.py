"""The sweep: what GitHub tried to deliver while nobody answered is found in its list and asked for again.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.errors import RepoError, TransientError
from app.intake.list_reading import ListReading, tell
from app.intake.missing import MOST_ASKS, next_to_ask
from app.ports.clock import Clock
from app.ports.hook_deliveries import AskedInVain, HookDeliveries, NoLongerKept
from app.ports.sweep import Expected, Progress, SweepLease, SweepLedger

BETWEEN_ROUNDS_S = 0.1
WAIT_OUT = timedelta(seconds=30)  # an outage of GitHub, when it does not say how long

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """The list is read `every` so often; an answer to an ask is awaited for `patience`."""

    every: timedelta
    patience: timedelta
    most_per_minute: int


class Sweep:
    """Finds and asks for missing deliveries of one App, in one process at a time.

    What it knows is in the ledger, so that one that is killed goes on where it was.
    """

    def __init__(
        self,
        *,
        owner: str,
        ttl: timedelta,
        events: Collection[str],
        pace: Pace,
        github: HookDeliveries,
        ledger: SweepLedger,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._owner, self._ttl = owner, ttl
        self._pace, self._github, self._ledger = pace, github, ledger
        self._clock, self._sleep = clock, sleep
        self._read = ListReading(events=events, ttl=ttl, github=github, ledger=ledger, clock=clock)

    def __call__(self) -> None:
        """Read GitHub's list when it is time, and ask for what is missing and may be asked for now.

        Raises:
            TransientError: GitHub or the database does not answer. Nothing is lost by that but time.
            StaleFence: somebody else sweeps by now.
        """
        if not self._has_work() or not (lease := self._ledger.lease(owner=self._owner, ttl=self._ttl)):
            return
        try:
            self._work(lease)
        except TransientError as error:
            self._pause(lease, max(WAIT_OUT, error.retry_after or WAIT_OUT))
            raise
        except RepoError as error:
            log.error("sweep refused", reason=str(error))
            self._pause(lease, self._pace.every)
        finally:
            self._ledger.release(lease)

    def _has_work(self) -> bool:
        progress = self._ledger.progress()
        if progress.paused_until is not None and self._clock.now() < progress.paused_until:
            return False
        if self._is_time_to_read(progress) or progress.listed_at is None:
            return True
        missing = self._ledger.missing()
        return self._has_any(missing) or bool(self._next(missing, progress.listed_at))

    def _has_any(self, missing: Sequence[Expected]) -> bool:
        """Whether the journal has any of them by now."""
        return any(state != "failed" for state in self._ledger.kept([one.guid for one in missing]).values())

    def _is_time_to_read(self, progress: Progress) -> bool:
        if progress.began_at is not None or progress.listed_at is None:
            return True
        return self._clock.now() >= progress.listed_at + self._pace.every

    def _work(self, lease: SweepLease) -> None:
        progress = self._ledger.progress()
        if self._is_time_to_read(progress):
            progress = self._read(lease, progress)
        if progress.began_at is None and progress.listed_at is not None:  # else the oldest is not known yet
            self._ask(lease, progress.listed_at)

    def _pause(self, lease: SweepLease, span: timedelta) -> None:
        until = self._clock.now() + span
        self._ledger.save(lease, (), replace(self._ledger.progress(), paused_until=until))

    def _ask(self, lease: SweepLease, listed_at: datetime) -> None:
        """Ask for what may be asked for, round after round, as long as answers come and the list need not be read."""
        until = self._clock.now() + self._pace.every
        while self._clock.now() < until:
            chosen = self._chosen(lease, listed_at)
            if not chosen:
                return
            for one in chosen:
                self._ledger.renew(lease, ttl=self._ttl)
                self._ask_for(lease, one)
            self._sleep(BETWEEN_ROUNDS_S)

    def _chosen(self, lease: SweepLease, listed_at: datetime) -> Sequence[Expected]:
        for guid in self._ledger.recover(lease):
            log.info("delivery recovered", guid=guid)
        return self._next(self._ledger.missing(), listed_at)

    def _next(self, missing: Sequence[Expected], listed_at: datetime) -> Sequence[Expected]:
        if not missing:
            return ()
        now = self._clock.now()
        return next_to_ask(
            missing,
            now=now,
            listed_at=listed_at,
            heard_at=self._ledger.heard_at(),
            patience=self._pace.patience,
            most=self._pace.most_per_minute - self._ledger.asked_since(now - timedelta(minutes=1)),
        )

    def _ask_for(self, lease: SweepLease, one: Expected) -> None:
        reason = ""
        try:
            self._github.ask_again(one.newest_id)
        except NoLongerKept as gone:
            lost = replace(one, state="lost", reason=str(gone))
            self._ledger.save(lease, [lost])
            tell([lost], {one.guid: one})
            return
        except AskedInVain as refused:
            reason = str(refused)
        asked = replace(one, asks=one.asks + 1, asked_at=self._clock.now(), reason=reason)
        self._ledger.save(lease, [asked])
        log.info("delivery asked for", guid=one.guid, github_event=one.event, asks=asked.asks, most=MOST_ASKS)
