"""A check run of ours that nothing would conclude any more, because its job was given up: look what it needs."""

from dataclasses import replace

import structlog

from app.conversation.config import CONFIG_CHECK
from app.jobs import CheckConfig, ResumeCheck, RunTests
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
    """Do the check's work again, or conclude it where nobody waits for it; one that is completed is left alone."""
    check = own_checks.check(job.repo, CheckRunId(job.check_run_id))
    if check is None or check.conclusion:
        return
    now = checks.get(job.repo, check.id)
    if now is None or now.status == "completed":
        own_checks.save_check(_ended(check, now))
        return
    work = _work(check, heads=heads, pulls=pulls)
    if work is None:
        conclude_not_needed(check, checks=checks, own_checks=own_checks, audit=audit, clock=clock)
        return
    jobs.add(work)
    audit.record("check.resume", f"{job.repo.full_name}@{job.head_sha}", "resumed")
    log.info("check run resumed", repo=job.repo.full_name, head_sha=job.head_sha, check_run=check.id)


def _work(check: OwnCheck, *, heads: Heads, pulls: Pulls) -> RunTests | CheckConfig | None:
    """What would conclude the check run, while an open pull request has its head; the code of a fork is not run."""
    is_config = check.name == CONFIG_CHECK
    known = [head for head in heads.heads(check.repo, check.head_sha) if is_config or not head.is_fork]
    waiting = next((head for head in known if is_head_of_any([head], check.head_sha, pulls=pulls)), None)
    if waiting is None:
        return None
    if is_config:
        return CheckConfig(waiting.pull, check.head_sha, check.id)
    return RunTests(check.repo, check.head_sha, check.id)


def _ended(check: OwnCheck, now: CheckRun | None) -> OwnCheck:
    return replace(check, conclusion=now.conclusion if now and now.conclusion else "cancelled")
