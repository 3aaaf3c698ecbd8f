"""What a person sees of a task while it goes on and when it ends."""

from dataclasses import dataclass, replace

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

        Raises:
            RepoError: the issue is gone, or closed to us; nothing is saved.
            TransientError: the host did not answer; run the job again.
        """
        shown = show_sticky(
            Sticky(task.issue, f"progress:{task.name}", task.marker, progress_comment(task)),
            task.shown,
            later=ShowProgress(task.issue),
            issues=self.issues,
            effects=self.effects,
            jobs=self.jobs,
            pace=self.pace,
        )
        self.tasks.save(replace(task, shown=shown))


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
