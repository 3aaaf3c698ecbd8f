"""Work that is not begun while its repository is paused: it waits, and looks again."""

from datetime import timedelta

import structlog

from app.domain.paused import Paused
from app.domain.repo import RepoRef
from app.jobs import Job
from app.ports.record import Jobs, Switches

LOOK_AGAIN_AFTER = timedelta(minutes=1)

log = structlog.stdlib.get_logger()


def held(job: Job, repo: RepoRef, *, switches: Switches, jobs: Jobs) -> Paused | None:
    """Put the job off while the repository is paused, and return by whom; `None` where it may begin now."""
    paused = switches.paused(repo)
    if paused:
        jobs.add(job, after=LOOK_AGAIN_AFTER)
        log.info("job held: paused", repo=repo.full_name, kind=type(job).__name__)
    return paused
