"""What ACS remembers, in memory, as honest as `tests/contract/journal/test_record.py` makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.answers import Answers
from app.domain.paused import Paused
from app.domain.repo import HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import GeneratedChange, Task
from app.jobs import Job
from app.ports.code_host import CheckRunId
from app.ports.effects import Confirmed, First, Unfinished
from app.ports.record import AT_ONCE, Head, OwnCheck

Place = tuple[str, int]
FollowUp = tuple[Job, timedelta]


@dataclass(frozen=True)
class AuditLine:
    operation: str
    subject: str
    outcome: str
    actor: str
    facts: Mapping[str, str]


@dataclass
class Memory:
    """What outlives a job, for one lane. Tests look at it here; `fence` is asked before anything is written."""

    fence: Callable[[], None] = lambda: None
    tasks: dict[tuple[Place, int], Task] = field(default_factory=dict[tuple[Place, int], Task])
    changes: dict[tuple[Place, int, int], GeneratedChange] = field(
        default_factory=dict[tuple[Place, int, int], GeneratedChange]
    )
    heads: dict[tuple[Place, HeadSha, int], bool] = field(default_factory=dict[tuple[Place, HeadSha, int], bool])
    checks: dict[tuple[Place, CheckRunId], OwnCheck] = field(default_factory=dict[tuple[Place, CheckRunId], OwnCheck])
    audit: list[AuditLine] = field(default_factory=list[AuditLine])
    effects: dict[str, str | None] = field(default_factory=dict[str, str | None])
    cancelled_by: int = 0
    answers: dict[tuple[Place, int], Answers] = field(default_factory=dict[tuple[Place, int], Answers])
    paused: dict[Place, Paused] = field(default_factory=dict[Place, Paused])


@dataclass(frozen=True)
class SetOrigin:
    """Implements `app.ports.record.Origin`."""

    delivery: int
    job_id: int
    created_at: datetime
    attempt: int = 1


class InMemoryRecord:
    """Implements the ports of `app.ports.record` but `Origin` for one job; nothing is kept before `done`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._saved: dict[IssueRef, Task] = {}
        self._follow_ups: list[FollowUp] = []
        self._writes: list[Callable[[], object]] = []

    def done(self) -> tuple[FollowUp, ...]:
        """Keep everything, and return the follow-up jobs in the order added, each with the time it is to wait."""
        self._memory.fence()
        for write in self._writes:
            write()
        return tuple(self._follow_ups)

    def get(self, issue: IssueRef) -> Task | None:
        return self._saved.get(issue) or self._memory.tasks.get((_place(issue.repo), issue.number))

    def of_head(self, repo: RepoRef, head_sha: HeadSha) -> Task | None:
        return next((task for task in self._of(repo) if task.proposal and task.proposal.head_sha == head_sha), None)

    def of_pull(self, pull: PullRef) -> Task | None:
        return next((task for task in self._of(pull.repo) if task.proposal and task.proposal.pull == pull.number), None)

    def _of(self, repo: RepoRef) -> list[Task]:
        return [task for (place, _), task in self._memory.tasks.items() if place == _place(repo)]

    def save(self, task: Task) -> None:
        self._saved[task.issue] = task
        key = (_place(task.issue.repo), task.issue.number)
        self._writes.append(lambda: self._memory.tasks.update({key: task}))

    def save_change(self, issue: IssueRef, run: int, generated: GeneratedChange) -> None:
        key = (_place(issue.repo), issue.number, run)
        self._writes.append(lambda: self._memory.changes.update({key: generated}))

    def change(self, issue: IssueRef, run: int) -> GeneratedChange | None:
        return self._memory.changes.get((_place(issue.repo), issue.number, run))

    def is_cancelled(self, task: Task) -> bool:
        return self.cancelled_by() > task.run.delivery

    def cancelled_by(self) -> int:
        return self._memory.cancelled_by

    def answers(self, on: IssueRef) -> Answers:
        return self._memory.answers.get((_place(on.repo), on.number), Answers(on))

    def save_answers(self, answers: Answers) -> None:
        key = (_place(answers.on.repo), answers.on.number)
        self._writes.append(lambda: self._memory.answers.update({key: answers}))

    def paused(self, repo: RepoRef) -> Paused | None:
        return self._memory.paused.get(_place(repo))

    def save_paused(self, repo: RepoRef, paused: Paused | None) -> None:
        if paused is None:
            self._writes.append(lambda: self._memory.paused.pop(_place(repo), None))
        else:
            self._writes.append(lambda: self._memory.paused.update({_place(repo): paused}))

    def save_head(self, head: Head) -> None:
        key = (_place(head.pull.repo), head.head_sha, head.pull.number)
        self._writes.append(lambda: self._memory.heads.setdefault(key, head.is_fork))

    def heads(self, repo: RepoRef, head_sha: HeadSha) -> tuple[Head, ...]:
        known = sorted(self._memory.heads.items(), key=lambda item: item[0][2])
        return tuple(
            Head(PullRef(repo, number), sha, is_fork)
            for (place, sha, number), is_fork in known
            if (place, sha) == (_place(repo), head_sha)
        )

    def save_check(self, check: OwnCheck) -> None:
        key = (_place(check.repo), check.id)
        self._writes.append(lambda: self._memory.checks.update({key: check}))

    def check(self, repo: RepoRef, check_run: CheckRunId) -> OwnCheck | None:
        return next((check for check in self._checks(repo) if check.id == check_run), None)

    def checks_of_head(self, repo: RepoRef, head_sha: HeadSha) -> tuple[OwnCheck, ...]:
        return tuple(check for check in self._checks(repo) if check.head_sha == head_sha)

    def open_checks_of_pull(self, pull: PullRef) -> tuple[OwnCheck, ...]:
        place = _place(pull.repo)
        known = {sha for of, sha, number in self._memory.heads if (of, number) == (place, pull.number)}
        return tuple(one for one in self._checks(pull.repo) if one.conclusion is None and one.head_sha in known)

    def _checks(self, repo: RepoRef) -> list[OwnCheck]:
        known = sorted(self._memory.checks.items(), key=lambda item: item[0][1])
        return [replace(check, repo=repo) for (place, _), check in known if place == _place(repo)]

    def add(self, job: Job, *, after: timedelta = AT_ONCE) -> None:
        self._follow_ups.append((job, after))

    def record(
        self, operation: str, subject: str, outcome: str, *, actor: str = "acs", facts: dict[str, str] | None = None
    ) -> None:
        line = AuditLine(operation, subject, outcome, actor, facts or {})
        self._writes.append(lambda: self._memory.audit.append(line))


class InMemoryEffectLog:
    """Implements `app.ports.effects.EffectLog`; its entries are kept at once, whatever becomes of the job."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def intend(self, key: str) -> First | Unfinished | Confirmed:
        self._memory.fence()
        if key not in self._memory.effects:
            self._memory.effects[key] = None
            return First()
        value = self._memory.effects[key]
        return Unfinished() if value is None else Confirmed(value)

    def confirm(self, key: str, value: str) -> None:
        self._memory.fence()
        self._memory.effects[key] = value


def _place(repo: RepoRef) -> Place:
    """What survives a rename."""
    return repo.host, repo.repo_id
