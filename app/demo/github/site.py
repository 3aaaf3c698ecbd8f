"""The local GitHub as its parts see it: where it answers, what it remembers, where its repositories lie."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import RLock

from app.demo.github.git import BareRepository
from app.demo.github.outbox import Outbox
from app.demo.github.records import Account, App, Repository
from app.demo.github.store import Store


def utc_now() -> datetime:
    """The present moment in whole seconds, as GitHub's timestamps are."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Actor:
    """Who does something: a person, or an App through its bot account."""

    account: Account
    app: App | None = None

    @property
    def app_id(self) -> int | None:
        return self.app.id if self.app else None


@dataclass(frozen=True)
class Site:
    url: str
    state: Path
    store: Store
    outbox: Outbox
    secret: bytes
    now: Callable[[], datetime] = utc_now
    _git_locks: dict[int, RLock] = field(default_factory=dict[int, RLock])

    @classmethod
    def open(cls, state: Path, url: str) -> "Site":
        """The site whose state lies in the folder; it is made where there is none."""
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = Store(state / "github.sqlite3")
        with store.transaction():
            if store.setting("secret") is None:
                store.set_setting("secret", token_hex(32))
            secret = bytes.fromhex(store.setting("secret") or "")
        return cls(url, state, store, Outbox(store), secret)

    def git(self, repo: Repository) -> BareRepository:
        return BareRepository(self.state / "git" / repo.owner / f"{repo.name}.git")

    def moving_refs_of(self, repo: Repository) -> RLock:
        """Held by whoever moves refs, so that each move is announced once, by the one who made it."""
        return self._git_locks.setdefault(repo.id, RLock())

    def sign(self, payload: str) -> str:
        """A stand-in for the signature GitHub puts on commits it makes; only this site can make it."""
        seal = hmac.new(self.secret, payload.encode(), sha256).hexdigest()
        return f"-----BEGIN SIMULATED SIGNATURE-----\n\n{seal}\n-----END SIMULATED SIGNATURE-----"

    def repository(self, owner: str, name: str) -> Repository | None:
        account = self.store.find(Account, 0, owner.lower())
        return account and self.store.find(Repository, account.id, name.lower())
