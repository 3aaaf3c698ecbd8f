"""Is what the host shows as new as what it announced? Its answers come from copies, which may be seconds behind."""

from datetime import datetime, timedelta

from app.errors import TransientError
from app.ports.clock import Clock
from app.ports.record import Origin

SETTLES_WITHIN = timedelta(minutes=1)
LOOK_AGAIN_AFTER = timedelta(seconds=1)


def require_settled(
    thing: object, *, shown: datetime | None, announced: datetime | None, origin: Origin, clock: Clock
) -> None:
    """Do nothing when what is shown was changed at or after the announced time, or when that is long ago.

    Raises:
        TransientError: the host still shows the thing as it was before its own delivery; look again.
    """
    if shown is None or announced is None or shown >= announced:
        return
    if clock.now() - origin.created_at < SETTLES_WITHIN:
        message = f"the host still shows {thing} as it was before its own delivery"
        raise TransientError(message, retry_after=LOOK_AGAIN_AFTER)
