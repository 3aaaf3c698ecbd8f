"""Open work is found again without any delivery: what the host shows is compared with what ACS knows.

What is missing is added as the jobs that a delivery would have led to, so that permissions are checked as usual.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

import structlog

from app.domain.repo import RepoRef
from app.errors import RepoError, TransientError
from app.jobs import HeadMoved, LabelAdded
from app.ports.installations import Installations, Listed, OpenIssue, OpenPull, Unchanged
from app.ports.open_work import Found, OpenWork

MOST_AT_ONCE = 50  # of each list; the rest is found the next time

log = structlog.stdlib.get_logger()


def resync(*, every: timedelta, trigger_label: str, installations: Installations, open_work: OpenWork) -> None:
    """Look through all repositories, unless that was done so recently, and add what is missing.

    An installation that cannot be read, or is suspended, does not keep the others from being looked at.

    Raises:
        RepoError: the App, as it is registered here, may not even list its installations.
        TransientError: the installations could not be listed; look again the next time.
    """
    if not open_work.begin_round("resync", every=every):
        return
    for installation in installations.all():
        if installation.is_suspended:
            continue
        try:
            for repo in installations.repositories(installation):
                _resync_repository(repo, trigger_label, installations, open_work)
        except (RepoError, TransientError) as error:
            log.warning("installation not looked through", installation=installation.id, reason=str(error))


def _resync_repository(repo: RepoRef, trigger_label: str, installations: Installations, open_work: OpenWork) -> None:
    try:
        lanes = (
            open_work.resume_tasks(repo)
            | _issues(repo, trigger_label, installations, open_work)
            | _pulls(repo, installations, open_work)
        )
    except RepoError as error:  # of this repository alone, as when its issues are switched off
        log.warning("repository not looked through", repo=repo.full_name, reason=str(error))
        return
    if lanes:
        log.info("open work found", repo=repo.full_name, lanes=len(lanes))


def _issues(repo: RepoRef, trigger_label: str, installations: Installations, open_work: OpenWork) -> frozenset[str]:
    listed = installations.labelled_issues(repo, trigger_label, unless=open_work.etag(repo, "issues"))
    if isinstance(listed, Unchanged):
        return frozenset()
    found = list(islice(_requests(repo, trigger_label, listed, installations, open_work), MOST_AT_ONCE))
    return open_work.add(repo, "issues", found, etag=listed.etag)


def _requests(
    repo: RepoRef,
    trigger_label: str,
    listed: Listed[OpenIssue],
    installations: Installations,
    open_work: OpenWork,
) -> Iterator[Found]:
    """What should have been begun: an issue without a task, or whose last run was cancelled before it was asked for."""
    states = open_work.task_states(repo, [issue.ref.number for issue in listed.items])
    for issue in listed.items:
        number = issue.ref.number
        if states.get(number, "cancelled") != "cancelled":
            continue
        request = installations.last_request(issue.ref, trigger_label)
        if request is None or request.id == open_work.last_request(repo, number):
            continue
        job = LabelAdded(issue.ref, trigger_label, request.by, issue.title, issue.body, issue.updated_at)
        yield Found(job, number, request=request.id)


def _pulls(repo: RepoRef, installations: Installations, open_work: OpenWork) -> frozenset[str]:
    listed = installations.open_pulls(repo, unless=open_work.etag(repo, "pulls"))
    if isinstance(listed, Unchanged):
        return frozenset()
    known = open_work.known_heads(repo, [pull.head_sha for pull in listed.items])
    missing = [pull for pull in listed.items if (pull.ref.number, pull.head_sha) not in known]
    return open_work.add(repo, "pulls", _heads(missing), etag=listed.etag)


def _heads(missing: Sequence[OpenPull]) -> Sequence[Found]:
    return [
        Found(
            HeadMoved(pull.ref, pull.head_sha, pull.is_fork, pull.updated_at),
            pull.ref.number,
            is_pull=True,
            head_branch=pull.head_branch,
        )
        for pull in missing[:MOST_AT_ONCE]
    ]
