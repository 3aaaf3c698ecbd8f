"""The sweep's decisions, pure: what is missing, what may be asked for next, and how far the watermark moves."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.ports.hook_deliveries import Attempt
from app.ports.journal import DeliveryState
from app.ports.sweep import Expected

MOST_ASKS = 5
# answers that come from whatever stands before ACS, or from an ACS with other settings: no connection, another secret,
# another address, too many requests, a proxy or a journal that is down
NOBODY_THERE = frozenset({0, 401, 403, 404, 408, 429, 502, 503, 504, *range(520, 531)})
DOUBT = 3  # so many asks in a row without an answer mean that GitHub does not reach us


def noted(known: Expected | None, attempt: Attempt) -> Expected:
    """What is known of a delivery after one more of its attempts; an attempt seen before changes nothing."""
    if known is None:
        return Expected(
            guid=attempt.guid,
            newest_id=attempt.id,
            newest_at=attempt.delivered_at,
            first_id=attempt.id,
            delivered_at=attempt.delivered_at,
            event=attempt.event,
            action=attempt.action,
            installation_id=attempt.installation_id,
            repository_id=attempt.repository_id,
            is_success=attempt.is_success,
            state="missing",
        )
    merged = replace(
        known,
        first_id=min(known.first_id, attempt.id),
        delivered_at=min(known.delivered_at, attempt.delivered_at),
        is_success=known.is_success or attempt.is_success,
    )
    if attempt.id == known.newest_id or attempt.delivered_at < known.newest_at:
        return merged
    met_nobody = attempt.is_redelivery and attempt.status_code in NOBODY_THERE
    return replace(
        merged,
        newest_id=attempt.id,
        newest_at=attempt.delivered_at,
        unreached=min(known.asks, known.unreached + met_nobody),
    )


def judged(expected: Expected, kept: DeliveryState | None, *, is_first_reading: bool) -> Expected:
    """The delivery with its state, by what GitHub saw and what the journal has.

    A first reading believes GitHub about what arrived: an ACS that is new here never kept what another one did.
    """
    match kept:
        case "received" | "done":
            return _came(expected)
        case "failed" if expected.is_success or is_used_up(expected):
            return _came(expected)  # the journal counts it, as failed
        case "failed":
            return replace(expected, state="missing", reason="")
        case None:
            return _without_trace(expected, is_first_reading=is_first_reading)


def _came(expected: Expected) -> Expected:
    was_missed = expected.asks > 0 or expected.state in ("recovered", "lost")
    return replace(expected, state="recovered" if was_missed else "arrived", reason="")


def _without_trace(expected: Expected, *, is_first_reading: bool) -> Expected:
    if expected.state in ("arrived", "lost"):  # was believed, or was given up
        return expected
    if expected.is_success and is_first_reading:
        return replace(expected, state="arrived")
    if expected.is_success:
        return replace(expected, state="lost", reason="GitHub was told that it arrived, but the journal lacks it")
    if is_used_up(expected):
        return replace(expected, state="lost", reason=f"asked for {expected.asks} times, and it never arrived")
    return expected


def is_used_up(expected: Expected) -> bool:
    """Whether it was asked for as often as makes sense; asks that met nobody do not count."""
    return expected.asks - expected.unreached >= MOST_ASKS


def next_to_ask(
    missing: Sequence[Expected],
    *,
    now: datetime,
    listed_at: datetime,
    heard_at: datetime | None,
    patience: timedelta,
    most: int,
) -> Sequence[Expected]:
    """What may be asked for now, of what is missing, oldest first.

    In one repository one at a time: the next when the one before is here (then it is not missing any more), or
    patience is over. Each once after a reading of the list, which says how the ask before went. While GitHub does not
    reach us only one after each reading, to find out.
    """
    first = _first_of_each_repository(missing, awaited_since=now - patience, listed_at=listed_at)
    if not _is_in_doubt(missing, awaited_since=now - patience, heard_at=heard_at):
        return first[: max(0, most)]
    is_tried = any(one.asked_at is not None and one.asked_at >= listed_at for one in missing)
    return () if is_tried or most < 1 else sorted(first, key=lambda one: one.asks)[:1]


def _first_of_each_repository(
    missing: Iterable[Expected], *, awaited_since: datetime, listed_at: datetime
) -> list[Expected]:
    first: dict[object, Expected] = {}
    busy: set[object] = set()
    for one in missing:
        place = ("repository", one.repository_id) if one.repository_id else ("installation", one.installation_id)
        if one.asked_at is not None and one.asked_at > awaited_since:
            busy.add(place)
        elif not is_used_up(one) and (one.asked_at is None or one.asked_at < listed_at):
            first.setdefault(place, one)
    return [one for place, one in first.items() if place not in busy]


def _is_in_doubt(missing: Iterable[Expected], *, awaited_since: datetime, heard_at: datetime | None) -> bool:
    asked = [one.asked_at for one in missing if one.asked_at is not None and one.asked_at <= awaited_since]
    return sum(heard_at is None or heard_at < at for at in asked) >= DOUBT


def watermark_after(newest: datetime, missing: Sequence[Expected]) -> datetime:
    """How far everything is settled, after a complete reading whose newest attempt was made then."""
    return min([newest, *(one.delivered_at for one in missing)])
