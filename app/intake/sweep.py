"""The sweep: what GitHub tried to deliver while nobody answered is found in its list and asked for again.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.errors import RepoError, TransientError
from app.intake.missing import MOST_ASKS, judged, next_to_ask, noted, watermark_after
from app.ports.clock import Clock
from app.ports.hook_deliveries import MOST_KEPT_DAYS, AskedInVain, Attempt, HookDeliveries, NoLongerKept, Page
from app.ports.sweep import Expected, Progress, SweepLease, SweepLedger

OVERLAP = timedelta(minutes=10)  # an attempt may appear in the list some time after it was made
LOOK_BACK = timedelta(days=MOST_KEPT_DAYS)
PAGES_AT_ONCE = 50
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
        self._events, self._pace = events, pace
        self._github, self._ledger = github, ledger
        self._clock, self._sleep = clock, sleep

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

    def _read(self, lease: SweepLease, progress: Progress) -> Progress:
        """Read the list back to the watermark, or go on doing so; each page is kept before the next is read."""
        if progress.began_at is None:
            progress = replace(progress, began_at=self._clock.now(), newest=None, cursor=None)
        floor = self._floor(progress)
        for _ in range(PAGES_AT_ONCE):
            self._ledger.renew(lease, ttl=self._ttl)
            page = self._page(lease, progress)
            progress = _after(progress, page)
            is_last = progress.cursor is None or any(one.delivered_at < floor for one in page.attempts)
            self._note(lease, [one for one in page.attempts if one.delivered_at >= floor], progress)
            if is_last:
                return self._end_reading(lease, progress)
        return progress

    def _floor(self, progress: Progress) -> datetime:
        earliest = self._clock.now() - LOOK_BACK  # our clock and not GitHub's: minutes do not matter at this distance
        return max(earliest, progress.watermark - OVERLAP) if progress.watermark else earliest

    def _page(self, lease: SweepLease, progress: Progress) -> Page:
        try:
            return self._github.page(progress.cursor)
        except RepoError:
            if progress.cursor:  # GitHub may have forgotten the place: begin again
                self._ledger.save(lease, (), replace(progress, began_at=None, newest=None, cursor=None))
            raise

    def _note(self, lease: SweepLease, attempts: Sequence[Attempt], progress: Progress) -> None:
        attempts = [one for one in attempts if one.event in self._events]
        known = dict(self._ledger.expected({one.guid for one in attempts}))
        seen: dict[str, Expected] = {}
        for attempt in reversed(attempts):  # oldest first, as they were made
            seen[attempt.guid] = noted(seen.get(attempt.guid) or known.get(attempt.guid), attempt)
        self._judge(lease, seen, known, progress)

    def _judge(
        self, lease: SweepLease, seen: Mapping[str, Expected], known: Mapping[str, Expected], progress: Progress
    ) -> None:
        kept = self._ledger.kept(seen)
        is_first = progress.watermark is None
        now_judged = [judged(one, kept.get(guid), is_first_reading=is_first) for guid, one in seen.items()]
        changed = [one for one in now_judged if one != known.get(one.guid)]
        self._ledger.save(lease, changed, progress)
        _tell(changed, known)

    def _end_reading(self, lease: SweepLease, progress: Progress) -> Progress:
        missing = {one.guid: one for one in self._ledger.missing()}
        newest = progress.newest or progress.watermark
        done = replace(progress, listed_at=progress.began_at, began_at=None, newest=None, cursor=None)
        self._judge(lease, missing, missing, done)
        if newest is not None:
            done = replace(done, watermark=watermark_after(newest, self._ledger.missing()))
            self._ledger.save(lease, (), done)
        return done

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
            _tell([lost], {one.guid: one})
            return
        except AskedInVain as refused:
            reason = str(refused)
        asked = replace(one, asks=one.asks + 1, asked_at=self._clock.now(), reason=reason)
        self._ledger.save(lease, [asked])
        log.info("delivery asked for", guid=one.guid, github_event=one.event, asks=asked.asks, most=MOST_ASKS)


def _after(progress: Progress, page: Page) -> Progress:
    made = [one.delivered_at for one in page.attempts]
    newest = max([*made, progress.newest] if progress.newest else made, default=None)
    is_stuck = page.older is not None and page.older == progress.cursor
    return replace(progress, newest=newest, cursor=None if is_stuck else page.older)


def _tell(judged_now: Sequence[Expected], known: Mapping[str, Expected]) -> None:
    for one in judged_now:
        before = known.get(one.guid)
        if before is not None and before.state == one.state:
            continue
        if one.state == "missing":
            log.warning("delivery missing", guid=one.guid, github_event=one.event, repository=one.repository_id)
        elif one.state == "lost":
            log.error("delivery lost", guid=one.guid, github_event=one.event, reason=one.reason)
