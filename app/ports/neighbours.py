"""The other repositories of the account that a repository belongs to."""

from typing import Protocol

from app.domain.repo import RepoRef


class Neighbours(Protocol):
    def beside(self, repo: RepoRef, name: str) -> RepoRef | None:
        """The repository of that name of the same account; `None` where this installation has none of that name.

        Whether there is no such repository, or the App is not installed on it, the host does not tell.

        Raises:
            RepoError: the installation is gone or suspended.
            TransientError: the code host did not answer.
        """
        ...
