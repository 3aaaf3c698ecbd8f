"""The check run "ACS / tests" on a head: queued when the head appears, run beside the lane, concluded in it."""

from collections.abc import Iterable
from dataclasses import replace

import structlog

from app.conversation.check_output import TESTS_CHECK, forks_not_checked, tests_output, tests_queued, tests_running
from app.conversation.config import CONFIG_CHECK
from app.domain.repo import HeadSha, RepoRef
from app.governance.effects import once
from app.governance.freshness import require_settled
from app.governance.pausing import held
from app.jobs import CheckConfig, ConcludeTests, HeadMoved, NoteTests, RerunChecks, RunTests
from app.ports.checkouts import Checkouts
from app.ports.clock import Clock
from app.ports.code_host import CheckRun, CheckRunId, Checks, Pulls
from app.ports.dependencies import Dependencies
from app.ports.effects import EffectLog
from app.ports.record import Audit, Head, Heads, Jobs, Origin, OwnCheck, OwnChecks, Switches
from app.ports.sandbox import Limits, Sandbox
from app.validation.superseded import close_superseded, conclude_not_needed
from app.validation.tests_stage import run_tests

log = structlog.stdlib.get_logger()


def check_head(
    job: HeadMoved,
    *,
    checks: Checks,
    pulls: Pulls,
    heads: Heads,
    own_checks: OwnChecks,
    switches: Switches,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Put the check run on a new head, have the tests run and the configuration read; the code of a fork is not run.

    A head that the pull request does not have any more, or that is checked already, gets none; open check runs on
    heads that this one replaces are concluded. While the repository is paused this waits.

    Raises:
        TransientError: the host still shows the pull request as it was before; look again.
    """
    if held(job, job.pull.repo, switches=switches, jobs=jobs):
        return
    pull = pulls.get(job.pull)
    require_settled(job.pull, shown=pull.updated_at, announced=job.as_of, origin=origin, clock=clock)
    is_fork = job.is_fork or pull.is_fork
    heads.save_head(Head(job.pull, job.head_sha, is_fork))
    if not pull.is_open or pull.head_sha != job.head_sha:
        log.info("head not there any more", pull=str(job.pull), head_sha=job.head_sha)
        return
    close_superseded(pull, checks=checks, pulls=pulls, heads=heads, own_checks=own_checks, audit=audit, clock=clock)
    known = own_checks.checks_of_head(job.pull.repo, job.head_sha)
    is_checked = any(check.name == TESTS_CHECK and _stands(check, is_fork) for check in known)
    if not is_checked or _was_stopped(CONFIG_CHECK, known):
        jobs.add(CheckConfig(job.pull, job.head_sha))
    if is_checked:
        log.info("head checked already", pull=str(job.pull), head_sha=job.head_sha)
        return
    _queue(
        job.pull.repo,
        job.head_sha,
        is_fork=is_fork,
        checks=checks,
        own_checks=own_checks,
        jobs=jobs,
        effects=effects,
        audit=audit,
        origin=origin,
    )


def _stands(check: OwnCheck, is_fork: bool) -> bool:
    """Whether the check answers for this head: one that was stopped does not, nor one that was for a fork alone."""
    return check.conclusion != "cancelled" and (is_fork or check.conclusion != "action_required")


def _was_stopped(name: str, known: Iterable[OwnCheck]) -> bool:
    """Whether there was a check of that name, and none that answers."""
    conclusions = {check.conclusion for check in known if check.name == name}
    return conclusions == {"cancelled"}


def check_again(
    job: RerunChecks,
    *,
    app_id: int,
    checks: Checks,
    heads: Heads,
    own_checks: OwnChecks,
    switches: Switches,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
) -> None:
    """Answer *Re-run* with a new check run on the same head; heads that ACS was never told of are left alone.

    While the repository is paused this waits.
    """
    if held(job, job.repo, switches=switches, jobs=jobs):
        return
    known = heads.heads(job.repo, job.head_sha)
    if job.app_id != app_id or not known:
        log.info("re-run ignored", repo=job.repo.full_name, head_sha=job.head_sha, is_known=bool(known))
        return
    jobs.add(CheckConfig(known[0].pull, job.head_sha))
    _queue(
        job.repo,
        job.head_sha,
        is_fork=all(head.is_fork for head in known),
        checks=checks,
        own_checks=own_checks,
        jobs=jobs,
        effects=effects,
        audit=audit,
        origin=origin,
    )


def _queue(
    repo: RepoRef,
    head_sha: HeadSha,
    *,
    is_fork: bool,
    checks: Checks,
    own_checks: OwnChecks,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
) -> None:
    external_id = f"acs:tests:{origin.job_id}"
    conclusion, output = forks_not_checked() if is_fork else (None, tests_queued())
    check_run = once(
        effects,
        f"check:{repo.host}/{repo.repo_id}:{external_id}",
        CheckRun,
        act=lambda: checks.create(
            repo, name=TESTS_CHECK, head_sha=head_sha, external_id=external_id, output=output, conclusion=conclusion
        ),
        find=lambda: checks.find(repo, name=TESTS_CHECK, head_sha=head_sha, external_id=external_id),
    )
    own_checks.save_check(OwnCheck(repo, head_sha, check_run.id, conclusion))
    outcome = conclusion or "queued"
    audit.record("check.queue", f"{repo.full_name}@{head_sha}", outcome, facts={"check_run": str(check_run.id)})
    log.info("check run queued", repo=repo.full_name, head_sha=head_sha, check_run=check_run.id, outcome=outcome)
    if not is_fork:
        jobs.add(RunTests(repo, head_sha, check_run.id))


def run_tests_of_head(
    job: RunTests,
    *,
    checks: Checks,
    checkouts: Checkouts,
    sandbox: Sandbox,
    dependencies: Dependencies,
    limits: Limits,
    own_checks: OwnChecks,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Run the tests of a head in the sandbox, and hand what they showed to the lane.

    Nothing is run for a check run that is concluded already, because nobody needs it any more.

    Raises:
        RepoError: the head cannot be read.
        TransientError: the host or the package index did not answer; run the job again.
    """
    known = own_checks.check(job.repo, CheckRunId(job.check_run_id))
    if known and known.conclusion:
        log.info("tests not needed", repo=job.repo.full_name, head_sha=job.head_sha)
        return
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


def conclude_tests(
    job: ConcludeTests, *, checks: Checks, own_checks: OwnChecks, jobs: Jobs, audit: Audit, clock: Clock
) -> None:
    """Complete the check run, failures on their lines, and tell the task of that head."""
    check = own_checks.check(job.repo, CheckRunId(job.check_run_id))
    check = check or OwnCheck(job.repo, job.head_sha, CheckRunId(job.check_run_id))
    if check.conclusion == "cancelled":  # while the tests ran, which may have shown it as running again
        conclude_not_needed(check, checks=checks, own_checks=own_checks, audit=audit, clock=clock)
        return
    conclusion, output = tests_output(job.report)

    checks.conclude(job.repo, check.id, conclusion=conclusion, at=clock.now(), output=output)
    own_checks.save_check(replace(check, conclusion=conclusion))
    passed = {"success": True, "failure": False, "timed_out": False}.get(conclusion)
    jobs.add(NoteTests(job.repo, job.head_sha, passed, output.title))
    audit.record(
        "check.conclude",
        f"{job.repo.full_name}@{job.head_sha}",
        conclusion,
        facts={"check_run": str(job.check_run_id), "looked_at": str(job.report.looked_at)},
    )
    log.info("check run concluded", repo=job.repo.full_name, head_sha=job.head_sha, conclusion=conclusion)
