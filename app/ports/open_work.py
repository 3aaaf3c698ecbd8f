"""What ACS knows of the open work of a repository, and how it adds what no delivery told it of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from app.domain.repo import HeadSha, RepoRef
from app.domain.task import State
from app.jobs import Job
from app.ports.installations import ETag
from app.ports.journal import Lane

ListName = Literal["issues", "pulls"]


@dataclass(frozen=True, slots=True)
class Found:
    """A job that should be there, and the issue or pull request it is about.

    `request` is the host's event that it answers, so that no request is found twice.
    """

    job: Job
    number: int
    is_pull: bool = False
    head_branch: str | None = None
    request: int | None = None


class OpenWork(Protocol):
    def begin_round(self, name: str, *, every: timedelta) -> bool:
        """Whether the last round of this name began that long ago, or none ever did; if so, one begins now."""
        ...

    def etag(self, repo: RepoRef, name: ListName) -> ETag | None:
        """What the list was when it last asked for nothing."""
        ...

    def task_states(self, repo: RepoRef, numbers: Sequence[int]) -> Mapping[int, State]:
        """How the tasks of these issues stand; issues without a task are not in it."""
        ...

    def last_request(self, repo: RepoRef, number: int) -> int | None:
        """The last request of an issue that was found without a delivery."""
        ...

    def known_heads(self, repo: RepoRef, shas: Sequence[HeadSha]) -> frozenset[tuple[int, HeadSha]]:
        """Which of these heads ACS has been told of, each with its pull request's number."""
        ...

    def add(self, repo: RepoRef, name: ListName, found: Sequence[Found], *, etag: ETag | None) -> frozenset[Lane]:
        """Add what a list led to, in one transaction; return the lanes that got work.

        A lane in which, or beside which, there is work already is left alone. The list's ETag is kept only when it
        led to nothing: so what was left alone, or is given up later, is found again.
        """
        ...

    def resume_tasks(self, repo: RepoRef) -> frozenset[Lane]:
        """Add a `ResumeTask` for each run that is underway without any work left; return the lanes that got it."""
        ...
