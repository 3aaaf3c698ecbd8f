"""What ACS remembers. One job's record is kept whole or not at all: what a use case saves, adds and records here is
written in one transaction together with "job done", and refused when the job's fence is stale.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.answers import Answers
from app.domain.paused import Paused
from app.domain.repo import HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import GeneratedChange, Task
from app.jobs import Job
from app.ports.code_host import CheckRunId, Conclusion

AT_ONCE = timedelta()


class Tasks(Protocol):
    def get(self, issue: IssueRef) -> Task | None:
        """The task as it was last saved, by this job or an earlier one."""
        ...

    def of_head(self, repo: RepoRef, head_sha: HeadSha) -> Task | None:
        """The task whose proposal's head this is."""
        ...

    def of_pull(self, pull: PullRef) -> Task | None:
        """The task whose proposal this pull request is."""
        ...

    def save(self, task: Task) -> None: ...

    def save_change(self, issue: IssueRef, run: int, generated: GeneratedChange) -> None: ...

    def change(self, issue: IssueRef, run: int) -> GeneratedChange | None: ...

    def is_cancelled(self, task: Task) -> bool:
        """Whether somebody took the request back since the task's run began; read fresh each time."""
        ...

    def cancelled_by(self) -> int:
        """The sequence number of the last delivery that took a request back in this lane, or 0; read fresh."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a pull request, as GitHub announced it."""

    pull: PullRef
    head_sha: HeadSha
    is_fork: bool


class Heads(Protocol):
    """Every head ACS has been told of: only what stands here is ever checked."""

    def save_head(self, head: Head) -> None: ...

    def heads(self, repo: RepoRef, head_sha: HeadSha) -> tuple[Head, ...]:
        """The pull requests of this repository that had this head, by number."""
        ...


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """A check run that ACS has put on a head, by its name there; without a conclusion it is open."""

    repo: RepoRef
    head_sha: HeadSha
    id: CheckRunId
    conclusion: Conclusion | None = None
    name: str = "ACS / tests"


class OwnChecks(Protocol):
    """Every check run of ours: the open ones until they are concluded, the others for two weeks more."""

    def save_check(self, check: OwnCheck) -> None: ...

    def check(self, repo: RepoRef, check_run: CheckRunId) -> OwnCheck | None: ...

    def checks_of_head(self, repo: RepoRef, head_sha: HeadSha) -> tuple[OwnCheck, ...]:
        """Our check runs on a head, oldest first."""
        ...

    def open_checks_of_pull(self, pull: PullRef) -> tuple[OwnCheck, ...]:
        """Our open check runs on any head that this pull request has, or had, oldest first."""
        ...


class Conversations(Protocol):
    """What was answered to commands."""

    def answers(self, on: IssueRef) -> Answers:
        """The last answers on an issue or pull request, as they were last saved."""
        ...

    def save_answers(self, answers: Answers) -> None: ...


class Switches(Protocol):
    """Whether new work may begin in a repository."""

    def paused(self, repo: RepoRef) -> Paused | None:
        """Who paused the repository, if anybody did; read fresh each time."""
        ...

    def save_paused(self, repo: RepoRef, paused: Paused | None) -> None: ...


class Jobs(Protocol):
    def add(self, job: Job, *, after: timedelta = AT_ONCE) -> None:
        """Follow-up work in the lane of the job at hand, or beside it, in the order added.

        One that is to be done only after a while holds nothing up until then, and none is added where the same one
        waits for its time already: it will see things as they are then.
        """
        ...


class Audit(Protocol):
    def record(
        self, operation: str, subject: str, outcome: str, *, actor: str = "acs", facts: dict[str, str] | None = None
    ) -> None:
        """Append one line to the audit log: who did what to what, and how it ended. Never a secret, never content."""
        ...


class Origin(Protocol):
    """Where the job at hand comes from."""

    @property
    def delivery(self) -> int:
        """The sequence number of the delivery that started the chain of jobs; 0 for work that none started."""
        ...

    @property
    def job_id(self) -> int: ...

    @property
    def attempt(self) -> int:
        """Which attempt at the job this is, counted from 1."""
        ...

    @property
    def created_at(self) -> datetime: ...
