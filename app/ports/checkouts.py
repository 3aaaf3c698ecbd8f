from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.change import Mode
from app.domain.repo import BaseSha, RepoRef


@dataclass(frozen=True, slots=True)
class DefaultBranch:
    name: str
    sha: BaseSha


class Files(Protocol):
    """The regular files of a tree, to be read."""

    def paths(self, under: str = "") -> Sequence[str]:
        """Paths of the regular files (no symlinks, no submodules) below a folder, sorted."""
        ...

    def read(self, path: str) -> bytes | None:
        """The file's content, or `None` where there is no regular file of that path.

        Raises:
            RepoError: the file is larger than ACS reads (5 MiB).
        """
        ...

    def read_many(self, paths: Collection[str], *, largest_bytes: int) -> Iterator[tuple[str, bytes]]:
        """Those of the files that are there and no larger, with their content, in no order.

        For thousands of files: they are read together, and only a part of them is in memory at once.
        """
        ...

    def blobs(self) -> Mapping[str, str]:
        """The object id of each regular file's content by its path: the same content has the same id everywhere."""
        ...


class Checkout(Files, Protocol):
    """One commit's tree, read from a bare repository: nothing of it is ever executed or written to a work tree."""

    @property
    def sha(self) -> str: ...

    def links(self) -> Sequence[str]:
        """Paths of the symlinks and submodules, sorted: what is written at or below one lands somewhere else."""
        ...

    def mode(self, path: str) -> Mode:
        """Whether the regular file of that path is executable; a path without one is not."""
        ...

    def archive(self) -> Path:
        """A tar file of the whole tree, kept beside the repository's cache; the caller only reads it."""
        ...


class Checkouts(Protocol):
    """Reads repositories by exact commit, through a cache."""

    def default_branch(self, repo: RepoRef) -> DefaultBranch:
        """The default branch and the commit it points at now.

        Raises:
            RepoError: the repository is empty, gone, or closed to the App.
            TransientError: the code host did not answer.
        """
        ...

    def branch_head(self, repo: RepoRef, branch: str) -> BaseSha:
        """The commit that a branch points at now.

        Raises:
            RepoError: there is no such branch, or the repository is gone or closed to the App.
            TransientError: the code host did not answer.
        """
        ...

    def at(self, repo: RepoRef, sha: str) -> Checkout:
        """The tree of one exact commit.

        Raises:
            RepoError: there is no such commit, or the repository is gone, closed to the App, or too large.
            TransientError: the code host did not answer.
        """
        ...
