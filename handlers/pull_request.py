"""`pull_request`: a new head is to be checked.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
"""

from app.events import PullRequestEvent
from app.jobs import HeadMoved, Job


def decide(event: PullRequestEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    match event.action:
        case "opened" | "reopened" | "synchronize":
            as_of = event.pull_request.updated_at
            return (HeadMoved(event.pull_ref, event.head_sha, event.is_fork, as_of),)
        case _:
            return ()
