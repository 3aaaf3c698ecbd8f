"""`issues`: adding the trigger label starts work; removing it, or closing the issue, cancels it.

Which label that is, the use case knows. https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues
"""

from app.events import IssuesEvent, Label
from app.jobs import IssueClosed, Job, LabelAdded, LabelRemoved


def decide(event: IssuesEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    by = event.sender.actor
    match event:
        case IssuesEvent(action="labeled", label=Label(name=name), issue=issue):
            return (LabelAdded(event.issue_ref, name, by, title=issue.title, body=issue.body or ""),)
        case IssuesEvent(action="unlabeled", label=Label(name=name)):
            return (LabelRemoved(event.issue_ref, name, by),)
        case IssuesEvent(action="closed" | "deleted" | "transferred"):
            return (IssueClosed(event.issue_ref, by),)
        case _:
            return ()
