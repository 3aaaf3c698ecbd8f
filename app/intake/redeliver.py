"""A delivery is done again because a person wants it: here if the journal has it, else GitHub is asked for it."""

from datetime import datetime

import structlog

from app.ports.clock import Clock
from app.ports.hook_deliveries import Cursor, HookDeliveries
from app.ports.journal import Wakeups
from app.ports.redelivery import Again, AskedGitHub, DecidedAgain, PutBack, Redelivery, Unknown
from app.ports.sweep import SweepLedger

MOST_PAGES = 1_000

log = structlog.stdlib.get_logger()


def redeliver(
    guid: str,
    *,
    by: str,
    is_forced: bool,
    journal: Redelivery,
    ledger: SweepLedger,
    github: HookDeliveries,
    wakeups: Wakeups,
    clock: Clock,
) -> Again | AskedGitHub | Unknown:
    """Have the delivery done again, and return what that came to.

    Raises:
        RepoError: GitHub does not let the App in, or does not keep the delivery any more.
        TransientError: GitHub or the database does not answer now.
    """
    again = journal.again(guid, by=by, is_forced=is_forced)
    match again:
        case None:
            return _ask_github(guid, by=by, ledger=ledger, github=github, clock=clock)
        case DecidedAgain(lane=lane):
            lanes = [lane]
        case PutBack(lanes=lanes):
            pass
        case _:
            return again
    for lane in lanes:
        wakeups.wake(lane)
    log.info("delivery redelivered", guid=guid, by=by, lanes=lanes)
    return again


def _ask_github(
    guid: str, *, by: str, ledger: SweepLedger, github: HookDeliveries, clock: Clock
) -> AskedGitHub | Unknown:
    known = ledger.expected([guid]).get(guid)
    found = known.newest_id if known else _find(guid, github)
    if not isinstance(found, int):
        return found
    github.ask_again(found)
    ledger.asked_by_hand(guid, clock.now())
    log.info("delivery asked for", guid=guid, by=by)
    return AskedGitHub(found)


def _find(guid: str, github: HookDeliveries) -> int | Unknown:
    cursor: Cursor | None = None
    back_to: datetime | None = None
    for _ in range(MOST_PAGES):
        page = github.page(cursor)
        for attempt in page.attempts:
            if attempt.guid == guid:
                return attempt.id
            back_to = attempt.delivered_at
        if page.older is None or page.older == cursor:
            break
        cursor = page.older
    return Unknown(back_to)
