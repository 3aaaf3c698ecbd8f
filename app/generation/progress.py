"""What a person sees of a task while it goes on and when it ends."""

from dataclasses import replace

import structlog

from app.conversation.progress import failure_message, progress_comment
from app.domain.task import Task, TestsNote
from app.governance.sticky import Pace, Sticky, show_sticky
from app.jobs import AskRequester, NoteTests, SayFailed, ShowProgress
from app.ports.clock import Clock
from app.ports.code_host import Issues
from app.ports.effects import EffectLog
from app.ports.record import Audit, Jobs, Tasks

log = structlog.stdlib.get_logger()


def show(task: Task, *, issues: Issues, effects: EffectLog, jobs: Jobs, pace: Pace) -> Task:
    """Bring the task's one progress comment up to date, now or a little later; save the task that is returned."""
    shown = show_sticky(
        Sticky(task.issue, f"progress:{task.name}", task.marker, progress_comment(task)),
        task.shown,
        later=ShowProgress(task.issue),
        issues=issues,
        effects=effects,
        jobs=jobs,
        pace=pace,
    )
    return replace(task, shown=shown)


def show_progress(
    job: ShowProgress, *, issues: Issues, tasks: Tasks, effects: EffectLog, jobs: Jobs, pace: Pace
) -> None:
    """Show a task as it is by now: what an earlier job had no time to show."""
    task = tasks.get(job.issue)
    if task is not None:
        tasks.save(show(task, issues=issues, effects=effects, jobs=jobs, pace=pace))


def end_run(
    job: AskRequester | SayFailed,
    *,
    issues: Issues,
    tasks: Tasks,
    effects: EffectLog,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
    pace: Pace,
) -> None:
    """End a run without a change, and say why and what to do next; a run that ended already is left alone."""
    task = tasks.get(job.issue)
    if task is None or task.run.number != job.run or task.state != "working" or tasks.is_cancelled(task):
        return
    ended = (
        task.ended("needs_input", clock.now(), job.message)
        if isinstance(job, AskRequester)
        else task.ended("failed", clock.now(), failure_message(job.reason))
    )

    tasks.save(show(ended, issues=issues, effects=effects, jobs=jobs, pace=pace))
    audit.record("task.end", str(job.issue), ended.state, facts={"run": str(job.run)})
    log.info("task ended", issue=str(job.issue), run=job.run, state=ended.state)


def note_tests(job: NoteTests, *, issues: Issues, tasks: Tasks, effects: EffectLog, jobs: Jobs, pace: Pace) -> None:
    """Show in the progress comment what the check of the proposal's head said."""
    task = tasks.of_head(job.repo, job.head_sha)
    if task is None or task.proposal is None or task.state != "proposed":
        return
    noted = replace(task, tests=TestsNote(job.head_sha, job.passed, job.title))

    tasks.save(show(noted, issues=issues, effects=effects, jobs=jobs, pace=pace))
