"""The check run "ACS / config" on a head that edits the configuration, or whose configuration is invalid.

It shows what the file would mean once it is merged. What judges the head is the configuration on its base.
"""

from dataclasses import replace

import structlog

from app.conversation.config import CONFIG_CHECK, config_output, config_queued
from app.domain.config_check import ConfigJudgement
from app.domain.repo import RepoRef
from app.governance.effects import once
from app.governance.repo_config.changes import effective_changes
from app.governance.repo_config.effective import config_at, config_paths, organisation_defaults
from app.governance.repo_config.merging import Invalid
from app.jobs import CheckConfig, ConcludeConfig, OpenConfigCheck
from app.ports.checkouts import Checkout, Checkouts
from app.ports.clock import Clock
from app.ports.code_host import Bases, CheckRun, CheckRunId, Checks, Pull, Pulls
from app.ports.effects import EffectLog
from app.ports.neighbours import Neighbours
from app.ports.record import Audit, Jobs, Origin, OwnCheck, OwnChecks
from app.validation.superseded import conclude_not_needed

MOST_PROBLEMS = 100

log = structlog.stdlib.get_logger()


def check_config(
    job: CheckConfig, *, pulls: Pulls, checkouts: Checkouts, neighbours: Neighbours, jobs: Jobs, audit: Audit
) -> None:
    """Read the configuration at a head and at its base, and have the lane say what there is to say of it.

    A head that its pull request does not have any more is left alone.

    Raises:
        RepoError: a commit cannot be read.
        TransientError: the code host did not answer; run the job again.
    """
    pull = pulls.get(job.pull)
    if not pull.is_open or pull.head_sha != job.head_sha:
        log.info("head not there any more", pull=str(job.pull), head_sha=job.head_sha)
        return
    judgement = _judge(pull, pulls.bases(pull), checkouts=checkouts, neighbours=neighbours)

    if job.check_run_id is not None:
        judgement = judgement or ConfigJudgement(pull.base_branch, defaults="not looked for")
        jobs.add(ConcludeConfig(job.pull.repo, job.head_sha, job.check_run_id, judgement))
    elif judgement is not None:
        jobs.add(OpenConfigCheck(job.pull.repo, job.head_sha, judgement))
    if judgement is not None:
        outcome = "invalid" if judgement.problems else "valid"
        audit.record("config.check", f"{job.pull.repo.full_name}@{job.head_sha}", outcome)
        log.info("configuration read", pull=str(job.pull), head_sha=job.head_sha, outcome=outcome)


def _judge(pull: Pull, bases: Bases, *, checkouts: Checkouts, neighbours: Neighbours) -> ConfigJudgement | None:
    """What there is to say about the configuration at the head; nothing where it is untouched and valid."""
    repo = pull.ref.repo
    head, begins = checkouts.at(repo, pull.head_sha), checkouts.at(repo, bases.merge_base_sha)
    is_touched = _files(head, repo) != _files(begins, repo)
    if not is_touched and not any(_files(head, repo)):
        return None
    defaults = organisation_defaults(repo, checkouts=checkouts, neighbours=neighbours)
    after = config_at(head, repo, defaults)
    if isinstance(after, Invalid):
        return ConfigJudgement(pull.base_branch, problems=after.problems[:MOST_PROBLEMS], defaults=after.defaults)
    if not is_touched:
        return None
    before = config_at(checkouts.at(repo, bases.base_sha), repo, defaults)
    return ConfigJudgement(pull.base_branch, changes=effective_changes(before, after), defaults=after.defaults)


def _files(tree: Checkout, repo: RepoRef) -> list[bytes | None]:
    return [tree.read(path) for path in config_paths(repo)]


def open_config_check(
    job: OpenConfigCheck,
    *,
    checks: Checks,
    own_checks: OwnChecks,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
) -> None:
    """Put the check run on the head, once, and have it concluded."""
    repo, head_sha = job.repo, job.head_sha
    external_id = f"acs:config:{origin.job_id}"
    check_run = once(
        effects,
        f"check:{repo.host}/{repo.repo_id}:{external_id}",
        CheckRun,
        act=lambda: checks.create(
            repo, name=CONFIG_CHECK, head_sha=head_sha, external_id=external_id, output=config_queued()
        ),
        find=lambda: checks.find(repo, name=CONFIG_CHECK, head_sha=head_sha, external_id=external_id),
    )

    own_checks.save_check(OwnCheck(repo, head_sha, check_run.id, name=CONFIG_CHECK))
    jobs.add(ConcludeConfig(repo, head_sha, check_run.id, job.judgement))
    audit.record("check.queue", f"{repo.full_name}@{head_sha}", "queued", facts={"check_run": str(check_run.id)})
    log.info("check run queued", repo=repo.full_name, head_sha=head_sha, check_run=check_run.id, outcome="queued")


def conclude_config(job: ConcludeConfig, *, checks: Checks, own_checks: OwnChecks, audit: Audit, clock: Clock) -> None:
    """Complete the check run with every problem on its line, or with what the head would change."""
    check = own_checks.check(job.repo, CheckRunId(job.check_run_id))
    check = check or OwnCheck(job.repo, job.head_sha, CheckRunId(job.check_run_id), name=CONFIG_CHECK)
    if check.conclusion == "cancelled":
        conclude_not_needed(check, checks=checks, own_checks=own_checks, audit=audit, clock=clock)
        return
    conclusion, output = config_output(job.judgement)

    checks.conclude(job.repo, check.id, conclusion=conclusion, at=clock.now(), output=output)
    own_checks.save_check(replace(check, conclusion=conclusion))
    subject = f"{job.repo.full_name}@{job.head_sha}"
    audit.record("check.conclude", subject, conclusion, facts={"check_run": str(job.check_run_id)})
    log.info("check run concluded", repo=job.repo.full_name, head_sha=job.head_sha, conclusion=conclusion)
