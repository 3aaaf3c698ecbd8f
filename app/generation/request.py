"""Does somebody wait for the change of an issue? Deliveries only hint at it: they come late, again, in any order."""

from app.domain.repo import IssueRef
from app.governance.freshness import require_settled
from app.jobs import IssueClosed, IssueReopened, LabelAdded, LabelRemoved
from app.ports.clock import Clock
from app.ports.code_host import IssueNow, Issues
from app.ports.record import Origin


def is_asked_for(issue: IssueRef, trigger_label: str, *, issues: Issues) -> bool:
    """Whether the issue is open and has the trigger label now."""
    return _is_asked_for(issues.get(issue), trigger_label)


def is_still_asked_for(
    job: LabelAdded | IssueReopened | LabelRemoved | IssueClosed,
    trigger_label: str,
    *,
    issues: Issues,
    origin: Origin,
    clock: Clock,
) -> bool:
    """The same, for what a delivery said happened to the issue.

    Raises:
        TransientError: the host still shows the issue as it was before that; look again.
    """
    now = issues.get(job.issue)
    if now:
        require_settled(job.issue, shown=now.updated_at, announced=job.as_of, origin=origin, clock=clock)
    return _is_asked_for(now, trigger_label)


def _is_asked_for(now: IssueNow | None, trigger_label: str) -> bool:
    return now is not None and now.is_open and trigger_label in now.labels
