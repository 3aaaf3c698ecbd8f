"""`check_suite`: *Re-run all checks* asks for every check run of the suite again.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_suite
"""

from app.domain.repo import HeadSha
from app.events import CheckSuiteEvent
from app.jobs import Job, RerunChecks


def decide(event: CheckSuiteEvent) -> tuple[Job, ...]:
    """Return the jobs this event asks for; most events ask for none."""
    if event.action != "rerequested" or event.sender.actor.kind != "User":  # two bots could go on for ever
        return ()
    return (RerunChecks(event.repo, HeadSha(event.check_suite.head_sha), event.check_suite.app.id),)
