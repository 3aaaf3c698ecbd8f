"""GitHub as one App sees it: the ports of `app.ports.code_host`, cut to the permissions of a job."""

import time
from collections.abc import Callable

from app.adapters.github.app import AsApp
from app.adapters.github.checks import GitHubChecks
from app.adapters.github.client import Client
from app.adapters.github.collaborators import GitHubCollaborators
from app.adapters.github.commits import GitHubCommits
from app.adapters.github.connection import Connection
from app.adapters.github.hook_deliveries import GitHubHookDeliveries
from app.adapters.github.hours import Hours
from app.adapters.github.installations import GitHubInstallations
from app.adapters.github.issues import GitHubIssues
from app.adapters.github.neighbours import GitHubNeighbours
from app.adapters.github.pulls import GitHubPulls
from app.adapters.github.reviews import GitHubReviews
from app.adapters.github.tokens import InstallationTokens, Permissions
from app.domain.repo import RepoRef
from app.ports.budgets import Pauses, Permit, Write
from app.ports.clock import Clock
from app.ports.code_host import CodeHost


class GitHub:
    """One GitHub (github.com, or a server of one's own) and one App on it.

    Make one per host and process, after the fork of a worker: it holds the connections and the tokens. `api_url` is
    `https://api.github.com`, or `https://HOST/api/v3`.
    """

    def __init__(
        self,
        *,
        api_url: str,
        app_id: int,
        private_key: str,
        pauses: Pauses,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = Connection(api_url)
        self._app = AsApp(self._connection, app_id=app_id, private_key=private_key)
        self._tokens = InstallationTokens(self._app, pauses=pauses, clock=clock)
        self._pauses = pauses
        self._hours = Hours()
        self._app_id = app_id
        self._clock = clock
        self._sleep = sleep

    def ports(self, permissions: Permissions, *, permit: Permit) -> CodeHost:
        """The ports for one job: each request carries a token for its repository and `permissions`, nothing else.

        `permit` is asked before every write.
        """
        client = self._client(permissions, permit)
        return CodeHost(
            collaborators=GitHubCollaborators(client),
            issues=GitHubIssues(client, self._app_id),
            pulls=GitHubPulls(client),
            reviews=GitHubReviews(client),
            commits=GitHubCommits(client),
            checks=GitHubChecks(client, self._app_id),
        )

    def installations(self, host: str, permissions: Permissions) -> GitHubInstallations:
        """The App's installations, and what is open in each repository, read with a token of its own."""
        client = self._client(permissions, permit=_nothing_is_written)
        return GitHubInstallations(self._app, self._connection, client, host=host, clock=self._clock)

    def neighbours(self) -> GitHubNeighbours:
        """Finds other repositories of an account, as far as the installation has them."""
        return GitHubNeighbours(self._app, pauses=self._pauses, clock=self._clock)

    def _client(self, permissions: Permissions, permit: Permit) -> Client:
        return Client(
            self._connection,
            self._tokens,
            permissions,
            permit=permit,
            pauses=self._pauses,
            hours=self._hours,
            clock=self._clock,
            sleep=self._sleep,
        )

    def token(self, repo: RepoRef, permissions: Permissions) -> str:
        """An installation token for what does not go through the API, like git over HTTP."""
        return self._tokens.for_(repo, permissions).secret

    def hook_deliveries(self) -> GitHubHookDeliveries:
        """The App's own view of its webhook's deliveries; no installation token sees it."""
        return GitHubHookDeliveries(self._app, clock=self._clock)


def _nothing_is_written(write: Write) -> None:
    raise PermissionError(f"{write} by one who only reads")
