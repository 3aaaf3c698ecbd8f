"""What may be sent to a code host now. Its limits hold for an installation, whichever process or worker sends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.repo import IssueRef, RepoRef


@dataclass(frozen=True, slots=True)
class Account:
    """Whose requests a host counts together: one installation of the App, on one host."""

    host: str
    installation_id: int

    @classmethod
    def of(cls, repo: RepoRef) -> "Account":
        return cls(repo.host, repo.installation_id)

    def __str__(self) -> str:
        return f"installation {self.installation_id} on {self.host}"


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changes something on a code host, just before it is sent.

    One that `can_wait` leaves the last part of every budget to the others. `comments_on` is the issue or pull request
    that gets a new comment. `reads` is how many requests that only read went before it uncounted.
    """

    account: Account
    creates_content: bool = True
    can_wait: bool = False
    comments_on: IssueRef | None = None
    reads: int = 0


Permit = Callable[[Write], None]
"""Asked before every write of a job; when it returns, the write is counted and may be sent.

Raises:
    StaleFence: the lane is no longer ours.
    Limited: there is no room for it now; nothing may be sent, and nothing was counted.
"""


class Pauses(Protocol):
    """Which installations are left alone because their host asked for it."""

    def check(self, account: Account) -> None:
        """Do nothing while the account may be asked.

        Raises:
            Limited: it is left alone until later.
        """
        ...

    def begin(self, account: Account, *, until: datetime, why: str) -> None:
        """Have every process leave the account alone until then; a pause that lasts longer already stays."""
        ...
