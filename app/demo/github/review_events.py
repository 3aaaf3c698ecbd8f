"""Announces what happens in reviews.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review
"""

from collections.abc import Sequence
from typing import Literal

from app.demo.github.events import announce
from app.demo.github.lookup import conversation
from app.demo.github.records import Pull, Repository, Review, ReviewComment, ReviewThread
from app.demo.github.serialize import Fields
from app.demo.github.serialize import reviews as serialize
from app.demo.github.serialize.pulls import pull_request_simple
from app.demo.github.site import Actor, Site

Change = Literal["created", "edited", "deleted"]


def tell_of_review(
    site: Site,
    repo: Repository,
    by: Actor,
    action: Literal["submitted", "edited", "dismissed"],
    pull: Pull,
    review: Review,
    more: Fields | None = None,
) -> None:
    payload: Fields = {"action": action, "review": serialize.review_in_event(site, repo, pull, review)}
    _announce(site, repo, by, "pull_request_review", pull, {**payload, **(more or {})})


def tell_of_comment(
    site: Site,
    repo: Repository,
    by: Actor,
    action: Change,
    pull: Pull,
    comment: ReviewComment,
    more: Fields | None = None,
) -> None:
    payload: Fields = {"action": action, "comment": serialize.comment(site, repo, pull, comment)}
    _announce(site, repo, by, "pull_request_review_comment", pull, {**payload, **(more or {})})


def tell_of_thread(
    site: Site,
    repo: Repository,
    by: Actor,
    action: Literal["resolved", "unresolved"],
    pull: Pull,
    thread: ReviewThread,
    comments: Sequence[ReviewComment],
) -> None:
    payload: Fields = {"action": action, "thread": serialize.thread(site, repo, pull, thread, comments)}
    _announce(site, repo, by, "pull_request_review_thread", pull, payload)


def _announce(site: Site, repo: Repository, by: Actor, event: str, pull: Pull, payload: Fields) -> None:
    issue, now = conversation(site, repo, pull), site.store.need(Pull, pull.id)
    announce(site, repo, by, event, {**payload, "pull_request": pull_request_simple(site, repo, issue, now)})
