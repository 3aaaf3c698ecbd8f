"""What an operator reads about deliveries in the terminal."""

from datetime import datetime

from app.domain.delivery_figures import DeliveryFigures, FailedDelivery


def closing_sentence(figures: DeliveryFigures, *, hours: int) -> str:
    """Whether anything is missing, in one sentence."""
    total = figures.total
    if total.unaccounted:
        return f"{total.unaccounted} deliveries are in no state that ACS knows: report this, it is a mistake of ACS."
    if total.lost:
        return f"{_deliveries(total.lost, 'is', 'are')} lost: `acs deliveries --failed` says which, and what to do."
    if figures.listed_at is None:
        return "GitHub's list of deliveries has not been read yet: see that `acs clock` runs."
    if total.missing:
        return f"{_deliveries(total.missing, 'is', 'are')} missing, and asked for again while `acs clock` runs."
    counted = f"{total.received} received = {total.done} done + {total.failed} failed + {total.in_flight} in flight"
    return f"Nothing is missing in the last {hours} h: {counted}."


def last_read(listed_at: datetime | None) -> str:
    """When GitHub's list was read."""
    return f"GitHub's list was read at {listed_at:%Y-%m-%d %H:%M:%S} UTC." if listed_at else ""


def next_step(failed: FailedDelivery) -> str:
    """What can be done about a delivery that failed."""
    if failed.is_lost:
        return f"`acs redeliver {failed.guid}` while GitHub keeps it (3 days), else do again what caused it"
    return f"mend what the reason says, then `acs redeliver {failed.guid}`"


def _deliveries(count: int, one: str, more: str) -> str:
    return f"1 delivery {one}" if count == 1 else f"{count} deliveries {more}"
