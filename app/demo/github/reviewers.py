"""Whom a pull request waits for. https://docs.github.com/en/rest/pulls/review-requests"""

from collections.abc import Sequence
from dataclasses import replace

from app.demo.github.access import role_of
from app.demo.github.answers import Refusal
from app.demo.github.issues import accounts_named, announce_issue
from app.demo.github.lookup import conversation
from app.demo.github.records import Account, Pull, Repository
from app.demo.github.serialize.accounts import simple_user
from app.demo.github.site import Actor, Site


def request(site: Site, repo: Repository, by: Actor, pull: Pull, logins: Sequence[str]) -> Pull:
    """Ask people for a review; each who was not asked yet is announced.

    Raises:
        Refusal: 422, one of them is no collaborator, or wrote the pull request; then nobody is asked.
    """
    people, issue = accounts_named(site, logins), conversation(site, repo, pull)
    if any(one.id == issue.author_id for one in people):
        raise Refusal(422, "Review cannot be requested from pull request author.")
    if len(people) < len(logins) or not all(_is_collaborator(repo, one) for one in people):
        raise Refusal(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not "
            f"a collaborator of the {repo.full_name} repository.",
        )
    return _set(site, repo, by, pull, [*pull.reviewer_ids, *(one.id for one in people)])


def withdraw(site: Site, repo: Repository, by: Actor, pull: Pull, logins: Sequence[str]) -> Pull:
    """Ask some no longer; who was not asked does not matter."""
    gone = {one.id for one in accounts_named(site, logins)}
    return _set(site, repo, by, pull, [one for one in pull.reviewer_ids if one not in gone])


def _set(site: Site, repo: Repository, by: Actor, before: Pull, wanted: Sequence[int]) -> Pull:
    with site.store.transaction():
        pull = site.store.save(replace(before, reviewer_ids=tuple(dict.fromkeys(wanted))))
        for action, ids in (
            ("review_requested", [one for one in pull.reviewer_ids if one not in before.reviewer_ids]),
            ("review_request_removed", [one for one in before.reviewer_ids if one not in pull.reviewer_ids]),
        ):
            for account_id in ids:
                asked = simple_user(site, site.store.need(Account, account_id))
                issue = conversation(site, repo, pull)
                announce_issue(site, repo, by, action, issue, {"requested_reviewer": asked})
    return pull


def _is_collaborator(repo: Repository, account: Account) -> bool:
    return account.id in repo.roles or role_of(repo, account) == "admin"
