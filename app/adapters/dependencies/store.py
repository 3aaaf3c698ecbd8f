"""A folder of folders, each made once and never changed."""

import fcntl
import os
import shutil
import tarfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Store:
    """Keeps what was made under its key, for all processes of this machine."""

    folder: Path

    def get_or_make(self, key: str, make: Callable[[Path], None]) -> tuple[Path, bool]:
        """The folder of the key, and whether it was there already; one process makes it, others wait for that one."""
        place = self.folder / key
        if place.is_dir():
            return place, True
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / f"{key}.lock"):
            if place.is_dir():
                return place, True
            beside = self.folder / f"{key}.making"
            shutil.rmtree(beside, ignore_errors=True)  # of a process that was killed
            try:
                beside.mkdir()
                make(beside)
                beside.rename(place)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
        return place, False


def unpack(tree: Path, folder: Path) -> None:
    """Write a collected tree below a new folder, read-only for everyone.

    The archive was made by `Outcome.tree`'s rules (regular files, then links, each path once and inside); a file is
    created nevertheless only where nothing stands, and never through a link.
    """
    folder.mkdir()
    with tarfile.open(tree) as tar:
        for member in tar:
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                path.symlink_to(member.linkname)
                continue
            mode = 0o555 if member.mode & 0o111 else 0o444
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(content, file)


@contextmanager
def _locked(path: Path) -> Generator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
