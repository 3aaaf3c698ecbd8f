"""A model by OpenAI's SDK: one question, one typed answer, within its deadline."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx2
from openai import OpenAI
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from app.adapters.model import chat, responses
from app.adapters.model.bounds import LONGEST_ANSWER_BYTES, BoundedTransport
from app.adapters.model.capabilities import Known
from app.adapters.model.facts import Fact
from app.adapters.model.failures import Filtered, cut_by, failure
from app.adapters.model.gathering import Gathering, TooLong
from app.adapters.model.waiting import within
from app.ports.model import Capabilities, Effort, Event, Finished, ModelUnavailable, Outcome, Refused, Request

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a question is asked before its answer begins, and how long an answer that has begun may pause."""

    attempts: int = 3
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=20)
    connect: timedelta = timedelta(seconds=5)
    silence: timedelta = timedelta(seconds=60)


class Ask(Protocol):
    """One of the two APIs."""

    def __call__(
        self, client: OpenAI, model: str, request: Request, *, effort: Effort | None, timeout: httpx2.Timeout
    ) -> Generator[Fact]: ...


_APIS: dict[str, Ask] = {"responses": responses.ask, "chat": chat.ask}


class OpenAIModel:
    """Implements `app.ports.model.Model` for OpenAI and for every server that speaks one of its APIs.

    Make it after the fork of a worker; connections are kept and shared by all threads of the process.
    Azure speaks the same under `https://RESOURCE.openai.azure.com/openai/v1/`.
    https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
    """

    def __init__(
        self,
        name: str,
        known: Known,
        *,
        api_key: str,
        base_url: str = OPENAI,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        most_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> None:
        self._name = name
        self._known = known
        self._server = urlsplit(base_url).hostname or base_url
        self._patience = patience or Patience()
        self._sleep = sleep
        self._client = OpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            # redirects would take the question, and perhaps the key, to another place
            http_client=httpx2.Client(
                transport=BoundedTransport(httpx2.HTTPTransport(), most_bytes=most_bytes), follow_redirects=False
            ),
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        return self._known.capabilities

    def close(self) -> None:
        """End the connections that were kept."""
        self._client.close()

    def ask(self, request: Request) -> Generator[Event]:
        gathering = Gathering(request)
        try:
            first, rest = self._begun(request)
        except Filtered:
            yield Finished(Refused("the server's content filter refuses the question"))
            return
        try:
            yield from self._events(gathering, first, rest)
        finally:
            rest.close()

    def _events(self, gathering: Gathering, first: Fact, rest: Generator[Fact]) -> Iterator[Event]:
        fact: Fact | None = first
        try:
            while fact is not None:
                if event := gathering.take(fact):
                    yield event
                fact = next(rest, None)
        except TooLong:
            yield Finished(gathering.truncated("size"))
        except Exception as error:  # noqa: BLE001  # what is not the server's is raised again
            yield Finished(_cut(gathering, error))
        else:
            yield Finished(gathering.outcome())

    def _begun(self, request: Request) -> tuple[Fact, Generator[Fact]]:
        """The first fact of an answer, and the others to come; asks again while none has come."""
        until = time.monotonic() + request.deadline.total_seconds()
        patience = self._patience
        attempts = Retrying(
            retry=retry_if_exception_type(ModelUnavailable),
            wait=self._wait,
            stop=stop_after_attempt(patience.attempts) | stop_before_delay(request.deadline),
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(self._begin, request, until)

    def _begin(self, request: Request, until: float) -> tuple[Fact, Generator[Fact]]:
        facts = within(lambda: self._facts(request, until), until=until, silence=self._patience.silence)
        try:
            return next(facts), facts
        except StopIteration:
            raise ModelUnavailable(f"the model's server {self._server} closed the connection") from None
        except Exception as error:  # noqa: BLE001  # what is not the server's comes back as it is
            raise failure(error, self._server, self._name) from None

    def _facts(self, request: Request, until: float) -> Generator[Fact]:
        effort = self.capabilities.nearest_effort(request.effort)
        left = max(0.001, until - time.monotonic())
        timeout = httpx2.Timeout(left, connect=min(left, self._patience.connect.total_seconds()))
        return _APIS[self._known.api](self._client, self._name, request, effort=effort, timeout=timeout)

    def _wait(self, state: RetryCallState) -> float:
        """As long as the server asks for, and a random while more than others wait that failed with us."""
        jitter = wait_random_exponential(
            multiplier=self._patience.first_wait.total_seconds(), max=self._patience.longest_wait.total_seconds()
        )
        error = state.outcome.exception() if state.outcome else None
        advised = error.retry_after if isinstance(error, ModelUnavailable) else None
        return jitter(state) + (advised.total_seconds() if advised else 0.0)


def _cut(gathering: Gathering, error: Exception) -> Outcome:
    """How an answer ended whose stream broke; it does not matter once the server had said that it was done."""
    cut = cut_by(error)
    if cut is None:
        raise error
    return gathering.outcome() if gathering.ended else gathering.truncated(cut)
