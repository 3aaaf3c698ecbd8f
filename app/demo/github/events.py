"""Tells the installed Apps what happened, as GitHub would: who hears of what, and the fields every payload has.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import json
from uuid import uuid4

from app.demo.github.faults import Faults
from app.demo.github.outbox import Message
from app.demo.github.records import Account, App, Installation, Repository
from app.demo.github.serialize import Fields
from app.demo.github.serialize.accounts import organization, simple_user
from app.demo.github.serialize.apps import installation, installation_line
from app.demo.github.serialize.repositories import pushed_repository, repository, repository_line
from app.demo.github.site import Actor, Site

_PERMISSION_FOR = {
    "issues": ("issues",),
    "issue_comment": ("issues", "pull_requests"),
    "pull_request": ("pull_requests",),
    "pull_request_review": ("pull_requests",),
    "pull_request_review_comment": ("pull_requests",),
    "pull_request_review_thread": ("pull_requests",),
    "push": ("contents",),
    "create": ("contents",),
    "delete": ("contents",),
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "repository": ("metadata",),
}


def announce(site: Site, repo: Repository, by: Actor, event: str, payload: Fields, *, only: App | None = None) -> None:
    """Queue the event for every App that is installed on the repository, has subscribed and may read of it.

    `only` is for what concerns one App's own check runs: it hears of that whether it has subscribed or not.
    Call it in the transaction that makes the event true.
    """
    shown = pushed_repository(site, repo) if event == "push" else repository(site, repo)
    body: Fields = {
        **payload,
        "repository": shown,
        **_organization(site, repo),
        "sender": simple_user(site, by.account),
    }
    for found in site.store.all(Installation):
        if repo.id not in found.repository_ids or found.suspended_at is not None:
            continue
        if only is None and event not in found.events:
            continue
        if only is not None and found.app_id != only.id:
            continue
        if any(one in found.permissions for one in _PERMISSION_FOR[event]):
            _queue(site, found, event, repo.id, {**body, "installation": installation_line(found)})


def _organization(site: Site, repo: Repository) -> Fields:
    owner = site.store.need(Account, repo.owner_id)
    return {"organization": organization(site, owner)} if owner.kind == "Organization" else {}


def announce_installation(site: Site, found: Installation, by: Actor, action: str) -> None:
    """Tell an App that its installation was suspended, resumed or deleted; every App hears of that."""
    repos = [site.store.need(Repository, repo_id) for repo_id in found.repository_ids]
    lost: Fields = {"repositories": [repository_line(repo) for repo in repos]} if action == "deleted" else {}
    payload: Fields = {
        "action": action,
        "installation": installation(site, found),
        **lost,
        "sender": simple_user(site, by.account),
    }
    _queue(site, found, "installation", None, payload)


def announce_repositories(site: Site, found: Installation, by: Actor, *, removed: Repository) -> None:
    payload: Fields = {
        "action": "removed",
        "installation": installation(site, found),
        "repository_selection": "selected",
        "repositories_added": [],
        "repositories_removed": [repository_line(removed)],
        "requester": None,
        "sender": simple_user(site, by.account),
    }
    _queue(site, found, "installation_repositories", None, payload)


def _queue(site: Site, found: Installation, event: str, repo_id: int | None, payload: Fields) -> None:
    action = payload.get("action")
    how = Faults.load(site.store).deliveries
    message = Message(
        str(uuid4()),
        found.app_id,
        event,
        action if isinstance(action, str) else None,
        found.id,
        repo_id,
        json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
    )
    site.outbox.put(message, copies=how.copies, held=how.hold, shuffle=how.order)
