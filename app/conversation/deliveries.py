"""What an operator reads about deliveries in the terminal."""

from datetime import datetime, timedelta
from typing import assert_never

from app.domain.delivery_figures import DeliveryFigures, FailedDelivery
from app.domain.plain_text import one_line
from app.ports.redelivery import (
    Again,
    AskedGitHub,
    BodyForgotten,
    DecidedAgain,
    NothingFailed,
    PutBack,
    Underway,
    Unknown,
)

TOO_LONG_AGO = timedelta(hours=1)


def closing_sentence(figures: DeliveryFigures, *, hours: int, now: datetime) -> str:
    """Whether anything is missing, in one sentence."""
    total = figures.total
    if total.unaccounted:
        return f"{total.unaccounted} deliveries are in no state that ACS knows: report this, it is a mistake of ACS."
    if total.lost:
        return f"{_deliveries(total.lost, 'is', 'are')} lost: `acs deliveries --failed` says which, and what to do."
    if figures.listed_at is None:
        return "GitHub's list of deliveries has not been read yet: see that `acs clock` runs."
    if now - figures.listed_at > TOO_LONG_AGO:
        return "GitHub's list of deliveries was read too long ago to say what is missing: see that `acs clock` runs."
    if total.missing:
        return f"{_deliveries(total.missing, 'is', 'are')} missing, and asked for again while `acs clock` runs."
    counted = f"{total.received} received = {total.done} done + {total.failed} failed + {total.in_flight} in flight"
    return f"Nothing is missing in the last {hours} h: {counted}."


def last_read(listed_at: datetime | None) -> str:
    """When GitHub's list was read."""
    return f"GitHub's list was read at {listed_at:%Y-%m-%d %H:%M:%S} UTC." if listed_at else ""


def failed_delivery(failed: FailedDelivery) -> str:
    """A delivery that needs a person: which, why, and what to do. The reason may hold words of strangers."""
    which = f"{failed.at:%Y-%m-%d %H:%M:%S} UTC  {failed.guid}  {failed.event}  {failed.lane}"
    return f"{one_line(which, 300)}\n  {one_line(failed.reason, 500)}\n  Next: {next_step(failed)}."


def next_step(failed: FailedDelivery) -> str:
    """What can be done about a delivery that failed."""
    if failed.is_lost:
        return f"`acs redeliver {failed.guid}` while GitHub keeps it (3 days), else do again what caused it"
    return f"mend what the reason says, then `acs redeliver {failed.guid}`"


def _deliveries(count: int, one: str, more: str) -> str:
    return f"1 delivery {one}" if count == 1 else f"{count} deliveries {more}"


def redelivered(outcome: Again | AskedGitHub | Unknown, guid: str) -> str:
    """What came of doing a delivery again."""
    match outcome:
        case DecidedAgain(lane=lane):
            return f"Delivery {guid} is done again from its beginning, in {lane}."
        case PutBack(kinds=kinds, lanes=lanes):
            return f"Of delivery {guid} this is done again: {', '.join(kinds)}, in {', '.join(lanes)}."
        case Underway(lane=lane):
            return f"Delivery {guid} is being worked on already, in {lane}."
        case NothingFailed():
            return f"Delivery {guid} is done, and nothing of it failed. `--force` decides it again."
        case BodyForgotten():
            return f"Delivery {guid} is done, and too old to be decided again: do again what caused it."
        case AskedGitHub(attempt_id=attempt_id):
            return (
                f"Delivery {guid} never arrived. GitHub is asked to send it again (attempt {attempt_id}); "
                "`acs deliveries` counts it as recovered when it is here."
            )
        case Unknown(back_to=back_to):
            reach = f"which goes back to {back_to:%Y-%m-%d %H:%M} UTC" if back_to else "which is empty"
            return (
                f"Delivery {guid} is neither in the journal nor in GitHub's list, {reach}: compare the GUID with the "
                "App's settings on GitHub, under “Advanced”, or do again what caused it."
            )
        case _:
            assert_never(outcome)
