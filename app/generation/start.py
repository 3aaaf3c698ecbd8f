"""An issue gets the trigger label: who asked, may they, and has it been asked before?"""

import structlog

from app.conversation.progress import cancelled_message, refusal
from app.domain.repo import Actor, PullRef
from app.domain.task import Run, Task, branch_of
from app.generation.progress import Pace, show
from app.governance.access import Allowed, Refused, may_start
from app.governance.effects import once
from app.jobs import GenerateChange, IssueClosed, LabelAdded, LabelRemoved
from app.ports.clock import Clock
from app.ports.code_host import Collaborators, Issues, Pulls
from app.ports.effects import EffectLog
from app.ports.record import Audit, Jobs, Origin, Tasks

log = structlog.stdlib.get_logger()


def start_task(
    job: LabelAdded,
    *,
    trigger_label: str,
    collaborators: Collaborators,
    issues: Issues,
    pulls: Pulls,
    tasks: Tasks,
    jobs: Jobs,
    effects: EffectLog,
    audit: Audit,
    origin: Origin,
    pace: Pace,
) -> None:
    """Begin a run: 👀 on the issue, the progress comment, and generation as the next job.

    Nothing happens for another label, for an issue that is being worked on, or while its pull request is open.
    """
    if job.label != trigger_label:
        return
    match _access(job, collaborators):
        case Refused() as refused:
            _refuse(job, refused, issues=issues, effects=effects, audit=audit)
            return
        case Allowed():
            pass
    known = tasks.get(job.issue)
    if known and _is_underway(known, tasks=tasks, pulls=pulls):
        log.info("task underway already", issue=str(job.issue), state=known.state)
        return

    task = _next_run(job, known, origin=origin)
    if tasks.is_cancelled(task):
        if issues.find_comment(job.issue, task.marker):  # by an attempt that was cut short, perhaps
            tasks.save(task)  # so that the cancellation, which comes next in the lane, ends it
        return

    issues.react(job.issue, "eyes")
    tasks.save(show(task, issues=issues, effects=effects, jobs=jobs, pace=pace))
    jobs.add(GenerateChange(job.issue, task.run.number))
    audit.record("task.start", str(job.issue), "started", actor=job.by.login, facts={"run": str(task.run.number)})
    log.info("task started", issue=str(job.issue), run=task.run.number)


def cancel_task(
    job: LabelRemoved | IssueClosed,
    *,
    trigger_label: str,
    issues: Issues,
    tasks: Tasks,
    effects: EffectLog,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
    pace: Pace,
) -> None:
    """End a run whose request was taken back, and say so; a proposal that stands already is left alone."""
    if isinstance(job, LabelRemoved) and job.label != trigger_label:
        return
    task = tasks.get(job.issue)
    if task is None or task.state not in ("working", "needs_input"):
        return
    how = "removed the label" if isinstance(job, LabelRemoved) else "closed the issue"
    ended = task.ended("cancelled", clock.now(), cancelled_message(job.by.login, how))

    tasks.save(show(ended, issues=issues, effects=effects, jobs=jobs, pace=pace))
    audit.record("task.cancel", str(job.issue), "cancelled", actor=job.by.login, facts={"run": str(task.run.number)})
    log.info("task cancelled", issue=str(job.issue), run=task.run.number)


def _access(job: LabelAdded, collaborators: Collaborators) -> Allowed | Refused:
    if job.by.kind != "User":  # no request is spent on a bot
        return may_start(job.by, "none")
    return may_start(job.by, collaborators.permission(job.issue.repo, job.by))


def _refuse(job: LabelAdded, refused: Refused, *, issues: Issues, effects: EffectLog, audit: Audit) -> None:
    if not refused.silently:
        marker = _refusal_marker(job.by)
        once(
            effects,
            f"refusal:{job.issue.repo.host}/{job.issue.repo.repo_id}/{job.issue.number}:{job.by.user_id}",
            int,
            act=lambda: issues.comment(job.issue, refusal(refused.reason, marker)),
            find=lambda: issues.find_comment(job.issue, marker),
        )
    audit.record("task.start", str(job.issue), "refused", actor=job.by.login, facts={"reason": refused.reason})
    log.info("task refused", issue=str(job.issue), reason=refused.reason)


def _refusal_marker(person: Actor) -> str:
    return f"<!-- acs:refused={person.user_id} -->"


def _is_underway(task: Task, *, tasks: Tasks, pulls: Pulls) -> bool:
    match task.state:
        case "working" | "needs_input" if tasks.is_cancelled(task):
            return False
        case "working":
            return True
        case "proposed" if task.proposal:
            return pulls.get(PullRef(task.issue.repo, task.proposal.pull)).is_open
        case _:
            return False


def _next_run(job: LabelAdded, known: Task | None, *, origin: Origin) -> Task:
    number = known.run.number + 1 if known else 1
    run = Run(
        number=number,
        title=job.title,
        body=job.body,
        branch=branch_of(job.issue, job.title, run=number),
        requested_by=job.by,
        started_at=origin.created_at,
        delivery=origin.delivery,
    )
    return Task(issue=job.issue, run=run, state="working", shown=known.shown if known else None)
