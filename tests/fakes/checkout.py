import hashlib
import io
import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.change import Mode
from app.domain.repo import BaseSha, RepoRef
from app.errors import RepoError
from app.ports.checkouts import DefaultBranch
from tests.fakes.code_host import InMemoryCodeHost


def blob_id(content: bytes) -> str:
    """https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage"""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


class FakeCheckout:
    """A commit's tree in a dictionary; its archive is written to the folder it is given."""

    def __init__(
        self,
        files: Mapping[str, str | bytes] | Mapping[str, str] | Mapping[str, bytes] | None = None,
        *,
        folder: Path = Path("/nowhere"),
        executable: Collection[str] = (),
        links: Collection[str] = (),
    ) -> None:
        self._links = links
        self._executable = executable
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in (files or {}).items()}
        self._archive = folder / "tree.tar"
        if folder.is_dir():
            self._write()

    @property
    def sha(self) -> str:
        return "5" * 40

    def paths(self, under: str = "") -> Sequence[str]:
        return sorted(path for path in self._files if not under or path.startswith(f"{under}/"))

    def links(self) -> Sequence[str]:
        return sorted(self._links)

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)

    def read_many(self, paths: Collection[str], *, largest_bytes: int) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            content = self._files.get(path)
            if content is not None and len(content) <= largest_bytes:
                yield path, content

    def blobs(self) -> Mapping[str, str]:
        return {path: blob_id(content) for path, content in self._files.items()}

    def mode(self, path: str) -> Mode:
        return "100755" if path in self._executable else "100644"

    def archive(self) -> Path:
        return self._archive

    def _write(self) -> None:
        with tarfile.open(self._archive, "w") as tar:
            for path, content in self._files.items():
                member = tarfile.TarInfo(path)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


@dataclass
class FakeNeighbours:
    """Finds the repositories that stand beside another one: those of these code hosts in memory."""

    hosts: list[InMemoryCodeHost] = field(default_factory=list[InMemoryCodeHost])

    def beside(self, repo: RepoRef, name: str) -> RepoRef | None:
        found = (host.repo for host in self.hosts if (host.repo.owner, host.repo.name) == (repo.owner, name))
        return next(found, None)


@dataclass
class FakeCheckouts:
    """Reads the repository of a code host in memory, and those beside it, or refuses as it was told to."""

    host: InMemoryCodeHost
    refusal: Exception | None = None
    neighbours: FakeNeighbours = field(default_factory=FakeNeighbours)

    def default_branch(self, repo: RepoRef) -> DefaultBranch:
        self._refuse()
        return DefaultBranch("main", BaseSha(self._host(repo).branches["main"]))

    def branch_head(self, repo: RepoRef, branch: str) -> BaseSha:
        self._refuse()
        if branch not in self._host(repo).branches:
            raise RepoError(f"{repo.full_name} has no branch {branch}: push it, or name another one")
        return BaseSha(self._host(repo).branches[branch])

    def at(self, repo: RepoRef, sha: str) -> FakeCheckout:
        self._refuse()
        tree = self._host(repo).commits[sha].tree
        executable = [path for path, (mode, _) in tree.items() if mode == "100755"]
        return FakeCheckout({path: content for path, (_, content) in tree.items()}, executable=executable)

    def _host(self, repo: RepoRef) -> InMemoryCodeHost:
        return next((host for host in self.neighbours.hosts if host.repo.repo_id == repo.repo_id), self.host)

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal
