"""Which webhook events ACS reacts to: the table of contents of everything a delivery can start."""

from collections.abc import Callable

from app.events import Event
from app.jobs import Job
from handlers import check_run, check_suite, issue_comment, issues, pull_request

ROUTES: dict[str, Callable[..., tuple[Job, ...]]] = {
    "check_run": check_run.decide,
    "check_suite": check_suite.decide,
    "issue_comment": issue_comment.decide,
    "issues": issues.decide,
    "pull_request": pull_request.decide,
}


def decide(name: str, event: Event) -> tuple[Job, ...]:
    """Return the jobs an event asks for; most events ask for none."""
    return ROUTES[name](event)
