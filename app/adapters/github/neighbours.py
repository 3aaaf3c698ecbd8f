"""Other repositories of an account, found by name through the installation.

A token for repositories by name is answered with what these are; a name that the installation does not have is 422.
https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
"""

from app.adapters.github.answers import GitHubModel, parse
from app.adapters.github.app import AsApp
from app.adapters.github.connection import Answer, Request, api_path
from app.adapters.github.failures import About, failure, is_rate_limited, rate_limited
from app.domain.repo import RepoRef
from app.errors import RepoError, TransientError
from app.ports.budgets import Account, Pauses
from app.ports.clock import Clock


class _Owner(GitHubModel):
    login: str


class _Repository(GitHubModel):
    id: int
    name: str
    owner: _Owner


class _Found(GitHubModel):
    repositories: tuple[_Repository, ...] = ()


class GitHubNeighbours:
    """Implements `app.ports.neighbours.Neighbours`. The token that GitHub makes for the answer is thrown away."""

    def __init__(self, app: AsApp, *, pauses: Pauses, clock: Clock) -> None:
        self._app = app
        self._pauses = pauses
        self._clock = clock

    def beside(self, repo: RepoRef, name: str) -> RepoRef | None:
        self._pauses.check(Account.of(repo))
        path = api_path("app", "installations", repo.installation_id, "access_tokens")
        asked = {"repositories": [name], "permissions": {"metadata": "read"}}
        answer = self._app.send(Request("POST", path, body=asked))
        if answer.status == 422:
            return None
        if not answer.is_success:
            raise self._failure(answer, repo)
        found = (one for one in parse(answer, _Found).repositories if one.name.lower() == name.lower())
        return next(
            (RepoRef(repo.host, repo.installation_id, one.id, one.owner.login, one.name) for one in found), None
        )

    def _failure(self, answer: Answer, repo: RepoRef) -> RepoError | TransientError:
        now = self._clock.now()
        if is_rate_limited(answer):
            limited = rate_limited(answer, now)
            self._pauses.begin(Account.of(repo), until=now + limited.wait, why=str(limited))
            return limited
        return failure(answer, About(repo, "installation", "metadata: read"), now)
