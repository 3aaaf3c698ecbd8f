"""What GitHub delivered to the App, and asking for it again.

https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
"""

import re
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AwareDatetime, Field

from app.adapters.github.answers import GitHubModel, parse
from app.adapters.github.app import AsApp
from app.adapters.github.connection import Answer, Request, api_path
from app.adapters.github.failures import is_rate_limited, nonsense, rate_limited
from app.errors import RepoError, TransientError
from app.ports.clock import Clock
from app.ports.hook_deliveries import AskedInVain, Attempt, Cursor, NoLongerKept, Page

PER_PAGE = 100
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="next"')

_Name = Annotated[str, Field(max_length=64)]
_Id = Annotated[int, Field(gt=0, lt=2**63)]


class _Item(GitHubModel):
    id: _Id
    guid: _Name
    delivered_at: AwareDatetime
    redelivery: bool
    status_code: int | None = None
    event: _Name
    action: _Name | None = None
    installation_id: _Id | None = None
    repository_id: _Id | None = None

    @property
    def attempt(self) -> Attempt:
        return Attempt(
            id=self.id,
            guid=self.guid,
            delivered_at=self.delivered_at,
            is_redelivery=self.redelivery,
            status_code=self.status_code or 0,
            event=self.event,
            action=self.action or "",
            installation_id=self.installation_id,
            repository_id=self.repository_id,
        )


class GitHubHookDeliveries:
    """Implements `app.ports.hook_deliveries.HookDeliveries`."""

    def __init__(self, app: AsApp, *, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    def page(self, cursor: Cursor | None) -> Page:
        params: dict[str, str | int] = {"per_page": PER_PAGE}
        if cursor is not None:
            params["cursor"] = cursor
        answer = self._app.send(Request("GET", api_path("app", "hook", "deliveries"), params))
        if not answer.is_success:
            raise self._failure(answer)
        return Page(tuple(item.attempt for item in parse(answer, list[_Item])), _older(answer))

    def ask_again(self, attempt_id: int) -> None:
        answer = self._app.send(Request("POST", api_path("app", "hook", "deliveries", attempt_id, "attempts")))
        if not answer.is_success:
            raise self._refusal(answer, attempt_id)
        parse(answer, GitHubModel)  # a proxy's 200 is no promise

    def _refusal(self, answer: Answer, attempt_id: int) -> RepoError | TransientError:
        match answer.status:
            case 404 | 410:
                return NoLongerKept(f"GitHub does not keep delivery {attempt_id} any more: do again what caused it")
            case 400 | 409 | 422:
                return AskedInVain(f"GitHub refuses to send delivery {attempt_id} again: {answer.message}")
            case _:
                return self._failure(answer)

    def _failure(self, answer: Answer) -> RepoError | TransientError:
        if is_rate_limited(answer):
            return rate_limited(answer, self._clock.now())
        match answer.status:
            case 401:
                return RepoError(
                    "GitHub does not accept the App's key for its list of deliveries: check the App id, its private "
                    "key, and this machine's clock"
                )
            case status if 400 <= status < 500:
                return RepoError(
                    f"GitHub does not show the App its list of deliveries ({status} {answer.message}): see whether the "
                    "App is suspended, in its settings under “Advanced”"
                )
            case _:
                return nonsense(answer)


def _older(answer: Answer) -> Cursor | None:
    """The cursor in the link to the next page; the link itself is never followed."""
    link = _NEXT.search(answer.headers.get("link", ""))
    cursors = parse_qs(urlsplit(link[1]).query).get("cursor", []) if link else []
    return Cursor(cursors[0]) if cursors else None
