"""A task: the life of one issue inside ACS. A run is one attempt at it; labelling again starts the next one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from app.domain.change import Change
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef
from app.domain.slug import branch_slug

State = Literal["working", "needs_input", "proposed", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Base:
    """Where a change starts: the default branch and its head at the time of the run."""

    branch: str
    sha: BaseSha


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a task. `title` and `body` are the issue's words at the moment it was asked for.

    `delivery` is the sequence number of the last delivery that was known when it began: a cancellation that arrived
    later ends it, one that arrived earlier does not. `asked_at` is the moment of the request in the host's own time.
    With `spec` the body is that of a document of the repository, as it was at that moment.
    """

    number: int
    title: str
    body: str
    branch: str
    requested_by: Actor
    started_at: datetime
    delivery: int
    asked_at: datetime | None = None
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The draft pull request of a task."""

    pull: int
    url: str
    branch: str
    base: Base
    head_sha: HeadSha
    is_verified: bool


@dataclass(frozen=True, slots=True)
class TestsNote:
    """What the last check on the proposal said, in one line; `head_sha` says of which commit."""

    head_sha: HeadSha
    passed: bool | None
    title: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the progress comment says, as a digest, and when it was last edited; `None` when it was only written."""

    digest: str
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    issue: IssueRef
    run: Run
    state: State
    base: Base | None = None
    proposal: Proposal | None = None
    tests: TestsNote | None = None
    message: str = ""
    finished_at: datetime | None = None
    shown: Shown | None = None

    @property
    def marker(self) -> str:
        """The hidden words by which ACS finds what it wrote for this task."""
        return f"<!-- acs:task={self.name} -->"

    @property
    def name(self) -> str:
        """What effects of the task are called by: the issue, by ids that survive a rename."""
        return f"{self.issue.repo.host}/{self.issue.repo.repo_id}/{self.issue.number}"

    def ended(self, state: State, at: datetime, message: str = "") -> "Task":
        return replace(self, state=state, message=message, finished_at=at)

    def proposed(self, proposal: Proposal, at: datetime) -> "Task":
        return replace(self, state="proposed", proposal=proposal, base=proposal.base, message="", finished_at=at)


def branch_of(issue: IssueRef, title: str, *, run: int) -> str:
    """The branch of a run: `acs/issue-7-add-a-parser`, and `…-2` for a second run after the first one ended."""
    words = (str(issue.number), branch_slug(title), str(run) if run > 1 else "")
    return "acs/issue-" + "-".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class GeneratedChange:
    """What a run generated, on which base."""

    base: Base
    change: Change
