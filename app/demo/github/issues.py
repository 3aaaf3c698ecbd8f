"""What people and Apps do to issues and their conversations; every act is announced.

Pull requests have these conversations too: the same numbers, labels, comments and reactions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from app.demo.github.answers import invalid
from app.demo.github.events import announce
from app.demo.github.happenings import remember
from app.demo.github.records import Account, Comment, Content, Issue, Label, Reaction, Repository
from app.demo.github.serialize import Fields
from app.demo.github.serialize import issues as serialize
from app.demo.github.serialize.accounts import simple_user
from app.demo.github.serialize.pulls import pull_request_in_event
from app.demo.github.site import Actor, Site

StateReason = Literal["completed", "not_planned", "duplicate", "reopened"]
MAX_TITLE = 256
MAX_BODY = 65_536


def next_number(site: Site, repo: Repository) -> int:
    """The number of the repository's next issue or pull request; call it in a transaction."""
    now = site.store.need(Repository, repo.id)
    site.store.save(replace(now, last_number=now.last_number + 1))
    return now.last_number + 1


def open_issue(
    site: Site,
    repo: Repository,
    by: Actor,
    *,
    title: str,
    body: str | None,
    labels: Sequence[str] = (),
    assignees: Sequence[str] = (),
) -> Issue:
    check_text(title, body)
    with site.store.transaction():
        now = site.now()
        found = tuple(label_named(site, repo, name) for name in labels)
        issue = site.store.insert(
            Issue(
                repo_id=repo.id,
                number=next_number(site, repo),
                author_id=by.account.id,
                app_id=by.app_id,
                title=title,
                body=body,
                label_ids=_unique(label.id for label in found),
                assignee_ids=_unique(account.id for account in accounts_named(site, assignees)),
                created_at=now,
                updated_at=now,
            )
        )
        announce_issue(site, repo, by, "opened", issue)
        for label in found:
            remember(site, by, issue, "labeled", label=label)
            announce_issue(site, repo, by, "labeled", issue, {"label": serialize.label(site, repo, label)})
    return issue


def edit(site: Site, repo: Repository, by: Actor, issue: Issue, *, title: str, body: str | None) -> Issue:
    """Change title or body; nothing is announced when neither differs."""
    check_text(title, body)
    changes: Fields = {}
    if title != issue.title:
        changes["title"] = {"from": issue.title}
    if body != issue.body:
        changes["body"] = {"from": issue.body or ""}
    if not changes:
        return issue
    with site.store.transaction():
        if title != issue.title:
            remember(site, by, replace(issue, title=title), "renamed", renamed_from=issue.title)
        issue = _touch(site, replace(issue, title=title, body=body))
        announce_issue(site, repo, by, "edited", issue, {"changes": changes})
    return issue


def close(site: Site, repo: Repository, by: Actor, issue: Issue, reason: StateReason | None) -> Issue:
    if issue.state == "closed":
        return issue
    with site.store.transaction():
        why = None if issue.is_pull else reason or "completed"
        closed = replace(issue, state="closed", state_reason=why, closed_at=site.now(), closed_by_id=by.account.id)
        issue = _touch(site, closed)
        remember(site, by, issue, "closed")
        announce_issue(site, repo, by, "closed", issue)
    return issue


def reopen(site: Site, repo: Repository, by: Actor, issue: Issue) -> Issue:
    if issue.state == "open":
        return issue
    with site.store.transaction():
        why = None if issue.is_pull else "reopened"
        issue = _touch(site, replace(issue, state="open", state_reason=why, closed_at=None, closed_by_id=None))
        remember(site, by, issue, "reopened")
        announce_issue(site, repo, by, "reopened", issue)
    return issue


def label_named(site: Site, repo: Repository, name: str) -> Label:
    """The repository's label of that name, made when there is none; case does not matter."""
    if not name.strip() or len(name) > 50:
        raise invalid("Label", "name")
    found = site.store.find(Label, repo.id, name.lower())
    return found or site.store.insert(Label(repo_id=repo.id, name=name))


def set_labels(site: Site, repo: Repository, by: Actor, issue: Issue, wanted: Sequence[Label]) -> Issue:
    """Give the issue exactly these labels; each that comes or goes is announced."""
    with site.store.transaction():
        issue = site.store.need(Issue, issue.id)
        ids = _unique(label.id for label in wanted)
        added = [label for label in wanted if label.id not in issue.label_ids]
        gone = [site.store.need(Label, label_id) for label_id in issue.label_ids if label_id not in ids]
        if not added and not gone:
            return issue
        issue = _touch(site, replace(issue, label_ids=ids))
        changes: tuple[tuple[Literal["labeled", "unlabeled"], list[Label]], ...] = (
            ("labeled", added),
            ("unlabeled", gone),
        )
        for action, labels in changes:
            for label in labels:
                remember(site, by, issue, action, label=label)
                announce_issue(site, repo, by, action, issue, {"label": serialize.label(site, repo, label)})
    return issue


def add_labels(site: Site, repo: Repository, by: Actor, issue: Issue, names: Sequence[str]) -> Issue:
    with site.store.transaction():
        labels = [label_named(site, repo, name) for name in names]
        return set_labels(site, repo, by, issue, [*labels_of(site, issue), *labels])


def remove_label(site: Site, repo: Repository, by: Actor, issue: Issue, name: str) -> Issue | None:
    """The issue without the label, or `None` when it did not have it."""
    with site.store.transaction():
        before = labels_of(site, issue)
        after = [label for label in before if label.key != name.lower()]
        return set_labels(site, repo, by, issue, after) if len(after) < len(before) else None


def labels_of(site: Site, issue: Issue) -> list[Label]:
    now = site.store.need(Issue, issue.id)
    return [site.store.need(Label, label_id) for label_id in now.label_ids]


def set_assignees(site: Site, repo: Repository, by: Actor, issue: Issue, logins: Sequence[str]) -> Issue:
    with site.store.transaction():
        wanted = accounts_named(site, logins)
        before = issue.assignee_ids
        issue = _touch(site, replace(issue, assignee_ids=_unique(account.id for account in wanted)))
        for account in wanted:
            if account.id not in before:
                remember(site, by, issue, "assigned", assignee=account)
                announce_issue(site, repo, by, "assigned", issue, {"assignee": simple_user(site, account)})
        for account_id in before:
            if account_id not in issue.assignee_ids:
                account = site.store.need(Account, account_id)
                remember(site, by, issue, "unassigned", assignee=account)
                announce_issue(site, repo, by, "unassigned", issue, {"assignee": simple_user(site, account)})
    return issue


def accounts_named(site: Site, logins: Sequence[str]) -> list[Account]:
    found = [site.store.find(Account, 0, login.lower()) for login in logins]
    return [account for account in found if account is not None]


def comment(site: Site, repo: Repository, by: Actor, issue: Issue, body: str) -> Comment:
    _check_comment(body)
    with site.store.transaction():
        now = site.now()
        new = Comment(
            issue_id=issue.id, author_id=by.account.id, app_id=by.app_id, body=body, created_at=now, updated_at=now
        )
        made = site.store.insert(new)
        issue = _touch(site, site.store.need(Issue, issue.id))
        _announce_comment(site, repo, by, "created", issue, made)
    return made


def edit_comment(site: Site, repo: Repository, by: Actor, issue: Issue, old: Comment, body: str) -> Comment:
    _check_comment(body)
    if body == old.body:
        return old
    with site.store.transaction():
        new = site.store.save(replace(old, body=body, updated_at=site.now()))
        _announce_comment(site, repo, by, "edited", issue, new, {"changes": {"body": {"from": old.body}}})
    return new


def delete_comment(site: Site, repo: Repository, by: Actor, issue: Issue, gone: Comment) -> None:
    with site.store.transaction():
        _announce_comment(site, repo, by, "deleted", issue, gone)
        for reaction in site.store.all(Reaction, gone.id):
            site.store.delete(reaction)
        site.store.delete(gone)


def react(site: Site, by: Actor, subject_id: int, content: Content) -> tuple[Reaction, bool]:
    """The reaction, and whether it is new: the same person's same reaction is there only once."""
    with site.store.transaction():
        found = site.store.find(Reaction, subject_id, f"{by.account.id}:{content}")
        if found is not None:
            return found, False
        new = Reaction(subject_id=subject_id, account_id=by.account.id, content=content, created_at=site.now())
        return site.store.insert(new), True


def announce_issue(
    site: Site, repo: Repository, by: Actor, action: str, issue: Issue, more: Fields | None = None
) -> None:
    """Announce what happened to an issue, or to a pull request in the shape of one."""
    if not issue.is_pull:
        announce(
            site,
            repo,
            by,
            "issues",
            {"action": action, "issue": serialize.issue_in_event(site, repo, issue), **(more or {})},
        )
        return
    pull = pull_request_in_event(site, repo, issue)
    announce(
        site, repo, by, "pull_request", {"action": action, "number": issue.number, "pull_request": pull, **(more or {})}
    )


def _announce_comment(
    site: Site, repo: Repository, by: Actor, action: str, issue: Issue, on: Comment, more: Fields | None = None
) -> None:
    payload: Fields = {
        "action": action,
        "issue": serialize.issue_in_event(site, repo, issue),
        "comment": serialize.comment(site, repo, issue, on),
    }
    announce(site, repo, by, "issue_comment", {**payload, **(more or {})})


def _touch(site: Site, issue: Issue) -> Issue:
    return site.store.save(replace(issue, updated_at=site.now()))


def check_text(title: str, body: str | None) -> None:
    if not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(title) > MAX_TITLE:
        raise invalid("Issue", "title", message=f"title is too long (maximum is {MAX_TITLE} characters)")
    if len(body or "") > MAX_BODY:
        raise invalid("Issue", "body", message=f"body is too long (maximum is {MAX_BODY} characters)")


def _check_comment(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "body", message="Body cannot be blank")
    if len(body) > MAX_BODY:
        raise invalid("IssueComment", "body", message=f"Body is too long (maximum is {MAX_BODY} characters)")


def _unique(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))
