"""An issue gets the trigger label, or is reopened with it: who asked, may they, and has it been asked before?"""

from collections.abc import Collection
from dataclasses import replace

import structlog

from app.conversation.commands.answers import held_comment
from app.conversation.progress import failure_message, gone_message, refusal
from app.domain.paused import Paused
from app.domain.repo import Actor, PullRef
from app.domain.task import Run, Task, branch_of
from app.generation.progress import Progress
from app.generation.request import is_asked_for, is_still_asked_for
from app.governance.access import Allowed, Refused, is_heard, may_start, permission_of
from app.governance.effects import once
from app.governance.pausing import held
from app.jobs import GenerateChange, IssueReopened, LabelAdded, SayNotStarted
from app.ports.clock import Clock
from app.ports.code_host import Collaborators, Issues, Pulls
from app.ports.effects import EffectLog
from app.ports.record import Audit, Jobs, Origin, Switches, Tasks

log = structlog.stdlib.get_logger()

Request = LabelAdded | IssueReopened


def start_task(
    job: Request,
    *,
    trigger_label: str,
    allowed_bots: Collection[int],
    collaborators: Collaborators,
    issues: Issues,
    pulls: Pulls,
    tasks: Tasks,
    switches: Switches,
    jobs: Jobs,
    effects: EffectLog,
    progress: Progress,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Begin a run: 👀 on the issue, the progress comment, and generation as the next job.

    Nothing happens for another label, when the label is off again or the issue closed, for a request that is older
    than the one that is known, for one that is being worked on, or while its pull request is open. While the repository
    is paused the request waits, which is said once.
    """
    known = tasks.get(job.issue)
    if not _concerns_us(job, known, trigger_label):
        return
    if not is_heard(job.by, allowed_bots):  # no request is spent on a bot
        _refuse(job, may_start(job.by, "none"), issues=issues, effects=effects, audit=audit)
        return
    refuted = tasks.cancelled_by()  # read before the issue is: what it shows then is the truth about these
    if not is_still_asked_for(job, trigger_label, issues=issues, origin=origin, clock=clock):
        log.info("request not there any more", issue=str(job.issue))
        _take_back(job, known, issues=issues, progress=progress, origin=origin, clock=clock)
        return
    permission = permission_of(job.issue.repo, job.by, collaborators=collaborators)
    access = may_start(job.by, permission, allowed_bots)
    if isinstance(access, Refused):
        _refuse(job, access, issues=issues, effects=effects, audit=audit)
        return
    if known and _is_underway(job, known, tasks=tasks, pulls=pulls):
        log.info("task underway already", issue=str(job.issue), state=known.state)
        return
    if paused := held(job, job.issue.repo, switches=switches, jobs=jobs):
        _say_held(job, paused, issues=issues, effects=effects)
        return

    task = _next_run(job, known, origin=origin, delivery=max(origin.delivery, refuted))
    issues.react(job.issue, "eyes")
    progress.keep(task)
    jobs.add(GenerateChange(job.issue, task.run.number))
    audit.record("task.start", str(job.issue), "started", actor=job.by.login, facts={"run": str(task.run.number)})
    log.info("task started", issue=str(job.issue), run=task.run.number)


def say_not_started(
    job: SayNotStarted,
    *,
    trigger_label: str,
    allowed_bots: Collection[int],
    issues: Issues,
    tasks: Tasks,
    progress: Progress,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Tell the requester why nothing was begun, as a run that failed; not when nobody waits, or another run goes on."""
    request = job.request
    known = tasks.get(request.issue)
    if not _concerns_us(request, known, trigger_label) or (known and known.state in ("working", "proposed")):
        return
    if not is_heard(request.by, allowed_bots) or not is_asked_for(request.issue, trigger_label, issues=issues):
        return
    failed = _next_run(request, known, origin=origin, delivery=origin.delivery)
    failed = failed.ended("failed", clock.now(), failure_message(job.reason))

    progress.keep(failed)
    audit.record("task.start", str(request.issue), "failed", actor=request.by.login, facts={"reason": job.reason})
    log.info("task not started", issue=str(request.issue))


def _concerns_us(job: Request, known: Task | None, trigger_label: str) -> bool:
    """Whether this can begin anything; a reopened issue only takes up again what was cancelled, or never begun."""
    if isinstance(job, IssueReopened):
        return job.by.kind == "User" and (known is None or known.state == "cancelled")
    asked_at = known.run.asked_at if known else None
    is_outdated = job.as_of is not None and asked_at is not None and job.as_of < asked_at
    return job.label == trigger_label and not is_outdated


def _take_back(
    job: Request, known: Task | None, *, issues: Issues, progress: Progress, origin: Origin, clock: Clock
) -> None:
    """Undo what an attempt that was cut short may have said: that the request is being worked on."""
    if origin.attempt == 1:
        return
    begun = _next_run(job, None, origin=origin, delivery=origin.delivery)
    if known:
        left = replace(known, shown=None)  # what that attempt showed is not on record
    elif issues.find_comment(job.issue, begun.marker):
        left = begun.ended("cancelled", clock.now(), gone_message())
    else:
        return
    progress.keep(left)


def _refuse(job: Request, access: Allowed | Refused, *, issues: Issues, effects: EffectLog, audit: Audit) -> None:
    if isinstance(access, Allowed):
        return
    if not access.silently:
        marker = _refusal_marker(job.by)
        once(
            effects,
            f"refusal:{job.issue.repo.host}/{job.issue.repo.repo_id}/{job.issue.number}:{job.by.user_id}",
            int,
            act=lambda: issues.comment(job.issue, refusal(access.reason, marker)),
            find=lambda: issues.find_comment(job.issue, marker),
        )
    audit.record("task.start", str(job.issue), "refused", actor=job.by.login, facts={"reason": access.reason})
    log.info("task refused", issue=str(job.issue), reason=access.reason)


def _say_held(job: Request, paused: Paused, *, issues: Issues, effects: EffectLog) -> None:
    marker = f"<!-- acs:paused={paused.at.isoformat()} -->"
    once(
        effects,
        f"held:{job.issue.repo.host}/{job.issue.repo.repo_id}/{job.issue.number}:{paused.at.isoformat()}",
        int,
        act=lambda: issues.comment(job.issue, held_comment(paused, marker)),
        find=lambda: issues.find_comment(job.issue, marker),
    )


def _refusal_marker(person: Actor) -> str:
    return f"<!-- acs:refused={person.user_id} -->"


def _is_underway(job: Request, task: Task, *, tasks: Tasks, pulls: Pulls) -> bool:
    match task.state:
        case "working":
            return not tasks.is_cancelled(task) and not _asks_for_something_else(job, task.run)
        case "proposed" if task.proposal:
            return pulls.get(PullRef(task.issue.repo, task.proposal.pull)).is_open
        case _:
            return False


def _asks_for_something_else(job: Request, run: Run) -> bool:
    """Whether the label was off in between and the issue was edited meanwhile, as far as the host's times tell."""
    return job.as_of is not None and run.asked_at is not None and (job.title, job.body) != (run.title, run.body)


def _next_run(job: Request, known: Task | None, *, origin: Origin, delivery: int) -> Task:
    number = known.run.number + 1 if known else 1
    run = Run(
        number=number,
        title=job.title,
        body=job.body,
        branch=branch_of(job.issue, job.title, run=number),
        requested_by=job.by,
        started_at=origin.created_at,
        delivery=delivery,
        asked_at=job.as_of,
        spec=job.spec if isinstance(job, LabelAdded) else "",
    )
    return Task(issue=job.issue, run=run, state="working", shown=known.shown if known else None)
