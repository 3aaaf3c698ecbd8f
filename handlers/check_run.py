"""`check_run`: *Re-run* on one check run asks for it again.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run
"""

from app.domain.repo import HeadSha
from app.events import CheckRunEvent
from app.jobs import Job, RerunChecks


def decide(event: CheckRunEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    if event.action != "rerequested" or event.sender.actor.kind != "User":  # two bots could go on for ever
        return ()
    return (RerunChecks(event.repo, HeadSha(event.check_run.head_sha), event.check_run.app.id),)
