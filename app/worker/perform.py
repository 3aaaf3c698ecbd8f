"""One job: the use case that does it, with exactly the ports it names."""

from typing import assert_never

from app.adapters.sql.budgets import SqlPermits
from app.adapters.sql.effect_log import SqlEffectLog
from app.adapters.sql.record import JobRecord
from app.generation.cancel import cancel_task, resume_task
from app.generation.generate import generate_change
from app.generation.progress import Pace, end_run, note_tests, show_progress
from app.generation.propose import propose_change
from app.generation.start import say_not_started, start_task
from app.jobs import (
    AskRequester,
    ConcludeTests,
    GenerateChange,
    HeadMoved,
    IssueClosed,
    IssueReopened,
    Job,
    LabelAdded,
    LabelRemoved,
    NoteTests,
    ProposeChange,
    RerunChecks,
    ResumeCheck,
    ResumeTask,
    RunTests,
    SayFailed,
    SayNotStarted,
    ShowProgress,
)
from app.ports.journal import Lease
from app.validation.checks import check_again, check_head, conclude_tests, run_tests_of_head
from app.validation.resume import resume_check
from app.wiring import Services


def perform(job: Job, lease: Lease, record: JobRecord, services: Services) -> None:
    """Do the job. What it records is written by the caller.

    Raises:
        RepoError: the repository or its people must change something; the job is not to be tried again.
        TransientError: the job is to be tried again.
        StaleFence: the lane is no longer ours; nothing more was written.
    """
    settings, clock = services.settings, services.clock
    permit = SqlPermits(services.engine, clock, lease, services.write_limits, correlation_id=record.correlation_id)
    host = services.code_host(job, permit=permit)
    effects = SqlEffectLog(services.engine, clock, lease)
    pace = Pace(clock, settings.progress_every)
    match job:
        case LabelAdded() | IssueReopened():
            start_task(
                job,
                trigger_label=settings.trigger_label,
                collaborators=host.collaborators,
                issues=host.issues,
                pulls=host.pulls,
                tasks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
                clock=clock,
                pace=pace,
            )
        case LabelRemoved() | IssueClosed():
            cancel_task(
                job,
                trigger_label=settings.trigger_label,
                issues=host.issues,
                tasks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
                clock=clock,
                pace=pace,
            )
        case ResumeTask():
            resume_task(
                job,
                trigger_label=settings.trigger_label,
                issues=host.issues,
                tasks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
                clock=clock,
                pace=pace,
            )
        case SayNotStarted():
            say_not_started(
                job,
                trigger_label=settings.trigger_label,
                issues=host.issues,
                tasks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
                clock=clock,
                pace=pace,
            )
        case GenerateChange():
            generate_change(job, checkouts=services.checkouts, tasks=record, jobs=record, audit=record, clock=clock)
        case ProposeChange():
            propose_change(
                job,
                commits=host.commits,
                pulls=host.pulls,
                issues=host.issues,
                tasks=record,
                effects=effects,
                jobs=record,
                audit=record,
                clock=clock,
                pace=pace,
            )
        case AskRequester() | SayFailed():
            end_run(
                job,
                issues=host.issues,
                tasks=record,
                effects=effects,
                jobs=record,
                audit=record,
                clock=clock,
                pace=pace,
            )
        case NoteTests():
            note_tests(job, issues=host.issues, tasks=record, effects=effects, jobs=record, pace=pace)
        case ShowProgress():
            show_progress(job, issues=host.issues, tasks=record, effects=effects, jobs=record, pace=pace)
        case HeadMoved():
            check_head(
                job,
                checks=host.checks,
                pulls=host.pulls,
                heads=record,
                own_checks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
                clock=clock,
            )
        case RerunChecks():
            check_again(
                job,
                app_id=settings.github_app_id,
                checks=host.checks,
                heads=record,
                own_checks=record,
                jobs=record,
                effects=effects,
                audit=record,
                origin=record.origin,
            )
        case RunTests():
            run_tests_of_head(
                job,
                checks=host.checks,
                checkouts=services.checkouts,
                sandbox=services.sandbox,
                dependencies=services.dependencies,
                limits=services.limits,
                own_checks=record,
                jobs=record,
                audit=record,
                clock=clock,
            )
        case ConcludeTests():
            conclude_tests(job, checks=host.checks, own_checks=record, jobs=record, audit=record, clock=clock)
        case ResumeCheck():
            resume_check(
                job,
                checks=host.checks,
                pulls=host.pulls,
                heads=record,
                own_checks=record,
                jobs=record,
                audit=record,
                clock=clock,
            )
        case _:
            assert_never(job)
