"""What a person sees of a task while it goes on and when it ends."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import structlog

from app.conversation.progress import failure_message, progress_comment
from app.domain.task import Shown, Task, TestsNote
from app.errors import Limited
from app.governance.effects import once
from app.jobs import AskRequester, NoteTests, SayFailed, ShowProgress
from app.ports.clock import Clock
from app.ports.code_host import CommentId, Issues
from app.ports.effects import EffectLog
from app.ports.record import Audit, Jobs, Tasks

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the progress comment of an issue is edited at most: once in `every`."""

    clock: Clock
    every: timedelta

    def wait(self, task: Task) -> timedelta:
        """How long until it may be edited again; nothing or less where it may be now."""
        if task.shown is None or task.shown.edited_at is None:
            return timedelta()
        return task.shown.edited_at + self.every - self.clock.now()


@dataclass(frozen=True, slots=True)
class Progress:
    """Keeps tasks where people see them: in the database, and in the one progress comment of their issue."""

    issues: Issues
    tasks: Tasks
    effects: EffectLog
    jobs: Jobs
    pace: Pace

    def keep(self, task: Task) -> None:
        """Save the task and bring its comment up to date, now or a little later.

        It is written at once where there is none. An edit waits while the last one is fresh or the host's budget is
        short: in a job of its own, which holds nothing up, and shows the task as it is then.

        Raises:
            RepoError: the issue is gone, or closed to us; nothing is saved.
            TransientError: the host did not answer; run the job again.
        """
        self.tasks.save(self._shown(task))

    def _shown(self, task: Task) -> Task:
        body = progress_comment(task)
        digest = sha256(body.encode()).hexdigest()
        if task.shown and task.shown.digest == digest:
            return task
        wait = self.pace.wait(task)
        if wait > timedelta():
            self.jobs.add(ShowProgress(task.issue), after=wait)
            return task
        writing = _Writing(task, body, issues=self.issues, effects=self.effects)
        comment = writing.comment()
        if writing.is_done:
            return replace(task, shown=Shown(digest))
        try:
            writing.edit(comment)
        except Limited as limited:
            self.jobs.add(ShowProgress(task.issue), after=limited.wait)
            return task
        return replace(task, shown=Shown(digest, self.pace.clock.now()))


class _Writing:
    """The writing of one body: into the comment of the task, or into another where somebody deleted that."""

    def __init__(self, task: Task, body: str, *, issues: Issues, effects: EffectLog) -> None:
        self._task, self._body = task, body
        self._issues, self._effects = issues, effects
        self._key = f"progress:{task.name}"
        self.is_done = False

    def comment(self) -> CommentId:
        """The comment of the task; it is done where that had to be written first."""
        return self._once(self._key)

    def edit(self, comment: CommentId) -> None:
        if self._edit(comment):
            return
        another = self._once(f"{self._key}:instead-of:{comment}")  # anybody who may write may have deleted it
        self._effects.confirm(self._key, str(another))
        if not self.is_done:
            self._edit(another)

    def _once(self, key: str) -> CommentId:
        found = once(
            self._effects,
            key,
            int,
            act=self._write,
            find=lambda: self._issues.find_comment(self._task.issue, self._task.marker),
        )
        return CommentId(found)

    def _write(self) -> int:
        written = self._issues.comment(self._task.issue, self._body)
        self.is_done = True
        return written

    def _edit(self, comment: CommentId) -> bool:
        return self._issues.edit_comment(self._task.issue.repo, comment, self._body)


def show_progress(job: ShowProgress, *, tasks: Tasks, progress: Progress) -> None:
    """Show a task as it is by now: what an earlier job had no time to show."""
    task = tasks.get(job.issue)
    if task is not None:
        progress.keep(task)


def end_run(job: AskRequester | SayFailed, *, tasks: Tasks, progress: Progress, audit: Audit, clock: Clock) -> None:
    """End a run without a change, and say why and what to do next; a run that ended already is left alone."""
    task = tasks.get(job.issue)
    if task is None or task.run.number != job.run or task.state != "working" or tasks.is_cancelled(task):
        return
    ended = (
        task.ended("needs_input", clock.now(), job.message)
        if isinstance(job, AskRequester)
        else task.ended("failed", clock.now(), failure_message(job.reason))
    )

    progress.keep(ended)
    audit.record("task.end", str(job.issue), ended.state, facts={"run": str(job.run)})
    log.info("task ended", issue=str(job.issue), run=job.run, state=ended.state)


def note_tests(job: NoteTests, *, tasks: Tasks, progress: Progress) -> None:
    """Show in the progress comment what the check of the proposal's head said."""
    task = tasks.of_head(job.repo, job.head_sha)
    if task is None or task.proposal is None or task.state != "proposed":
        return
    progress.keep(replace(task, tests=TestsNote(job.head_sha, job.passed, job.title)))
