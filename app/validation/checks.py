"""The check run "ACS / tests" on a head: queued when the head appears, run beside the lane, concluded in it."""

import structlog

from app.conversation.check_output import TESTS_CHECK, forks_not_checked, tests_output, tests_queued, tests_running
from app.domain.repo import HeadSha, RepoRef
from app.governance.effects import once
from app.jobs import ConcludeTests, HeadMoved, NoteTests, RerunChecks, RunTests
from app.ports.checkouts import Checkouts
from app.ports.clock import Clock
from app.ports.code_host import CheckRun, CheckRunId, Checks
from app.ports.dependencies import Dependencies
from app.ports.effects import EffectLog
from app.ports.record import Audit, Head, Heads, Jobs, Origin
from app.ports.sandbox import Limits, Sandbox
from app.validation.tests_stage import run_tests

log = structlog.stdlib.get_logger()


def check_head(
    job: HeadMoved,
    *,
    checks: Checks,
    heads: Heads,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Put the check run on a new head, and have the tests run; the code of a fork is not run."""
    heads.save_head(Head(job.pull, job.head_sha, job.is_fork))
    _queue(
        job.pull.repo,
        job.head_sha,
        is_fork=job.is_fork,
        checks=checks,
        jobs=jobs,
        effects=effects,
        audit=audit,
        origin=origin,
        clock=clock,
    )


def check_again(
    job: RerunChecks,
    *,
    app_id: int,
    checks: Checks,
    heads: Heads,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Answer *Re-run* with a new check run on the same head; heads that ACS was never told of are left alone."""
    known = heads.heads(job.repo, job.head_sha)
    if job.app_id != app_id or not known:
        log.info("re-run ignored", repo=job.repo.full_name, head_sha=job.head_sha, is_known=bool(known))
        return
    _queue(
        job.repo,
        job.head_sha,
        is_fork=all(head.is_fork for head in known),
        checks=checks,
        jobs=jobs,
        effects=effects,
        audit=audit,
        origin=origin,
        clock=clock,
    )


def _queue(
    repo: RepoRef,
    head_sha: HeadSha,
    *,
    is_fork: bool,
    checks: Checks,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    external_id = f"acs:tests:{origin.job_id}"
    check_run = once(
        effects,
        f"check:{repo.host}/{repo.repo_id}:{external_id}",
        CheckRun,
        act=lambda: checks.create(
            repo, name=TESTS_CHECK, head_sha=head_sha, external_id=external_id, output=tests_queued()
        ),
        find=lambda: checks.find(repo, name=TESTS_CHECK, head_sha=head_sha, external_id=external_id),
    )
    audit.record("check.queue", f"{repo.full_name}@{head_sha}", "queued", facts={"check_run": str(check_run.id)})
    log.info("check run queued", repo=repo.full_name, head_sha=head_sha, check_run=check_run.id)
    if is_fork:
        conclusion, output = forks_not_checked()
        checks.conclude(repo, check_run.id, conclusion=conclusion, at=clock.now(), output=output)
        return
    jobs.add(RunTests(repo, head_sha, check_run.id))


def run_tests_of_head(
    job: RunTests,
    *,
    checks: Checks,
    checkouts: Checkouts,
    sandbox: Sandbox,
    dependencies: Dependencies,
    limits: Limits,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Run the tests of a head in the sandbox, and hand what they showed to the lane.

    Raises:
        RepoError: the head cannot be read.
        TransientError: the host or the package index did not answer; run the job again.
    """
    checks.start(job.repo, CheckRunId(job.check_run_id), at=clock.now(), output=tests_running())
    checkout = checkouts.at(job.repo, job.head_sha)

    report = run_tests(checkout, sandbox=sandbox, dependencies=dependencies, limits=limits)

    jobs.add(ConcludeTests(job.repo, job.head_sha, job.check_run_id, report))
    audit.record("tests.run", f"{job.repo.full_name}@{job.head_sha}", report.verdict, facts={"tool": report.tool})
    log.info(
        "tests run",
        repo=job.repo.full_name,
        head_sha=job.head_sha,
        verdict=report.verdict,
        looked_at=report.looked_at,
        timed_out=report.timed_out,
    )


def conclude_tests(job: ConcludeTests, *, checks: Checks, jobs: Jobs, audit: Audit, clock: Clock) -> None:
    """Complete the check run, failures on their lines, and tell the task of that head."""
    conclusion, output = tests_output(job.report)

    checks.conclude(job.repo, CheckRunId(job.check_run_id), conclusion=conclusion, at=clock.now(), output=output)
    passed = {"success": True, "failure": False, "timed_out": False}.get(conclusion)
    jobs.add(NoteTests(job.repo, job.head_sha, passed, output.title))
    audit.record(
        "check.conclude",
        f"{job.repo.full_name}@{job.head_sha}",
        conclusion,
        facts={"check_run": str(job.check_run_id), "looked_at": str(job.report.looked_at)},
    )
    log.info("check run concluded", repo=job.repo.full_name, head_sha=job.head_sha, conclusion=conclusion)
