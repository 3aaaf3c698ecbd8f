"""A request is taken back, or is said to be: what the issue shows decides, and a run goes on or ends by that."""

from dataclasses import replace

import structlog

from app.conversation.progress import cancelled_message, gone_message
from app.domain.task import Task, branch_of
from app.errors import RepoError
from app.generation.progress import Progress
from app.generation.request import is_asked_for, is_still_asked_for
from app.jobs import GenerateChange, IssueClosed, LabelRemoved, ResumeTask
from app.ports.clock import Clock
from app.ports.code_host import Issues
from app.ports.record import Audit, Jobs, Origin, Tasks

log = structlog.stdlib.get_logger()


def cancel_task(
    job: LabelRemoved | IssueClosed,
    *,
    trigger_label: str,
    issues: Issues,
    tasks: Tasks,
    jobs: Jobs,
    progress: Progress,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """End a run whose request was taken back, and say so; a proposal that stands already is left alone.

    Where the issue is open and has the label after all, the delivery was late: a run that it stopped on its arrival
    is set going again.
    """
    if isinstance(job, LabelRemoved) and job.label != trigger_label:
        return
    task = tasks.get(job.issue)
    if task is None or task.state not in ("working", "needs_input"):
        return
    refuted = tasks.cancelled_by()  # read before the issue is: what it shows then is the truth about these
    is_known = isinstance(job, LabelRemoved) and job.is_command  # we took the label off: the host may be behind
    if not is_known and is_still_asked_for(job, trigger_label, issues=issues, origin=origin, clock=clock):
        if task.state == "working" and refuted > task.run.delivery:
            _set_going(task, refuted, jobs=jobs, progress=progress, audit=audit)
        return
    how = _how(job)
    ended = task.ended("cancelled", clock.now(), cancelled_message(job.by.login, how))
    _end(ended, by=job.by.login, tasks=tasks, progress=progress, audit=audit)


def _how(job: LabelRemoved | IssueClosed) -> str:
    if isinstance(job, IssueClosed):
        return "closed the issue"
    return "cancelled it" if job.is_command else "removed the label"


def resume_task(
    job: ResumeTask,
    *,
    trigger_label: str,
    issues: Issues,
    tasks: Tasks,
    jobs: Jobs,
    progress: Progress,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Set a run going again that has no work left, or end it where nobody waits for it any more."""
    task = tasks.get(job.issue)
    if task is None or task.run.number != job.run or task.state != "working":
        return
    known = max(tasks.cancelled_by(), origin.delivery)
    if is_asked_for(job.issue, trigger_label, issues=issues):
        _set_going(task, known, jobs=jobs, progress=progress, audit=audit)
    else:
        ended = task.ended("cancelled", clock.now(), gone_message())
        _end(ended, by="acs", tasks=tasks, progress=progress, audit=audit)


def _set_going(task: Task, delivery: int, *, jobs: Jobs, progress: Progress, audit: Audit) -> None:
    """The same request as the next run: what the stopped one had begun, or taken away again, is not in its way."""
    number = task.run.number + 1
    branch = branch_of(task.issue, task.run.title, run=number)
    again = replace(task, run=replace(task.run, number=number, branch=branch, delivery=delivery), base=None)

    progress.keep(again)
    jobs.add(GenerateChange(task.issue, number))
    audit.record("task.resume", str(task.issue), "resumed", facts={"run": str(number)})
    log.info("task resumed", issue=str(task.issue), run=number)


def _end(ended: Task, *, by: str, tasks: Tasks, progress: Progress, audit: Audit) -> None:
    try:
        progress.keep(ended)
    except RepoError as error:  # the issue is gone, or closed to us: it ends all the same
        log.warning("cancellation not shown", issue=str(ended.issue), reason=str(error))
        tasks.save(ended)
    audit.record("task.cancel", str(ended.issue), "cancelled", actor=by, facts={"run": str(ended.run.number)})
    log.info("task cancelled", issue=str(ended.issue), run=ended.run.number)
