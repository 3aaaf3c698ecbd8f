"""A repository with one open issue, the people around it, and ACS at work on it."""

from datetime import timedelta

from app.domain.change import Change, GeneratedFile, GeneratedTest, GenerationMetadata
from app.domain.repo import Actor, BaseSha, RepoRef
from app.domain.task import Base, GeneratedChange, Task
from app.generation.cancel import cancel_task, resume_task
from app.generation.generate import generate_change
from app.generation.progress import end_run, note_tests, show_progress
from app.generation.propose import propose_change
from app.generation.start import say_not_started, start_task
from app.governance.sticky import Pace
from app.jobs import (
    AskRequester,
    GenerateChange,
    IssueClosed,
    IssueReopened,
    Job,
    LabelAdded,
    LabelRemoved,
    NoteTests,
    ProposeChange,
    ResumeTask,
    SayFailed,
    SayNotStarted,
    ShowProgress,
)
from app.ports.code_host import IssueNow
from tests.fakes.checkout import FakeCheckouts
from tests.fakes.code_host import InMemoryCodeHost, ProposedPull
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

    def perform(self, job: Job, attempt: Attempt) -> None:
        host, record, effects = attempt.host, attempt.record, attempt.effects
        pace = Pace(self.clock, PROGRESS_EVERY)
        match job:
            case LabelAdded() | IssueReopened():
                start_task(
                    job,
                    trigger_label="acs",
                    allowed_bots=(),
                    collaborators=host.collaborators,
                    issues=host.issues,
                    pulls=host.pulls,
                    tasks=record,
                    switches=record,
                    jobs=record,
                    effects=effects,
                    audit=record,
                    origin=attempt.origin,
                    clock=self.clock,
                    pace=pace,
                )
            case LabelRemoved() | IssueClosed():
                cancel_task(
                    job,
                    trigger_label="acs",
                    issues=host.issues,
                    tasks=record,
                    jobs=record,
                    effects=effects,
                    audit=record,
                    origin=attempt.origin,
                    clock=self.clock,
                    pace=pace,
                )
            case ResumeTask():
                resume_task(
                    job,
                    trigger_label="acs",
                    issues=host.issues,
                    tasks=record,
                    jobs=record,
                    effects=effects,
                    audit=record,
                    origin=attempt.origin,
                    clock=self.clock,
                    pace=pace,
                )
            case SayNotStarted():
                say_not_started(
                    job,
                    trigger_label="acs",
                    allowed_bots=(),
                    issues=host.issues,
                    tasks=record,
                    jobs=record,
                    effects=effects,
                    audit=record,
                    origin=attempt.origin,
                    clock=self.clock,
                    pace=pace,
                )
            case GenerateChange():
                generate_change(
                    job, checkouts=self.checkouts, tasks=record, jobs=record, audit=record, clock=self.clock
                )
            case ProposeChange():
                propose_change(
                    job,
                    commits=host.commits,
                    pulls=host.pulls,
                    issues=host.issues,
                    tasks=record,
                    effects=effects,
                    jobs=record,
                    audit=record,
                    clock=self.clock,
                    pace=pace,
                )
            case AskRequester() | SayFailed():
                end_run(
                    job,
                    issues=host.issues,
                    tasks=record,
                    effects=effects,
                    jobs=record,
                    audit=record,
                    clock=self.clock,
                    pace=pace,
                )
            case NoteTests():
                note_tests(job, issues=host.issues, tasks=record, effects=effects, jobs=record, pace=pace)
            case ShowProgress():
                show_progress(job, issues=host.issues, tasks=record, effects=effects, jobs=record, pace=pace)
            case _:
                raise AssertionError(f"{type(job).__name__} is not a job of generation")
