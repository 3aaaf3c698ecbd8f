"""Installation tokens, each for one repository and the permissions of one job.

https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from pydantic import AwareDatetime

from app.adapters.github.answers import GitHubModel, parse
from app.adapters.github.app import AsApp
from app.adapters.github.connection import Answer, Request, api_path
from app.adapters.github.failures import About, forbidden, is_rate_limited, nonsense, rate_limited
from app.domain.repo import RepoRef
from app.errors import Limited, RepoError, TransientError
from app.ports.budgets import Account, Pauses
from app.ports.clock import Clock

Permissions = Mapping[str, Literal["read", "write"]]

RENEW_BEFORE_EXPIRY = timedelta(minutes=5)
# A new token reaches all of GitHub's replicas within seconds; until then it may be met with 401 or 404.
SPREADING = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Token:
    secret: str = field(repr=False)
    minted_at: datetime
    expires_at: datetime

    def is_young(self, now: datetime) -> bool:
        return now - self.minted_at < SPREADING

    def is_good(self, now: datetime) -> bool:
        return now < self.expires_at - RENEW_BEFORE_EXPIRY


class _Minted(GitHubModel):
    token: str
    expires_at: AwareDatetime


@dataclass(slots=True)
class _Slot:
    lock: Lock = field(default_factory=Lock)
    token: Token | None = None


_Key = tuple[int, int, frozenset[tuple[str, str]]]


class InstallationTokens:
    """Mints tokens as the App, and keeps each until five minutes before it expires.

    Threads that ask for the same token at once wait for one of them to mint it.
    """

    def __init__(self, app: AsApp, *, pauses: Pauses, clock: Clock) -> None:
        self._app = app
        self._pauses = pauses
        self._clock = clock
        self._slots: dict[_Key, _Slot] = {}
        self._slots_lock = Lock()

    def for_(self, repo: RepoRef, permissions: Permissions) -> Token:
        """A token that can do nothing but this, in no other repository; `metadata: read` comes with every token.

        Raises:
            RepoError: the installation is gone or suspended, the repository is gone, the App lacks a permission, or
                its key is wrong.
            TransientError: GitHub does not mint one now, or is to be left alone.
        """
        slot = self._slot(repo, permissions)
        with slot.lock:
            if slot.token is None or not slot.token.is_good(self._clock.now()):
                slot.token = self._mint(repo, permissions)
            return slot.token

    def forget(self, repo: RepoRef, permissions: Permissions, token: Token) -> None:
        """Stop handing out a token that GitHub no longer accepts."""
        slot = self._slot(repo, permissions)
        with slot.lock:
            if slot.token is token:
                slot.token = None

    def _slot(self, repo: RepoRef, permissions: Permissions) -> _Slot:
        key = (repo.installation_id, repo.repo_id, frozenset(permissions.items()))
        with self._slots_lock:
            return self._slots.setdefault(key, _Slot())

    def _mint(self, repo: RepoRef, permissions: Permissions) -> Token:
        self._pauses.check(Account.of(repo))
        now = self._clock.now()
        # never an empty set: a token for which nothing is asked may do all that the App may
        asked = {"repository_ids": [repo.repo_id], "permissions": {"metadata": "read", **permissions}}
        path = api_path("app", "installations", repo.installation_id, "access_tokens")
        answer = self._app.send(Request("POST", path, body=asked))
        if not answer.is_success:
            raise self._mint_failure(answer, repo, permissions)
        minted = parse(answer, _Minted)
        return Token(minted.token, minted_at=now, expires_at=minted.expires_at)

    def _mint_failure(self, answer: Answer, repo: RepoRef, permissions: Permissions) -> RepoError | TransientError:
        if is_rate_limited(answer):
            return self._limited(answer, repo)
        match answer.status:
            case 401:
                return RepoError(
                    f"{repo.host} does not accept the App's key: check the App id, its private key, "
                    "and this machine's clock"
                )
            case 403:
                return forbidden(answer, About(repo, "installation tokens", _listed(permissions)))
            case 404 if not self._is_installed(repo):
                return RepoError(
                    f"Installation {repo.installation_id} of the App on {repo.owner} does not exist any more: "
                    "install the App again"
                )
            case 422 if "permissions" in answer.message:
                return RepoError(
                    f"The App lacks a permission in {repo.full_name}: grant it “{_listed(permissions)}” in the App's "
                    f"settings, then accept the new permissions in the installation of {repo.owner}"
                )
            case 404 | 422:
                return vanished(repo)
            case _:
                return nonsense(answer)

    def _limited(self, answer: Answer, repo: RepoRef) -> Limited:
        now = self._clock.now()
        limited = rate_limited(answer, now)
        self._pauses.begin(Account.of(repo), until=now + limited.wait, why=str(limited))
        return limited

    def _is_installed(self, repo: RepoRef) -> bool:
        answer = self._app.send(Request("GET", api_path("app", "installations", repo.installation_id)))
        return answer.status != 404


def vanished(repo: RepoRef) -> RepoError:
    return RepoError(f"{repo.full_name} does not exist any more or the App may not see it")


def _listed(permissions: Permissions) -> str:
    return ", ".join(f"{area}: {level}" for area, level in sorted(permissions.items()))
