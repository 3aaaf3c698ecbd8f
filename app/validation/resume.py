"""A check run of ours that nothing would conclude any more, because its job was given up: look what it needs."""

from dataclasses import replace

import structlog

from app.jobs import ResumeCheck, RunTests
from app.ports.clock import Clock
from app.ports.code_host import CheckRun, CheckRunId, Checks, Pulls
from app.ports.record import Audit, Heads, Jobs, OwnCheck, OwnChecks
from app.validation.superseded import conclude_not_needed, is_head_of_any

log = structlog.stdlib.get_logger()


def resume_check(
    job: ResumeCheck,
    *,
    checks: Checks,
    pulls: Pulls,
    heads: Heads,
    own_checks: OwnChecks,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Run the tests again, or conclude the check run where nobody waits for it; one that is completed is left alone."""
    check = own_checks.check(job.repo, CheckRunId(job.check_run_id))
    if check is None or check.conclusion:
        return
    now = checks.get(job.repo, check.id)
    if now is None or now.status == "completed":
        own_checks.save_check(_ended(check, now))
        return
    ours = [head for head in heads.heads(job.repo, job.head_sha) if not head.is_fork]
    if not is_head_of_any(ours, job.head_sha, pulls=pulls):
        conclude_not_needed(check, checks=checks, own_checks=own_checks, audit=audit, clock=clock)
        return
    jobs.add(RunTests(job.repo, job.head_sha, job.check_run_id))
    audit.record("check.resume", f"{job.repo.full_name}@{job.head_sha}", "resumed")
    log.info("check run resumed", repo=job.repo.full_name, head_sha=job.head_sha, check_run=check.id)


def _ended(check: OwnCheck, now: CheckRun | None) -> OwnCheck:
    return replace(check, conclusion=now.conclusion if now and now.conclusion else "cancelled")
