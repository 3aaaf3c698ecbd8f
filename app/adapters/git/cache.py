"""The bare repositories on this machine: one per repository, used by several processes at once."""

import fcntl
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.git.process import Git, GitFailed
from app.domain.repo import RepoRef
from app.errors import TransientError

LOCK_ASKED_EVERY_S = 0.05
# These stand above any `.gitattributes` of the tree, so that an archive holds exactly what was committed.
# https://git-scm.com/docs/gitattributes
ATTRIBUTES = "* -export-ignore -export-subst -text !eol -ident -filter !working-tree-encoding\n"


@dataclass(frozen=True, slots=True)
class CachedRepository:
    """A folder with a bare repository, its lock and its archives; it may be deleted while no worker runs."""

    folder: Path

    @property
    def git(self) -> Git:
        return Git(self.git_folder)

    @property
    def git_folder(self) -> Path:
        return self.folder / "repository.git"

    @property
    def archives(self) -> Path:
        return self.folder / "archives"

    def has(self, sha: str) -> bool:
        """Whether the commit was fetched before; a fetch brings all of its tree or nothing."""
        try:
            _locally(self.git, "cat-file", "-e", f"{sha}^{{commit}}")
        except GitFailed:
            return False
        return True

    def prepare(self) -> None:
        """Make the empty repository, unless it is there; the lock must be held."""
        _locally(Git(), "init", "--quiet", "--bare", "--template=", str(self.git_folder))
        info = self.git_folder / "info"
        info.mkdir(exist_ok=True)
        (written := info / "attributes.new").write_text(ATTRIBUTES)
        written.replace(info / "attributes")  # others may be reading it now

    def clear_left_overs(self) -> None:
        """Remove what a fetch that was stopped left lying about; the lock must be held."""
        for left_over in (*self.git_folder.rglob("*.lock"), *self._partial_packs()):
            left_over.unlink()

    def broke_off_at(self, size: int) -> bool:
        """Whether a fetch was stopped because its pack reached that size; the lock must be held."""
        return any(pack.stat().st_size >= size for pack in self._partial_packs())

    def _partial_packs(self) -> Iterable[Path]:
        return (self.git_folder / "objects" / "pack").glob("tmp_*")

    @contextmanager
    def locked(self, patience: timedelta) -> Generator[None]:
        """Hold the repository against other threads and processes.

        Raises:
            TransientError: somebody else held it for longer than our patience.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            _acquire(lock.fileno(), patience)
            yield


def cached_repository(cache: Path, repo: RepoRef) -> CachedRepository:
    """Its place is named after the host and the id, which a rename does not change."""
    host = "".join(c if c.isalnum() or c in ".-" else "_" for c in repo.host).lstrip(".")
    return CachedRepository(cache / host / str(repo.repo_id))


def _locally(git: Git, *arguments: str) -> None:
    git.run(*arguments, deadline=timedelta(seconds=30), largest_file_bytes=1024**2)


def _acquire(descriptor: int, patience: timedelta) -> None:
    give_up = time.monotonic() + patience.total_seconds()
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise TransientError("Another worker is fetching this repository for too long") from None
            time.sleep(LOCK_ASKED_EVERY_S)
