"""Keeps what happened to issues and pull requests, for who missed the delivery that told of it.

https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
"""

from app.demo.github.records import Account, Happening, Issue, IssueEvent, Label
from app.demo.github.site import Actor, Site


def remember(
    site: Site,
    by: Actor,
    issue: Issue,
    event: Happening,
    *,
    label: Label | None = None,
    assignee: Account | None = None,
    renamed_from: str | None = None,
    commit_sha: str | None = None,
) -> None:
    """Write an event of the issue down; call it in the transaction that makes it true."""
    site.store.insert(
        IssueEvent(
            issue_id=issue.id,
            actor_id=by.account.id,
            app_id=by.app_id,
            event=event,
            created_at=site.now(),
            label_name=label.name if label else None,
            label_color=label.color if label else None,
            assignee_id=assignee.id if assignee else None,
            renamed_from=renamed_from,
            renamed_to=issue.title if renamed_from is not None else None,
            commit_sha=commit_sha,
        )
    )
