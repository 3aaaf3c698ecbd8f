"""A repository with one open issue, the people around it, and ACS at work on it."""

from collections.abc import Mapping
from datetime import timedelta

from app.domain.change import Change, GeneratedFile, GeneratedTest, GenerationMetadata
from app.domain.repo import Actor, BaseSha, RepoRef
from app.domain.task import Base, GeneratedChange, Task
from app.generation.progress import Progress
from app.governance.sticky import Pace
from app.jobs import (
    GenerateChange,
    IssueClosed,
    IssueReopened,
    LabelAdded,
    LabelRemoved,
    ProposeChange,
)
from app.ports.code_host import IssueNow
from tests.fakes.checkout import FakeCheckouts
from tests.fakes.code_host import InMemoryCodeHost, ProposedPull, RecordedCommit
from tests.fakes.lane import Attempt, InMemoryLane

REPO = RepoRef("github.com", 1, 42, "octo", "shop")
MARIA = Actor("maria", 7, "User")
EVE = Actor("eve", 9, "User")
BOT = Actor("dependabot[bot]", 8, "Bot")
PROGRESS_EVERY = timedelta(seconds=5)
PACKAGE = b'{"devDependencies": {"jest": "30"}}'
FILES = {"package.json": PACKAGE, "tsconfig.json": b"{}", "src/index.ts": b"export {};\n"}
CHANGE = Change(
    files=(GeneratedFile("src/parser.ts", "export {};\n", "create"),),
    tests=(GeneratedTest("src/parser.test.ts", "test();\n", "create", framework="jest", covers=("src/parser.ts",)),),
    documentation="A parser.",
    metadata=GenerationMetadata(0, 12, "recipe:parser@1"),
    title="Add the module parser",
)


class World(InMemoryLane):
    def __init__(self) -> None:
        super().__init__(InMemoryCodeHost(REPO, FILES, {MARIA.user_id: "write", EVE.user_id: "read", 8: "admin"}))
        self.issue = self.host.open_issue()
        self.checkouts = FakeCheckouts(self.host)

    def commit(self, files: Mapping[str, bytes], *, branch: str = "main") -> None:
        """Somebody puts files on a branch."""
        before = self.host.branches[branch]
        tree = {**self.host.commits[before].tree, **{path: ("100644", content) for path, content in files.items()}}
        self.host.branches[branch] = self.host.record(RecordedCommit((before,), tree, "Add files"))

    @property
    def is_asked_for(self) -> bool:
        return self._shown.is_open and "acs" in self._shown.labels

    def label(self, name: str = "acs", *, by: Actor = MARIA, title: str = "Add a parser", body: str = "") -> None:
        self._show(labels=self._shown.labels | {name})
        self.arrive(LabelAdded(self.issue, name, by, title, body, self.clock.now()))

    def unlabel(self, name: str = "acs", *, by: Actor = MARIA) -> None:
        self._show(labels=self._shown.labels - {name})
        self.late_unlabel(name, by=by)

    def late_unlabel(self, name: str = "acs", *, by: Actor = MARIA) -> None:
        """The delivery alone, of something that is not true any more."""
        self.arrive(LabelRemoved(self.issue, name, by, self._shown.updated_at), cancels=name == "acs")

    def close(self, *, by: Actor = MARIA) -> None:
        self._show(is_open=False)
        self.arrive(IssueClosed(self.issue, by, self.clock.now()), cancels=True)

    def reopen(self, *, by: Actor = MARIA, title: str = "Add a parser") -> None:
        self._show(is_open=True)
        self.arrive(IssueReopened(self.issue, by, title, "", self.clock.now()))

    def edit(self) -> None:
        """Nothing asks for a job by that."""
        self._show()

    @property
    def _shown(self) -> IssueNow:
        return self.host.issues[self.issue.number]

    def _show(self, *, is_open: bool | None = None, labels: frozenset[str] | None = None) -> None:
        is_open = self._shown.is_open if is_open is None else is_open
        labels = self._shown.labels if labels is None else labels
        self.host.issues[self.issue.number] = IssueNow(is_open, labels, self.clock.now())

    def generate(self, change: Change = CHANGE) -> None:
        """Somebody has made the change that waits to be made."""
        job, base = self.lose_job(), Base("main", BaseSha(self.host.branches["main"]))
        assert isinstance(job, GenerateChange)
        self.memory.changes[(REPO.host, REPO.repo_id), self.issue.number, job.run] = GeneratedChange(base, change)
        self.arrive(ProposeChange(self.issue, job.run))

    @property
    def task(self) -> Task | None:
        return self.memory.tasks.get(((REPO.host, REPO.repo_id), self.issue.number))

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.host.comments.values()]

    @property
    def comment(self) -> str:
        (comment,) = self.comments
        return comment

    @property
    def reactions(self) -> set[str]:
        return self.host.reactions.get(self.issue.number, set())

    @property
    def branches(self) -> list[str]:
        """All but the default branch."""
        return sorted(self.host.branches.keys() - {"main"})

    @property
    def pull(self) -> ProposedPull:
        (pull,) = self.host.pulls.values()
        return pull

    @property
    def audit(self) -> list[tuple[str, str, str]]:
        """Who did what, and how it ended."""
        return [(line.actor, line.operation, line.outcome) for line in self.memory.audit]

    def offered(self, attempt: Attempt) -> Mapping[str, object]:
        record, pace = attempt.record, Pace(self.clock, PROGRESS_EVERY)
        return attempt.offered | {
            "trigger_label": "acs",
            "allowed_bots": (),
            "clock": self.clock,
            "checkouts": self.checkouts,
            "neighbours": self.checkouts.neighbours,
            "progress": Progress(attempt.host.issues, record, attempt.effects, record, pace),
        }
