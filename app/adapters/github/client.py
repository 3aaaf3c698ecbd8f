"""One place that talks to GitHub about a repository: tokens, doubts about fresh ones, permits, limits, failures."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from githubkit import TokenAuthStrategy

from app.adapters.github.answers import GitHubModel, parse
from app.adapters.github.connection import Answer, Connection, Json, Method, Request, api_path
from app.adapters.github.failures import About, NotThere, failure, is_rate_limited, rate_limited
from app.adapters.github.graphql import Found, Operation, with_status
from app.adapters.github.hours import Hours
from app.adapters.github.tokens import InstallationTokens, Permissions, Token
from app.domain.repo import IssueRef, RepoRef
from app.errors import Limited, TransientError
from app.ports.budgets import Account, Pauses, Permit, Write
from app.ports.clock import Clock

M = TypeVar("M")

FRESH_TOKEN_WAITS_S = (0.25, 0.5, 1.0, 2.0)
READ_AGAIN_AFTER_S = 0.25
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One request below `/repos/OWNER/NAME`; `thing` and `permission` are for the person who reads of a failure.

    With an `operation` it is one to GraphQL instead. The last three say what a write is, as
    `app.ports.budgets.Write` has it.
    """

    method: Method
    repo: RepoRef
    path: tuple[str | int, ...]
    thing: str
    permission: str
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    body: Json = None
    etag: str | None = None
    operation: Operation | None = None
    creates_content: bool = True
    can_wait: bool = False
    comments_on: IssueRef | None = None

    @property
    def account(self) -> Account:
        return Account.of(self.repo)

    @property
    def about(self) -> About:
        return About(self.repo, self.thing, self.permission)

    @property
    def request(self) -> Request:
        if self.operation is not None:
            return self.operation.request
        path = api_path("repos", self.repo.owner, self.repo.name, *self.path)
        return Request(self.method, path, self.params, self.body, self.etag)

    @property
    def is_read(self) -> bool:
        return self.method == "GET" if self.operation is None else not self.operation.is_mutation


NO_CONTENT = 204
NOT_MODIFIED = 304


class Client:
    """Requests of one job: with a token of exactly its permissions, and a permit for every write.

    A read that fails in transit is sent once more in place; everything else is for the job to try again. An
    installation that GitHub limits, or that is near its limit, is left alone by this process and all others.
    """

    def __init__(
        self,
        connection: Connection,
        tokens: InstallationTokens,
        permissions: Permissions,
        *,
        permit: Permit,
        pauses: Pauses,
        hours: Hours,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._tokens = tokens
        self._permissions = permissions
        self._permit = permit
        self._pauses = pauses
        self._hours = hours
        self._may_ask: set[Account] = set()
        self._clock = clock
        self._sleep = sleep

    def ask(self, call: Call, model: type[M]) -> M:
        """Send the request and read the answer as `model`."""
        return parse(self._succeed(call), model)

    def query(self, operation: Operation, model: type[M], *, repo: RepoRef, thing: str, permission: str) -> M:
        """Ask GraphQL, and read the `data` of its answer as `model`."""
        call = Call("POST", repo, (), thing, permission, operation=operation)
        return self.ask(call, Found[model]).data

    def find(self, call: Call, model: type[M]) -> M | None:
        """The same as `ask`, but `None` where there is nothing."""
        try:
            return self.ask(call, model)
        except NotThere:
            return None

    def ask_unless(self, etag: str | None, call: Call, model: type[M]) -> tuple[M, str | None] | None:
        """The answer and its ETag; `None` while the answer is the one that the given ETag stands for.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        answer = self._exchange(replace(call, etag=etag))
        known = answer.headers.get("etag")  # the connection says the whole of an answer again that it remembers
        if etag is not None and (answer.status == NOT_MODIFIED or known == etag):
            return None
        if not answer.is_success:
            raise failure(answer, call.about, self._clock.now())
        return parse(answer, model), known

    def do(self, call: Call) -> None:
        """Send the request; what the answer says does not matter, as long as it is GitHub that answers."""
        answer = self._succeed(call)
        if answer.status != NO_CONTENT:
            parse(answer, GitHubModel)

    def _succeed(self, call: Call) -> Answer:
        answer = self._exchange(call)
        if answer.is_success:
            return answer
        raise failure(answer, call.about, self._clock.now())

    def _exchange(self, call: Call) -> Answer:
        if call.account not in self._may_ask:
            self._pauses.check(call.account)
            self._may_ask.add(call.account)
        token = self._token(call.repo)
        answer = self._send(call, token)
        if answer.status == 401 and not self._is_young(token):  # revoked, or the installation was made anew
            self._tokens.forget(call.repo, self._permissions, token)
            token = self._token(call.repo)
            answer = self._send(call, token)
        for wait_s in FRESH_TOKEN_WAITS_S:
            if not self._is_doubtful(answer, call.repo, token):
                break
            self._sleep(wait_s)
            answer = self._send(call, token)
        return answer

    def _is_doubtful(self, answer: Answer, repo: RepoRef, token: Token) -> bool:
        """Whether a refusal may only mean that GitHub has not heard of the token everywhere yet.

        A 404 is believed as soon as the token can see the repository itself.
        """
        if answer.status not in (401, 404) or not self._is_young(token):
            return False
        return answer.status == 401 or not self._sees(repo, token)

    def _sees(self, repo: RepoRef, token: Token) -> bool:
        look = Call("GET", repo, (), "repository", "metadata: read")
        return self._send(look, token).is_success

    def _send(self, call: Call, token: Token) -> Answer:
        if call.is_read:
            return self._read(call, token)
        self._leave_the_rest_to_others(call)
        reads = self._hours.reads(call.account)
        self._permit(Write(call.account, call.creates_content, call.can_wait, call.comments_on, reads))
        self._hours.carried(call.account, reads)
        return self._deliver(call, token)

    def _leave_the_rest_to_others(self, call: Call) -> None:
        now, hour = self._clock.now(), self._hours.of(call.account)
        if call.can_wait and hour and hour.ends_early(now, can_wait=True):
            raise Limited(f"the last requests of {call.account} are kept", retry_after=hour.resets_at - now)

    def _read(self, call: Call, token: Token) -> Answer:
        try:
            answer = self._deliver(call, token)
        except TransientError:
            answer = None
        if answer is not None and answer.status < 500:
            return answer
        self._sleep(READ_AGAIN_AFTER_S)
        return self._deliver(call, token)

    def _deliver(self, call: Call, token: Token) -> Answer:
        if call.is_read:
            self._hours.read(call.account)
        answer = self._connection.send(TokenAuthStrategy(token.secret), call.request)
        if call.operation is not None:
            answer = with_status(answer)
        self._heed(call.account, answer)
        return answer

    def _heed(self, account: Account, answer: Answer) -> None:
        """Have everybody leave the installation alone when GitHub says so, or is about to.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
        """
        now = self._clock.now()
        if is_rate_limited(answer):
            limited = rate_limited(answer, now)
            self._pause(account, now + limited.wait, str(limited))
            return
        self._hours.heard(account, answer, now)
        hour = self._hours.of(account)
        if hour and hour.ends_early(now):
            self._pause(account, hour.resets_at, "the requests of this hour are used up")

    def _pause(self, account: Account, until: datetime, why: str) -> None:
        self._pauses.begin(account, until=until, why=why)
        self._may_ask.discard(account)

    def _token(self, repo: RepoRef) -> Token:
        return self._tokens.for_(repo, self._permissions)

    def _is_young(self, token: Token) -> bool:
        return token.is_young(self._clock.now())
