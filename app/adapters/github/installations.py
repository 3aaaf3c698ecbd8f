"""The App's installations and what is open in their repositories, with conditional requests.

GitHub's ETags are those of one token: while that lives, up to an hour, an unchanged list costs nothing of the limit.
https://docs.github.com/en/rest/apps/apps, https://docs.github.com/en/rest/apps/installations
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Literal, TypeVar

from githubkit import TokenAuthStrategy
from pydantic import AwareDatetime

from app.adapters.github.answers import GitHubModel, parse
from app.adapters.github.app import AsApp
from app.adapters.github.client import PER_PAGE, Call, Client
from app.adapters.github.connection import Answer, Connection, Request, api_path
from app.adapters.github.failures import NotThere, is_rate_limited, nonsense, rate_limited
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.errors import RepoError, TransientError
from app.ports.clock import Clock
from app.ports.installations import ETag, Installation, Listed, OpenIssue, OpenPull, Unchanged
from app.ports.installations import Request as IssueRequest

M = TypeVar("M")
T = TypeVar("T")

MOST_PAGES = 10
MOST_ACCOUNT_PAGES = 100


class _Account(GitHubModel):
    id: int
    login: str
    type: Literal["User", "Bot", "Organization", "Mannequin"] = "User"


class _Holder(GitHubModel):
    login: str = ""  # an enterprise has none


class _Installation(GitHubModel):
    id: int
    account: _Holder | None = None
    suspended_at: AwareDatetime | None = None


class _Token(GitHubModel):
    token: str


class _Repository(GitHubModel):
    id: int
    name: str
    owner: _Account
    archived: bool = False


class _Repositories(GitHubModel):
    repositories: tuple[_Repository, ...]


class _Issue(GitHubModel):
    number: int
    title: str
    body: str | None = None
    updated_at: AwareDatetime
    pull_request: GitHubModel | None = None


class _HeadRepository(GitHubModel):
    id: int


class _Head(GitHubModel):
    ref: str
    sha: str
    repo: _HeadRepository | None  # gone when the fork was deleted


class _Pull(GitHubModel):
    number: int
    head: _Head
    updated_at: AwareDatetime


class _Label(GitHubModel):
    name: str


class _Event(GitHubModel):
    id: int
    event: str
    actor: _Account | None = None
    label: _Label | None = None

    def asks_by(self, label: str) -> bool:
        if self.event == "labeled":
            return self.label is not None and self.label.name == label
        return self.event == "reopened"


class GitHubInstallations:
    """Implements `app.ports.installations.Installations`.

    An installation's repositories are listed with a token that can read their names, and nothing in them.
    """

    def __init__(self, app: AsApp, connection: Connection, client: Client, *, host: str, clock: Clock) -> None:
        self._app = app
        self._connection = connection
        self._client = client
        self._host = host
        self._clock = clock

    def all(self) -> Sequence[Installation]:
        path = api_path("app", "installations")
        pages = _pages(lambda page: self._as_app(Request("GET", path, page), list[_Installation]), MOST_ACCOUNT_PAGES)
        return [
            Installation(one.id, one.account.login if one.account else "", one.suspended_at is not None)
            for one in pages
        ]

    def repositories(self, installation: Installation) -> Sequence[RepoRef]:
        """Those that are not archived: in an archive nothing can be written."""
        path = api_path("app", "installations", installation.id, "access_tokens")
        token = self._as_app(Request("POST", path, body={"permissions": {"metadata": "read"}}), _Token).token

        def page(params: dict[str, str | int]) -> Sequence[_Repository]:
            request = Request("GET", api_path("installation", "repositories"), params)
            answer = self._connection.send(TokenAuthStrategy(token), request)
            return self._read(answer, _Repositories).repositories

        found = _pages(page, MOST_ACCOUNT_PAGES)
        return [
            RepoRef(self._host, installation.id, one.id, one.owner.login, one.name) for one in found if not one.archived
        ]

    def labelled_issues(self, repo: RepoRef, label: str, *, unless: ETag | None) -> Listed[OpenIssue] | Unchanged:
        """The open issues with the label, oldest first; none where issues are switched off."""
        call = Call("GET", repo, ("issues",), "issues", "issues: read", {"labels": label, **_OPEN})

        def as_issue(one: _Issue) -> OpenIssue | None:
            if one.pull_request is not None:  # pull requests are listed here too
                return None
            return OpenIssue(IssueRef(repo, one.number), one.title, one.body or "", one.updated_at)

        try:
            return self._list(call, list[_Issue], as_issue, unless)
        except NotThere:
            return Listed((), None)

    def open_pulls(self, repo: RepoRef, *, unless: ETag | None) -> Listed[OpenPull] | Unchanged:
        call = Call("GET", repo, ("pulls",), "pull requests", "pull_requests: read", _OPEN)

        def as_pull(one: _Pull) -> OpenPull:
            is_fork = one.head.repo is None or one.head.repo.id != repo.repo_id
            branch = None if is_fork else one.head.ref
            return OpenPull(PullRef(repo, one.number), HeadSha(one.head.sha), branch, is_fork, one.updated_at)

        return self._list(call, list[_Pull], as_pull, unless)

    def last_request(self, issue: IssueRef, label: str) -> IssueRequest | None:
        """Who put the label on last, or reopened the issue after that.

        https://docs.github.com/en/rest/issues/events#list-issue-events
        """
        path, thing = ("issues", issue.number, "events"), f"issue {issue.number}"
        pages = _pages(
            lambda page: self._client.ask(Call("GET", issue.repo, path, thing, "issues: read", page), list[_Event]),
            MOST_PAGES,
        )
        events = list(pages)
        last = next((event for event in reversed(events) if event.asks_by(label)), None)
        if last is None or last.actor is None or len(events) == MOST_PAGES * PER_PAGE:  # the last may be further on
            return None
        return IssueRequest(last.id, Actor(last.actor.login, last.actor.id, last.actor.type))

    def _list(
        self, call: Call, model: type[list[M]], read: Callable[[M], T | None], unless: ETag | None
    ) -> Listed[T] | Unchanged:
        first = self._client.ask_unless(unless, _page(call, 1), model)
        if first is None:
            return Unchanged()
        items, etag = first
        is_whole = len(items) < PER_PAGE
        for page in range(2, MOST_PAGES + 1):
            if len(items) < (page - 1) * PER_PAGE:
                break
            items = items + self._client.ask(_page(call, page), model)
        found = (read(item) for item in items)
        return Listed(tuple(one for one in found if one is not None), ETag(etag) if etag and is_whole else None)

    def _as_app(self, request: Request, model: type[M]) -> M:
        return self._read(self._app.send(request), model)

    def _read(self, answer: Answer, model: type[M]) -> M:
        if answer.is_success:
            return parse(answer, model)
        raise self._failure(answer)

    def _failure(self, answer: Answer) -> RepoError | TransientError:
        if is_rate_limited(answer):
            return rate_limited(answer, self._clock.now())
        if 400 <= answer.status < 500:
            return RepoError(
                f"GitHub does not show the App its installations ({answer.status} {answer.message}): check the App id, "
                "its private key, this machine's clock, and whether the installation is suspended"
            )
        return nonsense(answer)


_OPEN: dict[str, str | int] = {"state": "open", "sort": "created", "direction": "asc"}


def _page(call: Call, number: int) -> Call:
    params = {**call.params, "per_page": PER_PAGE, "page": number}
    return Call(call.method, call.repo, call.path, call.thing, call.permission, params)


def _pages(ask: Callable[[dict[str, str | int]], Sequence[M]], most: int) -> Iterator[M]:
    """The items of all pages, up to the most that are read."""
    for number in count(1):
        items = ask({"per_page": PER_PAGE, "page": number})
        yield from items
        if len(items) < PER_PAGE or number == most:
            return
