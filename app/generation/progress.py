"""What a person sees of a task while it goes on and when it ends."""

from dataclasses import replace

import structlog

from app.conversation.progress import failure_message, progress_comment
from app.domain.task import Task, TestsNote
from app.governance.effects import once
from app.jobs import AskRequester, NoteTests, SayFailed
from app.ports.clock import Clock
from app.ports.code_host import CommentId, Issues
from app.ports.effects import EffectLog
from app.ports.record import Audit, Tasks

log = structlog.stdlib.get_logger()


def show(task: Task, *, issues: Issues, effects: EffectLog) -> None:
    """Bring the task's one progress comment up to date, writing it where there is none, or none any more."""
    body = progress_comment(task)
    written: list[int] = []

    def write() -> int:
        written.append(issues.comment(task.issue, body))
        return written[0]

    comment = once(
        effects,
        f"progress:{task.name}",
        int,
        act=write,
        find=lambda: issues.find_comment(task.issue, task.marker),
    )
    if comment not in written and not issues.edit_comment(task.issue.repo, CommentId(comment), body):
        _write_again(task, body, issues=issues)  # anybody who may write may have deleted it


def _write_again(task: Task, body: str, *, issues: Issues) -> None:
    another = issues.find_comment(task.issue, task.marker)
    if another is None:
        issues.comment(task.issue, body)
    else:
        issues.edit_comment(task.issue.repo, another, body)


def end_run(
    job: AskRequester | SayFailed,
    *,
    issues: Issues,
    tasks: Tasks,
    effects: EffectLog,
    audit: Audit,
    clock: Clock,
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

    tasks.save(ended)
    show(ended, issues=issues, effects=effects)
    audit.record("task.end", str(job.issue), ended.state, facts={"run": str(job.run)})
    log.info("task ended", issue=str(job.issue), run=job.run, state=ended.state)


def note_tests(job: NoteTests, *, issues: Issues, tasks: Tasks, effects: EffectLog) -> None:
    """Show in the progress comment what the check of the proposal's head said."""
    task = tasks.of_head(job.repo, job.head_sha)
    if task is None or task.proposal is None or task.state != "proposed":
        return
    noted = replace(task, tests=TestsNote(job.head_sha, job.passed, job.title))

    tasks.save(noted)
    show(noted, issues=issues, effects=effects)
