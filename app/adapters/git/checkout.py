"""One commit's tree, read out of a bare repository."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from app.adapters.git.process import Git, TooLarge
from app.domain.change import Mode
from app.domain.repo import RepoRef
from app.errors import RepoError

REGULAR: Mapping[str, Mode] = {"100644": "100644", "100755": "100755"}
MIB = 1024**2
LARGEST_READ_BYTES = 5 * MIB
BATCH_BYTES = 16 * MIB
LARGEST_LISTING_BYTES = 64 * MIB
LOCAL_DEADLINE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file of a tree: its object, its size in bytes, and whether it is executable."""

    object_id: str
    size: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class Entries:
    """What a tree has by path, its regular files and the links elsewhere; a name that is not UTF-8 has none."""

    files: Mapping[str, Entry]
    links: Sequence[str]


@dataclass(frozen=True, slots=True)
class GitCheckout:
    """A commit that is in the cache."""

    repo: RepoRef
    sha: str
    git: Git
    entries: Entries
    archives: Path
    largest_tree_bytes: int

    def paths(self, under: str = "") -> Sequence[str]:
        folder = under.strip("/")
        return sorted(path for path in self.entries.files if not folder or path.startswith(f"{folder}/"))

    def links(self) -> Sequence[str]:
        return self.entries.links

    def read(self, path: str) -> bytes | None:
        entry = self.entries.files.get(path)
        if entry is None:
            return None
        if entry.size > LARGEST_READ_BYTES:
            raise RepoError(
                f"{self.repo.full_name}: {path} has {mib(entry.size)}, more than the {mib(LARGEST_READ_BYTES)} that "
                "ACS reads of one file: make it smaller, or keep it in Git LFS"
            )
        return self.git.run(
            "cat-file", "blob", entry.object_id, deadline=LOCAL_DEADLINE, largest_file_bytes=LARGEST_READ_BYTES
        )

    def read_many(self, paths: Collection[str], *, largest_bytes: int) -> Iterator[tuple[str, bytes]]:
        limit = min(largest_bytes, LARGEST_READ_BYTES)
        wanted = {path: entry for path in paths if (entry := self.entries.files.get(path)) and entry.size <= limit}
        for batch in _batches(wanted):
            by_id = self._blobs({entry.object_id: entry.size for _, entry in batch})
            yield from ((path, by_id[entry.object_id]) for path, entry in batch)

    def _blobs(self, sizes: Mapping[str, int]) -> Mapping[str, bytes]:
        """https://git-scm.com/docs/git-cat-file#_batch_output"""
        answer = self.git.run(
            *("cat-file", "--batch", "--buffer"),
            deadline=LOCAL_DEADLINE,
            largest_file_bytes=2 * BATCH_BYTES + LARGEST_READ_BYTES,
            given="".join(f"{object_id}\n" for object_id in sizes).encode(),
        )
        blobs: dict[str, bytes] = {}
        position = 0
        for object_id, size in sizes.items():
            start = answer.index(b"\n", position) + 1
            blobs[object_id] = answer[start : start + size]
            position = start + size + 1
        return blobs

    def blobs(self) -> Mapping[str, str]:
        return {path: entry.object_id for path, entry in self.entries.files.items()}

    def mode(self, path: str) -> Mode:
        entry = self.entries.files.get(path)
        return entry.mode if entry else "100644"

    def archive(self) -> Path:
        """A tar file of the whole tree, the same bytes for the same commit, made once.

        Raises:
            RepoError: the tree is larger than ACS works with.
            TransientError: git took too long.
        """
        archive = self.archives / f"{self.sha}.tar"
        if not archive.exists():
            self._write(archive)
        return archive

    def _write(self, archive: Path) -> None:
        self.archives.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.archives) as folder:
            part = Path(folder) / archive.name
            with part.open("wb") as output:
                self._pack(output)
            part.replace(archive)

    def _pack(self, output: IO[bytes]) -> None:
        limit = self.largest_tree_bytes
        try:
            self.git.run(
                "archive", "--format=tar", self.sha, deadline=LOCAL_DEADLINE, largest_file_bytes=limit, output=output
            )
        except TooLarge:
            raise too_large(self.repo, f"its tree at {self.sha}", limit) from None


def _batches(wanted: Mapping[str, Entry]) -> Iterator[Sequence[tuple[str, Entry]]]:
    batch: list[tuple[str, Entry]] = []
    total = 0
    for path, entry in wanted.items():
        cost = entry.size + 100  # git announces each with a line
        if batch and total + cost > BATCH_BYTES:
            yield batch
            batch, total = [], 0
        batch.append((path, entry))
        total += cost
    if batch:
        yield batch


def read_entries(git: Git, sha: str) -> Entries:
    """What a commit's tree has.

    Raises:
        TooLarge: the tree has more files than fit into a listing of 64 MiB.
    """
    listing = git.run(
        *("ls-tree", "-r", "-z", "--long", "--full-tree", sha),
        deadline=LOCAL_DEADLINE,
        largest_file_bytes=LARGEST_LISTING_BYTES,
    )
    files: dict[str, Entry] = {}
    links: list[str] = []
    for path, mode, object_id, size in _lines(listing):
        if mode in REGULAR:
            files[path] = Entry(object_id, int(size), REGULAR[mode])
        else:
            links.append(path)
    return Entries(files, sorted(links))


def _lines(listing: bytes) -> Iterator[tuple[str, str, str, str]]:
    """https://git-scm.com/docs/git-ls-tree#_output_format"""
    for line in listing.split(b"\0")[:-1]:
        facts, _, name = line.partition(b"\t")
        mode, _, object_id, size = facts.decode("ascii").split()
        with suppress(UnicodeDecodeError):
            yield name.decode(), mode, object_id, size


def too_large(repo: RepoRef, what: str, limit: int) -> RepoError:
    return RepoError(
        f"{repo.full_name}: {what} is larger than the {mib(limit)} that ACS works with: "
        "move large files to Git LFS, or raise the operator's limit"
    )


def mib(size: int) -> str:
    return f"{size / MIB:.1f} MiB"
