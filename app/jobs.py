"""Everything a worker can be asked to do: a closed union; `app/worker/perform.py` says what does each of them.

A job carries references and words, never a secret; its arguments stand in the database as JSON.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar

from pydantic import TypeAdapter

from app.domain.config_check import ConfigJudgement
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.tests_report import TestsReport


@dataclass(frozen=True, slots=True)
class LabelAdded:
    """Somebody put a label on an issue, whose title and body are kept as they were at that moment.

    `as_of`, here and below, is when the code host had last changed the subject, as it said when it announced this.
    """

    issue: IssueRef
    label: str
    by: Actor
    title: str
    body: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueReopened:
    """The issue was opened again; where it still has the trigger label, somebody waits for its change again."""

    issue: IssueRef
    by: Actor
    title: str
    body: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class LabelRemoved:
    issue: IssueRef
    label: str
    by: Actor
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueClosed:
    """The issue was closed, deleted or transferred: nobody waits for its change any more."""

    issue: IssueRef
    by: Actor
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResumeTask:
    """A run that is underway has no work left that would end it: set it going again, if somebody still waits."""

    issue: IssueRef
    run: int


@dataclass(frozen=True, slots=True)
class GenerateChange:
    """Make the change of one run of a task; runs beside the lane."""

    BESIDE: ClassVar[bool] = True
    BEGUN_BY: ClassVar[tuple[str, ...]] = ("LabelAdded", "IssueReopened")
    issue: IssueRef
    run: int


@dataclass(frozen=True, slots=True)
class ProposeChange:
    """Commit the generated change and open its draft pull request."""

    BEGUN_BY: ClassVar[tuple[str, ...]] = ("LabelAdded", "IssueReopened")
    issue: IssueRef
    run: int


@dataclass(frozen=True, slots=True)
class AskRequester:
    """Say in the progress comment what a run needs from its requester before it can go on."""

    issue: IssueRef
    run: int
    message: str


@dataclass(frozen=True, slots=True)
class SayFailed:
    """Say in the progress comment that a run ended without a change, why, and what to do next."""

    issue: IssueRef
    run: int
    reason: str


@dataclass(frozen=True, slots=True)
class SayNotStarted:
    """Say in the progress comment that a request could not even be begun, why, and what to do next."""

    request: LabelAdded | IssueReopened
    reason: str


@dataclass(frozen=True, slots=True)
class ShowProgress:
    """Bring the progress comment of an issue up to date with its task, as it is when this is done."""

    issue: IssueRef


@dataclass(frozen=True, slots=True)
class HeadMoved:
    """A pull request was opened, reopened, or has new commits."""

    pull: PullRef
    head_sha: HeadSha
    is_fork: bool
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class RerunChecks:
    """Somebody pressed *Re-run* on one of our check runs, or on all of them; `app_id` says whose they were."""

    repo: RepoRef
    head_sha: HeadSha
    app_id: int


@dataclass(frozen=True, slots=True)
class RunTests:
    """Run the tests of a head SHA for a check run that stands already; runs beside the lane, for minutes."""

    BESIDE: ClassVar[bool] = True
    LONG: ClassVar[bool] = True
    repo: RepoRef
    head_sha: HeadSha
    check_run_id: int


@dataclass(frozen=True, slots=True)
class ConcludeTests:
    """Complete the check run with what running the tests showed."""

    repo: RepoRef
    head_sha: HeadSha
    check_run_id: int
    report: TestsReport


@dataclass(frozen=True, slots=True)
class CheckConfig:
    """Read the configuration at a head and at its base, for a check run that stands already, or may be wanted."""

    BESIDE: ClassVar[bool] = True
    pull: PullRef
    head_sha: HeadSha
    check_run_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenConfigCheck:
    """Put a check run about the configuration on a head; what it will say is known."""

    repo: RepoRef
    head_sha: HeadSha
    judgement: ConfigJudgement


@dataclass(frozen=True, slots=True)
class ConcludeConfig:
    """Complete a check run about the configuration."""

    repo: RepoRef
    head_sha: HeadSha
    check_run_id: int
    judgement: ConfigJudgement


@dataclass(frozen=True, slots=True)
class ResumeCheck:
    """A check run of ours is open and nothing is left that would conclude it: look what it needs."""

    repo: RepoRef
    head_sha: HeadSha
    check_run_id: int


@dataclass(frozen=True, slots=True)
class NoteTests:
    """Tell the task of a head SHA what the check of that head said, in one line."""

    repo: RepoRef
    head_sha: HeadSha
    passed: bool | None
    title: str


Job = (
    LabelAdded
    | IssueReopened
    | LabelRemoved
    | IssueClosed
    | ResumeTask
    | GenerateChange
    | ProposeChange
    | AskRequester
    | SayFailed
    | SayNotStarted
    | ShowProgress
    | HeadMoved
    | RerunChecks
    | RunTests
    | ConcludeTests
    | CheckConfig
    | OpenConfigCheck
    | ConcludeConfig
    | ResumeCheck
    | NoteTests
)

KINDS: dict[str, type[Job]] = {kind.__name__: kind for kind in Job.__args__}


def is_beside(job: Job) -> bool:
    """Whether the job runs beside its lane, which goes on meanwhile, and hands its result back as another job."""
    return getattr(job, "BESIDE", False)


def is_long(job: Job) -> bool:
    """Whether the job takes minutes, so that workers for short steps leave it to others."""
    return getattr(job, "LONG", False)


def begun_by(kind: str) -> tuple[str, ...]:
    """The kinds of job of which one is gone back to when one of `kind` was given up; none when it is done again itself.

    A run ends when a step of it is given up, and people are told: what was asked for is done again by another run.
    """
    return getattr(KINDS.get(kind), "BEGUN_BY", ())


def encode(job: Job) -> tuple[str, bytes]:
    """The job's kind and its arguments as JSON."""
    return type(job).__name__, _arguments(type(job)).dump_json(job)


def decode(kind: str, arguments: bytes) -> Job:
    """The job that `encode` was given.

    Raises:
        KeyError: this version of ACS has no such kind.
        pydantic.ValidationError: the arguments are of another version.
    """
    return _arguments(KINDS[kind]).validate_json(arguments)


@cache
def _arguments(kind: type[Job]) -> TypeAdapter[Job]:
    return TypeAdapter(kind)
