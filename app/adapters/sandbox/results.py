"""What comes out of a sandbox. Every byte was written by untrusted code: nothing is believed, everything is capped."""

import os
import tarfile
import tempfile
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import IO

from app.adapters.sandbox import inside
from app.adapters.sandbox.feed import is_inside
from app.errors import RepoError
from app.ports.sandbox import Step

_LARGEST_PATH = 4096
_MOST_ENTRIES = 1_000_000


class Garbled(Exception):
    """The sandbox sent something that `inside.py` does not send."""


@dataclass(slots=True)
class Results:
    """What has arrived so far; `status` is the command's wait status once all has."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    status: int | None = None
    tree: Path | None = None


def read(stream: IO[bytes], step: Step, scratch: Path) -> Results:
    """Read results until the sandbox closes the stream; those of a command that was stopped are incomplete.

    A collected tree becomes a file in the folder `scratch`.

    Raises:
        RepoError: the tree did not fit into the workspace, or what was to be collected is too large.
    """
    results = Results()
    tree = _Tree(step.limits.disk_bytes, scratch) if step.collect_tree is not None else None
    try:
        _read_into(results, stream, step, tree)
    except Garbled:
        results.status = None
    finally:
        if tree is not None:
            results.tree = tree.close(keep=results.status is not None)
    return results


def _read_into(results: Results, stream: IO[bytes], step: Step, tree: "_Tree | None") -> None:
    while header := stream.read(inside.HEADER.size):
        kind, mode, path, size = _parse(header, stream)
        if kind == inside.FILE and path in step.collect and size <= step.limits.result_bytes:
            results.files[path] = _exactly(stream, size)
        elif kind == inside.TREE_FILE and tree is not None:
            tree.add_file(path, mode, size, stream)
        elif kind == inside.LINK and tree is not None and size <= _LARGEST_PATH:
            tree.add_link(path, _text(_exactly(stream, size)))
        elif kind == inside.ENDED and size == inside.STATUS.size:
            results.status = inside.STATUS.unpack(_exactly(stream, size))[0]
            return
        elif kind == inside.TOO_LARGE and size <= _LARGEST_PATH:
            raise RepoError(_does_not_fit(step, _text(_exactly(stream, size))))
        else:
            raise Garbled


def _does_not_fit(step: Step, reason: str) -> str:
    return (
        f"the repository's tree, or what was built from it, does not fit into the sandbox's "
        f"{step.limits.disk_bytes // 1024**2} MiB ({reason}): remove large files or allow a larger workspace"
    )


class _Tree:
    """A tar file made from what arrives: regular files and links that stay inside, links last, each path once."""

    def __init__(self, limit: int, scratch: Path) -> None:
        handle, name = tempfile.mkstemp(prefix="tree-", suffix=".tar", dir=scratch)
        self._path = Path(name)
        self._file = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w")  # noqa: SIM115
        self._left = limit
        self._seen: set[str] = set()
        self._links: list[tuple[str, str]] = []

    def add_file(self, path: str, mode: int, size: int, content: IO[bytes]) -> None:
        self._admit(path, size)
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = size, 0o755 if mode else 0o644
        self._tar.addfile(entry, _Complete(content))

    def add_link(self, path: str, target: str) -> None:
        self._admit(path, len(target))
        if _stays_inside(path, target):
            self._links.append((path, target))

    def close(self, *, keep: bool) -> Path | None:
        for path, target in self._links:
            entry = tarfile.TarInfo(path)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            self._tar.addfile(entry)
        self._tar.close()
        self._file.close()
        if keep:
            return self._path
        self._path.unlink()
        return None

    def _admit(self, path: str, size: int) -> None:
        self._left -= size
        if self._left < 0 or path in self._seen or len(self._seen) >= _MOST_ENTRIES or not is_inside(path):
            raise Garbled
        self._seen.add(path)


class _Complete(RawIOBase):
    """A stream whose end means that the sandbox was stopped."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        return _exactly(self._stream, size)


def _stays_inside(path: str, target: str) -> bool:
    """Whether a link leads to something below the root, whatever other such links stand on the way.

    `..` is good only at the front: behind a name it would start from wherever that name, if it is a link, leads.
    """
    steps = [part for part in target.split("/") if part != "."]
    climbs = next((index for index, part in enumerate(steps) if part != ".."), len(steps))
    return (
        target != ""
        and not target.startswith("/")
        and "\0" not in target
        and climbs <= path.count("/")
        and is_inside("/".join(steps[climbs:]) or "here")
    )


def _parse(header: bytes, stream: IO[bytes]) -> tuple[bytes, int, str, int]:
    if len(header) < inside.HEADER.size:
        raise Garbled
    kind, mode, length, size = inside.HEADER.unpack(header)
    if length > _LARGEST_PATH:
        raise Garbled
    return kind, mode, _text(_exactly(stream, length)), size


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise Garbled
    return content


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
