"""Commands about a request: asking for it, once more, and taking it back. They do what the trigger label does."""

from typing import Literal

from app.domain.command import Refusal, Retry, Run
from app.domain.repo import IssueRef, PullRef
from app.domain.task import Task
from app.jobs import CommentPosted, LabelAdded, LabelRemoved, RerunChecks, ResumeTask
from app.ports.code_host import Issues, Pulls
from app.ports.record import Heads, Jobs, Tasks


def task_of(job: CommentPosted, tasks: Tasks) -> Task | None:
    """The task of the issue, or of the pull request, on which the comment stands."""
    return tasks.of_pull(PullRef(job.on.repo, job.on.number)) if job.is_pull else tasks.get(job.on)


def spec_of(command: Run | Retry, job: CommentPosted, *, tasks: Tasks) -> str | Refusal:
    """The document that is to be the request, or none; a request that took its words from one does so again."""
    if isinstance(command, Run):
        return command.spec
    task = tasks.get(job.on)
    if task is None:
        fix = "Write `/acs run`, or add the label."
        return Refusal("no_request", "a request that ended without a change", "nothing was asked for here", fix)
    return task.run.spec


def ask_for_change(job: CommentPosted, *, trigger_label: str, issues: Issues, jobs: Jobs) -> None:
    """Put the trigger label on and ask for the change of the issue as it stood when the comment was written."""
    issues.add_label(job.on, trigger_label)
    jobs.add(LabelAdded(job.on, trigger_label, job.by, job.title, job.body, job.as_of))


def retry_checks(job: CommentPosted, *, app_id: int, pulls: Pulls, heads: Heads, jobs: Jobs) -> Refusal | None:
    """Run the checks of the pull request's head again, as *Re-run* does."""
    pull = pulls.get(PullRef(job.on.repo, job.on.number))
    if not pull.is_open or not heads.heads(job.on.repo, pull.head_sha):
        actual = "its head has not been announced to ACS" if pull.is_open else "it is closed"
        fix = "Push to its branch." if pull.is_open else "Reopen it."
        return Refusal("not_checked", "an open pull request that ACS checks", actual, fix)
    jobs.add(RerunChecks(job.on.repo, pull.head_sha, app_id))
    return None


def cancel(job: CommentPosted, *, trigger_label: str, issues: Issues, tasks: Tasks, jobs: Jobs) -> Refusal | None:
    """Take the trigger label off and the request back; what ended already is left alone."""
    task = task_of(job, tasks)
    if task is None and job.is_pull:
        return _nothing_to_cancel("no_request", "this pull request is nobody's request to ACS")
    issue = task.issue if task else job.on
    if task and _is_older(job, task):
        return _out_of_date(task)
    goes_on = task is not None and task.state in ("working", "needs_input")
    if not goes_on and not _has_label(
        issue, trigger_label, issues
    ):  # what waits for a pause has the label, and no task
        return _nothing_to_cancel("already_ended" if task else "no_request", _ended(task))
    issues.remove_label(issue, trigger_label)
    as_of = None if job.is_pull else job.as_of
    jobs.add(LabelRemoved(issue, trigger_label, job.by, as_of, is_command=True))
    return None


def set_going_again(job: CommentPosted, *, tasks: Tasks, jobs: Jobs) -> None:
    """Undo what a comment that takes nothing back may have stopped when it arrived."""
    task = task_of(job, tasks)
    if task and task.state == "working" and tasks.is_cancelled(task):
        jobs.add(ResumeTask(task.issue, task.run.number))


def in_the_way(job: CommentPosted, *, issues: Issues, pulls: Pulls, tasks: Tasks) -> Refusal | None:
    """Why no run can be asked for now: one at a time, on an open issue, by a comment that is new enough."""
    now, task = issues.get(job.on), tasks.get(job.on)
    if now is None or not now.is_open:
        return Refusal("wrong_place", "an open issue", "the issue is closed", "Reopen it, and ask again.")
    if task is None:
        return None
    if _is_older(job, task):
        return _out_of_date(task)
    if task.state == "working" and not tasks.is_cancelled(task):
        fix = "Wait for it, or write `/acs cancel` and ask again."
        return Refusal("already_working", "no run that goes on", f"run {task.run.number} is being worked on", fix)
    if task.proposal and task.state == "proposed" and pulls.get(PullRef(job.on.repo, task.proposal.pull)).is_open:
        actual = f"the pull request {task.proposal.pull} is open"
        return Refusal("already_proposed", "no open pull request", actual, "Merge or close it, and ask again.")
    return None


def _is_older(job: CommentPosted, task: Task) -> bool:
    """Whether the comment was written before what it would change was asked for."""
    asked_at = task.run.asked_at
    return not job.is_pull and job.as_of is not None and asked_at is not None and job.as_of < asked_at


def _out_of_date(task: Task) -> Refusal:
    actual = f"run {task.run.number} was asked for after the comment was written"
    return Refusal(
        "out_of_date", "a comment about the newest request", actual, "Write a new comment if it still holds."
    )


def _has_label(issue: IssueRef, label: str, issues: Issues) -> bool:
    now = issues.get(issue)
    return now is not None and label in now.labels


def _ended(task: Task | None) -> str:
    return f"run {task.run.number} ended: {task.state}" if task else "nothing was asked for here"


def _nothing_to_cancel(reason: Literal["no_request", "already_ended"], actual: str) -> Refusal:
    return Refusal(reason, "a request that goes on", actual, "A pull request that is open is closed by hand.")
