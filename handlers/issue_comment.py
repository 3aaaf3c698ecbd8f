"""`issue_comment`: a new comment that begins with a command asks for it; an edited or deleted one asks for nothing.

Comments on pull requests arrive here too. Who may ask, and which bots are heard, the use case knows.
https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment
"""

from app.conversation.commands.parse import parse
from app.domain.command import NotForUs
from app.events import IssueCommentEvent
from app.jobs import CommentPosted, Job


def decide(event: IssueCommentEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    comment, issue = event.comment, event.issue
    if event.action != "created" or comment.user is None or isinstance(parse(comment.body), NotForUs):
        return ()
    return (
        CommentPosted(
            on=event.issue_ref,
            is_pull=issue.pull_request is not None,
            comment=comment.id,
            by=comment.user.actor,
            via_app=comment.performed_via_github_app.id if comment.performed_via_github_app else None,
            text=comment.body,
            title=issue.title,
            body=issue.body or "",
            as_of=issue.updated_at,
        ),
    )
