"""GitHub's own log of what it delivered to the App: the list, and asking for a delivery again.

https://docs.github.com/en/rest/apps/webhooks
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from app.errors import RepoError

Cursor = NewType("Cursor", str)
MOST_KEPT_DAYS = 3  # GitHub says so of github.com; a server of one's own may keep its list longer


@dataclass(frozen=True, slots=True)
class Attempt:
    """One entry of the list: one request of GitHub's to our receiver. Attempts at the same delivery share its GUID.

    `delivered_at` is by GitHub's clock. `status_code` is what the receiver answered, or what GitHub says when nobody
    did.
    """

    id: int
    guid: str
    delivered_at: datetime
    is_redelivery: bool
    status_code: int
    event: str
    action: str
    installation_id: int | None
    repository_id: int | None

    @property
    def is_success(self) -> bool:
        """Whether GitHub was told that it arrived; an attempt that was throttled was told nothing."""
        return 200 <= self.status_code < 300


@dataclass(frozen=True, slots=True)
class Page:
    """Some attempts, newest first; `older` leads to those before them."""

    attempts: Sequence[Attempt]
    older: Cursor | None


class HookDeliveries(Protocol):
    """Every method may raise `TransientError`, and `RepoError` when GitHub does not let the App in at all."""

    def page(self, cursor: Cursor | None) -> Page:
        """A hundred attempts, the newest without a cursor."""
        ...

    def ask_again(self, attempt_id: int) -> None:
        """Have GitHub send the delivery of an attempt once more, soon, under the same GUID.

        Raises:
            NoLongerKept: GitHub does not have it any more.
            AskedInVain: GitHub does not want to send this one.
        """
        ...


class NoLongerKept(RepoError):
    """GitHub's list has forgotten the delivery: nobody can ask for it any more."""


class AskedInVain(RepoError):
    """GitHub refuses to send this delivery again, for now at least."""
