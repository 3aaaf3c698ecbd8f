"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Implements `app.ports.clock.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)
