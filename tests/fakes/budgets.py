from dataclasses import dataclass, field
from datetime import datetime

from app.errors import Limited
from app.ports.budgets import Account
from app.ports.clock import Clock


@dataclass
class InMemoryPauses:
    """Implements `app.ports.budgets.Pauses`, as honest as `tests/contract/journal/test_budgets.py` makes it."""

    clock: Clock
    pauses: dict[Account, tuple[datetime, str]] = field(default_factory=dict[Account, tuple[datetime, str]])

    def check(self, account: Account) -> None:
        until, why = self.pauses.get(account, (self.clock.now(), ""))
        if until > self.clock.now():
            raise Limited(f"{account} is left alone: {why}", retry_after=until - self.clock.now())

    def begin(self, account: Account, *, until: datetime, why: str) -> None:
        known = self.pauses.get(account)
        if known is None or known[0] < until:
            self.pauses[account] = (until, why)
