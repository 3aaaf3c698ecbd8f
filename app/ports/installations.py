"""The App's installations and what is open in their repositories: read by the clock, not by a job.

Every method may raise `RepoError` (gone, suspended, a permission is missing) and `TransientError` (rate limit, outage).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NewType, Protocol, TypeVar

from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef

T = TypeVar("T")
ETag = NewType("ETag", str)


@dataclass(frozen=True, slots=True)
class Installation:
    """The App on one account; nothing can be read while it is suspended."""

    id: int
    account: str
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class OpenIssue:
    ref: IssueRef
    title: str
    body: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OpenPull:
    """`head_branch` is that of this repository; `None` for a fork, which can call its branches what it likes."""

    ref: PullRef
    head_sha: HeadSha
    head_branch: str | None
    is_fork: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A list as it is now, and what to ask with next time; a list too long for one answer has no such thing."""

    items: tuple[T, ...]
    etag: ETag | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The list is the one that the ETag stands for."""


@dataclass(frozen=True, slots=True)
class Request:
    """The last act by which somebody asked for an issue's change; `id` is that of GitHub's issue event."""

    id: int
    by: Actor


class Installations(Protocol):
    def all(self) -> Sequence[Installation]: ...

    def repositories(self, installation: Installation) -> Sequence[RepoRef]: ...

    def labelled_issues(self, repo: RepoRef, label: str, *, unless: ETag | None) -> Listed[OpenIssue] | Unchanged:
        """The open issues with the label, oldest first; no pull requests."""
        ...

    def open_pulls(self, repo: RepoRef, *, unless: ETag | None) -> Listed[OpenPull] | Unchanged:
        """The open pull requests, oldest first."""
        ...

    def last_request(self, issue: IssueRef, label: str) -> Request | None:
        """Who put the label on last, or reopened the issue after that; `None` when the host does not know."""
        ...
