"""A repository with an open pull request, and ACS checking its heads."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from app.domain.repo import HeadSha, PullRef, RepoRef
from app.jobs import CheckConfig, HeadMoved, Job, NoteTests, RerunChecks
from app.ports.code_host import CheckRun, Conclusion
from app.ports.record import AT_ONCE
from app.ports.sandbox import Limits
from tests.fakes.checkout import FakeCheckouts
from tests.fakes.code_host import InMemoryCodeHost, ProposedPull, RecordedCheck, RecordedCommit
from tests.fakes.lane import Attempt, InMemoryLane
from tests.fakes.sandbox import FakeDependencies, FakeSandbox

REPO = RepoRef("github.com", 1, 42, "octo", "shop")
OURS, ANOTHER_APP = 9, 10
PASSING = (Path(__file__).parent / "recorded" / "jest-29-passing.json").read_bytes()
FILES = {
    "package.json": b'{"devDependencies": {"jest": "^29.7.0"}}',
    "package-lock.json": b'{"lockfileVersion": 3, "packages": {"node_modules/jest": {"version": "29.7.0"}}}',
    "src/basket.test.ts": b"",
    "src/money.test.ts": b"",
}


class World(InMemoryLane):
    """Pull request 8 comes from the branch `topic`, pull request 5 from another branch at the same commit.

    Configurations are looked at where `reads_config` says so, and otherwise in tests of their own.
    """

    reads_config = False

    def __init__(self, files: Mapping[str, bytes] = FILES) -> None:
        super().__init__(InMemoryCodeHost(REPO, files))
        self.head = HeadSha(self.host.branches["main"])
        for number, branch in ((5, "other"), (8, "topic")):
            self.host.branches[branch] = self.head
            self.host.pulls[number] = ProposedPull("", "", branch, "main", self.head)
        self.sandbox, self.dependencies = FakeSandbox(PASSING), FakeDependencies()
        self.checkouts = FakeCheckouts(self.host)

    def head_moves(self, *, is_fork: bool = False, pull: int = 8) -> None:
        self.announce(self.head, is_fork=is_fork, pull=pull)

    def announce(self, head_sha: HeadSha, *, is_fork: bool = False, pull: int = 8) -> None:
        """The delivery alone, whatever the head is now."""
        self.arrive(HeadMoved(PullRef(REPO, pull), head_sha, is_fork, self.host.pulls[pull].updated_at))

    def push(self) -> HeadSha:
        """Somebody pushes to the branch of pull request 8."""
        before = self.host.branches["topic"]
        tree = self.host.commits[before].tree
        self.head = self.host.record(RecordedCommit((before,), tree, "Go on"))
        self.host.branches["topic"] = self.head
        return self.head

    def rerun(self, *, app_id: int = OURS, head_sha: HeadSha | None = None) -> None:
        self.arrive(RerunChecks(REPO, head_sha or self.head, app_id))

    @property
    def runs(self) -> list[CheckRun]:
        return [check.run for check in self.host.checks.values()]

    @property
    def check(self) -> RecordedCheck:
        (check,) = self.host.checks.values()
        return check

    @property
    def state(self) -> tuple[str, Conclusion | None, str]:
        """What people see of the only check run."""
        return self.check.run.status, self.check.run.conclusion, self.check.output.title

    @property
    def audit(self) -> list[tuple[str, str]]:
        return [(line.operation, line.outcome) for line in self.memory.audit]

    def offered(self, attempt: Attempt) -> Mapping[str, object]:
        return attempt.offered | {
            "app_id": OURS,
            "clock": self.clock,
            "checkouts": self.checkouts,
            "neighbours": self.checkouts.neighbours,
            "sandbox": self.sandbox,
            "dependencies": self.dependencies,
            "limits": Limits(),
        }

    def perform(self, job: Job, attempt: Attempt) -> None:
        if not isinstance(job, NoteTests):  # there is no task to tell
            super().perform(job, attempt)

    def _append(self, job: Job, delivery: int, after: timedelta = AT_ONCE) -> None:
        if self.reads_config or not isinstance(job, CheckConfig):
            super()._append(job, delivery, after)

    def finish(self) -> list[Job]:
        """Do all there is to do; return what is left to tell the task."""
        while not isinstance(self.waiting[0], NoteTests):
            self.attempt()
        return self.waiting

    @property
    def conclusions(self) -> dict[HeadSha, list[str]]:
        """How the check runs on each head stand, oldest first."""
        heads: dict[HeadSha, list[str]] = {}
        for run in self.runs:
            heads.setdefault(run.head_sha, []).append(run.conclusion or run.status)
        return heads
