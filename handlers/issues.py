"""`issues`: adding the trigger label, or reopening with it on, starts work; removing it, or closing, cancels it.

An edit changes nothing: a request is taken as it stood when it was made. Which label that is, the use case knows. https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues
"""

from app.events import IssuesEvent, Label
from app.jobs import IssueClosed, IssueReopened, Job, LabelAdded, LabelRemoved


def decide(event: IssuesEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    ref, by, issue = event.issue_ref, event.sender.actor, event.issue
    as_of = issue.updated_at
    match event:
        case IssuesEvent(action="labeled", label=Label(name=name)):
            return (LabelAdded(ref, name, by, issue.title, issue.body or "", as_of),)
        case IssuesEvent(action="reopened"):
            return (IssueReopened(ref, by, issue.title, issue.body or "", as_of),)
        case IssuesEvent(action="unlabeled", label=Label(name=name)):
            return (LabelRemoved(ref, name, by, as_of),)
        case IssuesEvent(action="closed" | "deleted" | "transferred"):
            return (IssueClosed(ref, by, as_of),)
        case _:
            return ()
