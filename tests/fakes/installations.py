"""The App's installations in memory, as honest as `tests/contract/github/test_installations.py` makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.domain.repo import IssueRef, RepoRef
from app.ports.installations import ETag, Installation, Listed, OpenIssue, OpenPull, Request, Unchanged

T = TypeVar("T")


@dataclass
class InMemoryInstallations:
    """Tests say here what is open; `broken` is raised instead of an answer about those installations or repositories.

    `sent` counts the lists that were sent in full.
    """

    installed: dict[Installation, list[RepoRef]] = field(default_factory=dict[Installation, list[RepoRef]])
    issues: dict[int, tuple[OpenIssue, ...]] = field(default_factory=dict[int, tuple[OpenIssue, ...]])
    pulls: dict[int, tuple[OpenPull, ...]] = field(default_factory=dict[int, tuple[OpenPull, ...]])
    requests: dict[IssueRef, Request] = field(default_factory=dict[IssueRef, Request])
    broken: dict[int, Exception] = field(default_factory=dict[int, Exception])
    sent: int = 0

    def all(self) -> Sequence[Installation]:
        self._answer(0)
        return list(self.installed)

    def repositories(self, installation: Installation) -> Sequence[RepoRef]:
        self._answer(installation.id)
        return self.installed[installation]

    def labelled_issues(self, repo: RepoRef, label: str, *, unless: ETag | None) -> Listed[OpenIssue] | Unchanged:
        self._answer(repo.repo_id)
        return self._list(self.issues.get(repo.repo_id, ()), unless)

    def open_pulls(self, repo: RepoRef, *, unless: ETag | None) -> Listed[OpenPull] | Unchanged:
        self._answer(repo.repo_id)
        return self._list(self.pulls.get(repo.repo_id, ()), unless)

    def last_request(self, issue: IssueRef, label: str) -> Request | None:
        return self.requests.get(issue)

    def _answer(self, about: int) -> None:
        if about in self.broken:
            raise self.broken[about]

    def _list(self, items: tuple[T, ...], unless: ETag | None) -> Listed[T] | Unchanged:
        etag = ETag(str(hash(items)))
        if unless == etag:
            return Unchanged()
        self.sent += 1
        return Listed(items, etag)
