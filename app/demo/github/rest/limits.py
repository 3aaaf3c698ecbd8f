"""Rate limits: how many requests each token or address has left in its hour.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from dataclasses import dataclass
from threading import Lock
from time import time

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class RateLimits:
    """Counts in memory: a restart gives everybody a new hour."""

    def __init__(self, per_hour: int) -> None:
        self._per_hour = per_hour
        self._lock = Lock()
        self._used: dict[str, tuple[int, int]] = {}

    def spend(self, who: str) -> Allowance:
        """Count one request, and say what is left."""
        return self._count(who, 1)

    def give_back(self, who: str) -> Allowance:
        """What was answered with 304 costs nothing."""
        return self._count(who, -1)

    def look(self, who: str) -> Allowance:
        return self._count(who, 0)

    def _count(self, who: str, requests: int) -> Allowance:
        now = int(time())
        with self._lock:
            used, reset = self._used.get(who, (0, now + HOUR))
            if reset <= now:
                used, reset = 0, now + HOUR
            used = max(0, used + requests)
            self._used[who] = (used, reset)
        return Allowance(self._per_hour, used, reset)
