"""What one process knows of the requests of each installation: what GitHub's last answer said, and its own reads."""

from collections import Counter
from datetime import datetime
from threading import Lock

from app.adapters.github.connection import Answer
from app.adapters.github.failures import LONGEST_WAIT, resets_at
from app.governance.limits import Hour
from app.ports.budgets import Account


class Hours:
    """Shared by all jobs of the process. Nothing is asked of anybody: the headers of every answer say it.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._hours: dict[Account, Hour] = {}
        self._reads: Counter[Account] = Counter()

    def of(self, account: Account) -> Hour | None:
        with self._lock:
            return self._hours.get(account)

    def heard(self, account: Account, answer: Answer, now: datetime) -> None:
        """Keep what the headers say; those that make no sense say nothing."""
        hour = _hour(answer, now)
        if hour is not None:
            with self._lock:
                self._hours[account] = hour

    def read(self, account: Account) -> None:
        with self._lock:
            self._reads[account] += 1

    def reads(self, account: Account) -> int:
        """The reads that no write carried into the shared count yet."""
        with self._lock:
            return self._reads[account]

    def carried(self, account: Account, reads: int) -> None:
        with self._lock:
            self._reads[account] -= reads


def _hour(answer: Answer, now: datetime) -> Hour | None:
    if answer.headers.get("x-ratelimit-resource", "core") != "core":
        return None  # GraphQL has an hour of its own, in points
    resets = resets_at(answer)
    try:
        limit, remaining = (int(answer.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining"))
    except (KeyError, ValueError):
        return None
    if resets is None or not 0 <= remaining <= limit:
        return None
    return Hour(limit, remaining, min(resets, now + LONGEST_WAIT))
