"""A generated change becomes one commit, one branch and one draft pull request."""

import structlog

from app.conversation.proposal import commit_message, pull_body, pull_title
from app.domain.task import GeneratedChange, Proposal, Task
from app.errors import Cancelled, RepoError
from app.generation.progress import Progress
from app.governance.effects import once
from app.jobs import ProposeChange
from app.ports.clock import Clock
from app.ports.code_host import Commit, Commits, Pull, Pulls
from app.ports.effects import EffectLog
from app.ports.record import Audit, Tasks

log = structlog.stdlib.get_logger()


def propose_change(
    job: ProposeChange,
    *,
    commits: Commits,
    pulls: Pulls,
    tasks: Tasks,
    effects: EffectLog,
    progress: Progress,
    audit: Audit,
    clock: Clock,
) -> None:
    """Commit the change of a run, open its draft pull request, and say so in the progress comment.

    A run that ended already is left alone. A request that is taken back before the pull request is open leaves nothing
    behind; an open one stays, also where a crash kept us from recording it: people have seen it, and may close it.

    Raises:
        RepoError: a branch of that name exists and is not ours, or the host refuses the change.
        TransientError: the host did not answer; run the job again.
    """
    task, generated = tasks.get(job.issue), tasks.change(job.issue, job.run)
    if task is None or generated is None or task.run.number != job.run or task.state != "working":
        return
    writing = _Writing(task, generated, commits=commits, pulls=pulls, tasks=tasks, effects=effects, clock=clock)
    try:
        proposal = writing.propose()
    except Cancelled:
        writing.undo()
        audit.record("task.propose", str(job.issue), "taken back", facts={"run": str(job.run)})
        log.info("proposal given up: cancelled", issue=str(job.issue), run=job.run)
        return
    except RepoError:
        writing.undo()
        raise

    proposed = task.proposed(proposal, clock.now())
    progress.keep(proposed)
    audit.record(
        "task.propose",
        str(job.issue),
        "proposed",
        facts={"pull": str(proposal.pull), "head_sha": proposal.head_sha, "is_verified": str(proposal.is_verified)},
    )
    log.info("change proposed", issue=str(job.issue), pull=proposal.pull, head_sha=proposal.head_sha)


class _Writing:
    """The writing of one run's proposal: each step looks at the cancellation first, and happens once."""

    def __init__(
        self,
        task: Task,
        generated: GeneratedChange,
        *,
        commits: Commits,
        pulls: Pulls,
        tasks: Tasks,
        effects: EffectLog,
        clock: Clock,
    ) -> None:
        self._task, self._generated = task, generated
        self._repo, self._branch = task.issue.repo, task.run.branch
        self._commits, self._pulls, self._tasks, self._effects = commits, pulls, tasks, effects
        self._clock = clock
        self._key = f"proposal:{task.name}:{task.run.number}"
        self._made: Commit | None = None

    def propose(self) -> Proposal:
        self._made = commit = self._commit()
        self._point_branch(commit)
        pull = self._open_pull()
        return Proposal(
            pull=pull.ref.number,
            url=pull.url,
            branch=self._branch,
            base=self._generated.base,
            head_sha=commit.sha,
            is_verified=commit.is_verified,
        )

    def undo(self) -> None:
        """Take the branch away, where it is ours: a pull request that is there already is closed by that."""
        if self._made and self._points_at(self._made):
            self._commits.delete_branch(self._repo, self._branch)

    def _commit(self) -> Commit:
        change = self._generated.change

        def act() -> Commit:
            self._go_on()  # not before: `undo` needs a commit that was made
            return self._commits.commit(
                self._repo,
                parent=self._generated.base.sha,
                files=tuple(change),
                message=commit_message(self._task, change),
            )

        # a commit nobody points at cannot be found again and harms nobody: it is made anew
        return once(self._effects, f"{self._key}:commit", Commit, act=act, find=lambda: None)

    def _point_branch(self, commit: Commit) -> None:
        def act() -> str:
            self._go_on()
            self._commits.create_branch(self._repo, self._branch, commit.sha)
            return commit.sha

        def find() -> str | None:
            return commit.sha if self._points_at(commit) else None

        once(self._effects, f"{self._key}:branch", str, act=act, find=find)

    def _points_at(self, commit: Commit) -> bool:
        head = self._commits.branch_head(self._repo, self._branch)
        return head is not None and head.sha == commit.sha

    def _open_pull(self) -> Pull:
        change, base = self._generated.change, self._generated.base

        def act() -> Pull:
            self._go_on()  # one that is open already is people's to close
            took = self._clock.now() - self._task.run.started_at
            return self._pulls.open_draft(
                self._repo,
                head_branch=self._branch,
                base_branch=base.branch,
                title=pull_title(self._task),
                body=pull_body(self._task, change, base, took=took),
            )

        return once(
            self._effects,
            f"{self._key}:pull",
            Pull,
            act=act,
            find=lambda: self._pulls.find(self._repo, self._branch),
        )

    def _go_on(self) -> None:
        if self._tasks.is_cancelled(self._task):
            raise Cancelled
