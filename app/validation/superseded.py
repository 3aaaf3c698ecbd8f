"""Check runs on heads that nobody waits for any more: found, and concluded as what GitHub calls `cancelled`."""

from dataclasses import replace

import structlog

from app.conversation.check_output import tests_not_needed
from app.conversation.config import CONFIG_CHECK, config_not_needed
from app.domain.repo import HeadSha
from app.errors import RepoError
from app.ports.clock import Clock
from app.ports.code_host import Checks, Pull, Pulls
from app.ports.record import Audit, Head, Heads, OwnCheck, OwnChecks

log = structlog.stdlib.get_logger()


def close_superseded(
    pull: Pull, *, checks: Checks, pulls: Pulls, heads: Heads, own_checks: OwnChecks, audit: Audit, clock: Clock
) -> None:
    """Conclude our open check runs on the pull request's earlier heads, unless another pull request has that head."""
    for check in own_checks.open_checks_of_pull(pull.ref):
        if check.head_sha == pull.head_sha:
            continue
        others = [head for head in heads.heads(pull.ref.repo, check.head_sha) if head.pull != pull.ref]
        if is_head_of_any(others, check.head_sha, pulls=pulls):
            continue
        try:
            conclude_not_needed(check, checks=checks, own_checks=own_checks, audit=audit, clock=clock)
        except RepoError as error:  # the new head is to be checked all the same; the clock comes back to this one
            log.warning("check run not concluded", check_run=check.id, reason=str(error))


def is_head_of_any(known: list[Head], head_sha: HeadSha, *, pulls: Pulls) -> bool:
    """Whether any of these pull requests is open and still has that head."""
    now = (pulls.get(head.pull) for head in known)
    return any(pull.is_open and pull.head_sha == head_sha for pull in now)


def conclude_not_needed(check: OwnCheck, *, checks: Checks, own_checks: OwnChecks, audit: Audit, clock: Clock) -> None:
    """Complete the check run as cancelled."""
    conclusion, output = config_not_needed() if check.name == CONFIG_CHECK else tests_not_needed()
    checks.conclude(check.repo, check.id, conclusion=conclusion, at=clock.now(), output=output)
    own_checks.save_check(replace(check, conclusion=conclusion))
    subject = f"{check.repo.full_name}@{check.head_sha}"
    audit.record("check.conclude", subject, conclusion, facts={"check_run": str(check.id)})
    log.info("check run not needed", repo=check.repo.full_name, head_sha=check.head_sha, check_run=check.id)
