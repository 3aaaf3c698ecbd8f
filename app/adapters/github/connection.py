"""The wire to one GitHub: sends a request through githubkit and says what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import httpx
from githubkit import BaseAuthStrategy
from githubkit import GitHub as Githubkit
from githubkit.cache import MemCacheStrategy
from githubkit.config import Config, get_config
from githubkit.exception import RequestError, RequestFailed
from githubkit.hishel import SyncMemoryStorage
from githubkit.response import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import RepoError, TransientError

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | bool | None"
Method = Literal["GET", "POST", "PATCH", "DELETE"]

API_VERSION = "2022-11-28"
GRAPHQL = "/graphql"


@dataclass(frozen=True, slots=True)
class Request:
    method: Method
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    body: Json = field(default=None, repr=False)
    etag: str | None = None  # of the answer that is known already: what stands for it is 304

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub answered, whatever the status; `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """GitHub's own words about a failure, on one line; empty when there are none."""
        try:
            return _one_line(_Failure.model_validate_json(self.body).words)
        except ValidationError:
            return ""


class _Failure(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    message: str = ""
    errors: tuple["_Failure | str", ...] = ()

    @property
    def words(self) -> str:
        details = (error if isinstance(error, str) else error.words for error in self.errors)
        return "; ".join(filter(None, (self.message, *details)))


class Connection:
    """Requests to one API address. Connections to the server are kept and shared by all threads of the process.

    Every read asks the server, but costs nothing where it was read before and did not change.
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate

    Nothing is retried here: githubkit's own retries are off. Make it after the fork of a worker.
    """

    def __init__(
        self, api_url: str, *, connect_timeout_s: float = 5, read_timeout_s: float = 10, remembered: int = 1_000
    ) -> None:
        self._graphql = _graphql_url(api_url)
        self._config: Config = get_config(
            base_url=api_url,
            user_agent="ACS",
            transport=_SharedTransport(httpx.Timeout(read_timeout_s, connect=connect_timeout_s)),
            cache_strategy=_LastAnswers(remembered),  # not githubkit's default, which all hosts share
            http_cache=True,
            auto_retry=False,
        )

    def send(self, auth: BaseAuthStrategy, request: Request) -> Answer:
        """Send once.

        Raises:
            TransientError: no answer came, or none that HTTP can read.
        """
        try:
            response = self._response(auth, request)
        except RequestError as failed:  # pyright: ignore[reportUnknownVariableType] -- githubkit leaves it generic
            cause = failed.__cause__
            if not isinstance(cause, httpx.HTTPError):
                raise cause or failed from None
            raise TransientError(f"GitHub did not answer {request}: {_kind(cause)}") from cause
        return Answer(response.status_code, dict(response.headers), response.content)

    def _response(self, auth: BaseAuthStrategy, request: Request) -> httpx.Response:
        github = _Github(auth, config=self._config)
        headers = {"X-GitHub-Api-Version": API_VERSION}
        if request.etag is not None:
            headers["If-None-Match"] = request.etag
        try:
            response = github.request(  # pyright: ignore[reportUnknownMemberType] -- its unused `data` is a bare dict
                request.method,
                self._address(request),
                params=request.params or None,
                json=request.body,
                headers=headers,
            )
            return response.raw_response
        except RequestFailed as failed:
            return failed.response.raw_response

    def _address(self, request: Request) -> str:
        return self._graphql if request.path == GRAPHQL else request.path


class _Github(Githubkit[BaseAuthStrategy]):
    def _check_rate_limit(self, response: Response[Any]) -> None:
        """Leave limits to `failures`: githubkit drops an answer whose advice it cannot read, such as a date."""


class _LastAnswers(MemCacheStrategy):
    """The answers to at most so many of the last requests, in memory; githubkit's own strategy forgets none."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._lock = Lock()
        self._asked = 0
        self._newer, self._older = self._storage(), self._storage()

    def get_hishel_storage(self) -> SyncMemoryStorage:
        with self._lock:
            self._asked += 1
            if self._asked > self._most:
                self._older.force_close()  # nobody has used it for so many requests
                self._newer, self._older, self._asked = self._storage(), self._newer, 1
            return self._newer

    def _storage(self) -> SyncMemoryStorage:
        return SyncMemoryStorage(keep_unclosed=True)


class _SharedTransport(httpx.HTTPTransport):
    """githubkit closes its client after every request; the connections to GitHub outlive it.

    It sets the time-outs too: those of the client do not get through the transport that remembers answers.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        super().__init__()
        self._timeout = timeout

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "timeout": self._timeout.as_dict()}
        return super().handle_request(request)

    def close(self) -> None:
        """Keep the pool; idle connections end by themselves after a few seconds."""


def api_path(*segments: str | int) -> str:
    """A path of the API, every segment quoted.

    Raises:
        RepoError: a segment that would lead out of its place (`..`); GitHub has nothing of that name.
    """
    for segment in segments:
        if segment in ("", ".", ".."):
            raise RepoError(f'GitHub has nothing called "{"/".join(map(str, segments))}"; correct the name')
    return "/" + "/".join(quote(str(segment), safe="") for segment in segments)


def _graphql_url(api_url: str) -> str:
    """A server of one's own has GraphQL beside its REST API, not below it.

    https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint
    """
    return f"{api_url.rstrip('/').removesuffix('/v3')}{GRAPHQL}"


def _kind(error: httpx.HTTPError) -> str:
    match error:
        case httpx.TimeoutException():
            return "it took too long"
        case httpx.ConnectError():
            return "no connection"
        case _:
            return "the connection broke"


def _one_line(text: str, limit: int = 300) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[:limit]).split())
