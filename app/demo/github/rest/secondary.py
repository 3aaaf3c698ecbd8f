"""The secondary limit: how much content an installation may make in a minute.

GitHub's own is 80 requests a minute; here there is none until one is set at `/_local/limits`, because tests of many
tasks at once share one installation.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from collections import deque
from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic
from typing import Literal

from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field

from app.demo.github.access import AsInstallation
from app.demo.github.answers import Refusal
from app.demo.github.rest.request import caller
from app.demo.github.store import Store

EXCEEDED = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. "
    "Please retry your request again later."
)
SETTING = "limits"
# What people get to see, and may be notified of; git objects and tokens are not content.
CONTENT = {
    "rest.issues.create_issue",
    "rest.issues.add_assignees",
    "rest.comments.create_comment",
    "rest.reactions.react_to_issue",
    "rest.reactions.react_to_comment",
    "rest.labels.create_label",
    "rest.labels.add_labels",
    "rest.reactions.react_to_review_comment",
    "rest.pulls.create_pull",
    "rest.reviews.create_review",
    "rest.reviews.submit_review",
    "rest.review_comments.create_comment",
    "rest.review_comments.create_reply",
    "rest.reviewers.request_reviewers",
    "rest.checks.create_run",
}


class Limits(BaseModel):
    """How many requests of an installation may make content in a minute; `None` is no limit.

    A minute lasts `minute_seconds`, which tests shorten.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_per_minute: int | None = Field(default=None, ge=0)
    minute_seconds: float = Field(default=60.0, gt=0, le=60)
    status: Literal[403, 429] = 403


class ContentLimit:
    """Counts in memory: a restart forgives everybody. The limit itself outlives it."""

    def __init__(self, store: Store, now: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._now = now
        self._lock = Lock()
        self._made: dict[int, deque[float]] = {}
        saved = store.setting(SETTING)
        self.limits = Limits.model_validate_json(saved) if saved else Limits()

    def set(self, limits: Limits) -> None:
        """Begin to count anew, by other limits."""
        self._store.set_setting(SETTING, limits.model_dump_json())
        with self._lock:
            self.limits = limits
            self._made.clear()

    def spend(self, installation_id: int) -> None:
        """Count a request that makes content.

        Raises:
            Refusal: 403 or 429, with the seconds after which one more is taken.
        """
        with self._lock:
            limits, now = self.limits, self._now()
            if limits.content_per_minute is None:
                return
            made = self._made.setdefault(installation_id, deque())
            while made and made[0] <= now - limits.minute_seconds:
                made.popleft()
            if len(made) >= limits.content_per_minute:
                wait = made[0] + limits.minute_seconds - now if made else limits.minute_seconds
                raise Refusal(limits.status, EXCEEDED, headers={"Retry-After": str(ceil(wait))})
            made.append(now)


def limit_content(app: Flask, limit: ContentLimit) -> None:
    @app.before_request
    def count() -> None:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        if request.endpoint in CONTENT and isinstance(asking := caller(), AsInstallation):
            limit.spend(asking.installation.id)
