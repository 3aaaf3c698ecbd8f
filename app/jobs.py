"""Everything a worker can be asked to do: a closed union; `app/worker/perform.py` says what does each of them.

A job carries references and words, never a secret; its arguments stand in the database as JSON.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar

from pydantic import TypeAdapter

from app.domain.command import Asked
from app.domain.config_check import ConfigJudgement
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.tests_report import TestsReport


@dataclass(frozen=True, slots=True)
class LabelAdded:
    """Somebody put a label on an issue, whose title and body are kept as they were at that moment.

    `as_of`, here and below, is when the code host had last changed the subject, as it said when it announced this.
    With `spec` the body is that of a document of the repository.
    """

    issue: IssueRef
    label: str
    by: Actor
    title: str
    body: str
    as_of: datetime | None = None
    spec: str = ""


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
    """Somebody took a label off; `is_command` where they asked us to do it, so that it is known to be off."""

    issue: IssueRef
    label: str
    by: Actor
    as_of: datetime | None = None
    is_command: bool = False


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
class CommentPosted:
    """A comment that speaks to ACS was written, on an issue or a pull request with that title and body then.

    `via_app` is the App by which it was written, if any.
    """

    on: IssueRef
    is_pull: bool
    comment: int
    by: Actor
    via_app: int | None
    text: str
    title: str
    body: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListRecipes:
    """Answer a comment with what the repository can ask for without a model; runs beside the lane."""

    BESIDE: ClassVar[bool] = True
    asked: Asked


@dataclass(frozen=True, slots=True)
class ReadSpecification:
    """Read the document that is to be an issue's request, and ask for the change; runs beside the lane."""

    BESIDE: ClassVar[bool] = True
    asked: Asked
    path: str
    title: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class RedeliverAsked:
    """Do a delivery about the repository again, because an admin of it wants that."""

    asked: Asked
    guid: str


@dataclass(frozen=True, slots=True)
class AnswerCommand:
    """Answer a command: Markdown for the one comment that holds the answers, and a reaction."""

    asked: Asked
    text: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """Bring the comment with the answers up to date, as they are when this is done."""

    on: IssueRef


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
    | CommentPosted
    | ListRecipes
    | ReadSpecification
    | RedeliverAsked
    | AnswerCommand
    | ShowAnswers
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
