"""Reading GitHub's list of deliveries: each one that it names is judged, page by page, back to the watermark."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from app.errors import RepoError
from app.intake.missing import judged, noted, watermark_after
from app.ports.clock import Clock
from app.ports.hook_deliveries import MOST_KEPT_DAYS, Attempt, HookDeliveries, Page
from app.ports.sweep import Expected, Progress, SweepLease, SweepLedger

OVERLAP = timedelta(minutes=10)  # an attempt may appear in the list some time after it was made
LOOK_BACK = timedelta(days=MOST_KEPT_DAYS)
PAGES_AT_ONCE = 50

log = structlog.stdlib.get_logger()


class ListReading:
    """Reads the list for one App, as far as events matter to it; what it finds is in the ledger."""

    def __init__(
        self, *, events: Collection[str], ttl: timedelta, github: HookDeliveries, ledger: SweepLedger, clock: Clock
    ) -> None:
        self._events, self._ttl = events, ttl
        self._github, self._ledger, self._clock = github, ledger, clock

    def __call__(self, lease: SweepLease, progress: Progress) -> Progress:
        """Read back to the watermark, or go on doing so; each page is kept before the next is read.

        Returns how far that went: with `began_at` when there is more to read.
        """
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
                return self._end(lease, progress)
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
        tell(changed, known)

    def _end(self, lease: SweepLease, progress: Progress) -> Progress:
        missing = {one.guid: one for one in self._ledger.missing()}
        newest = progress.newest or progress.watermark
        done = replace(progress, listed_at=progress.began_at, began_at=None, newest=None, cursor=None)
        self._judge(lease, missing, missing, done)
        if newest is not None:
            done = replace(done, watermark=watermark_after(newest, self._ledger.missing()))
            self._ledger.save(lease, (), done)
        return done


def _after(progress: Progress, page: Page) -> Progress:
    made = [one.delivered_at for one in page.attempts]
    newest = max([*made, progress.newest] if progress.newest else made, default=None)
    is_stuck = page.older is not None and page.older == progress.cursor
    return replace(progress, newest=newest, cursor=None if is_stuck else page.older)


def tell(judged_now: Sequence[Expected], known: Mapping[str, Expected]) -> None:
    """Log what is missing or lost from now on."""
    for one in judged_now:
        before = known.get(one.guid)
        if before is not None and before.state == one.state:
            continue
        if one.state == "missing":
            log.warning("delivery missing", guid=one.guid, github_event=one.event, repository=one.repository_id)
        elif one.state == "lost":
            log.error("delivery lost", guid=one.guid, github_event=one.event, reason=one.reason)
