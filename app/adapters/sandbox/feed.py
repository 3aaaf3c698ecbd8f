"""What goes into a sandbox: the plan and the tree, as records for `inside.py`."""

import marshal
import resource
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from app.adapters.sandbox import inside
from app.errors import RepoError
from app.ports.sandbox import Limits, Step

PATH = f"{inside.WORKSPACE}/node_modules/.bin:/opt/acs/bin:/usr/local/bin:/usr/bin:/bin"


def send(stream: IO[bytes], step: Step) -> None:
    """Write everything the step starts from.

    Raises:
        RepoError: the archive holds a path outside its own folder.
        BrokenPipeError: the sandbox ended before it had taken everything.
    """
    for record in _records(step):
        stream.write(record)
    stream.flush()


def is_inside(path: str) -> bool:
    """Whether a path names something below the folder it is relative to, in its plainest spelling."""
    parts = path.split("/")
    return path != "" and "\0" not in path and not {"", ".", ".."}.intersection(parts)


def environment(step: Step) -> dict[str, str]:
    """All that the command sees of an environment."""
    own = {"PATH": PATH, "HOME": inside.HOME, "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC", "CI": "true"}  # noqa: S108
    return own | dict(step.environment)


def resource_limits(limits: Limits) -> list[tuple[int, int]]:
    """Limits the kernel holds each process to. https://man7.org/linux/man-pages/man2/getrlimit.2.html

    Memory is not among them: WebAssembly reserves far more address space than it uses.
    """
    return [
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.disk_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ]


def _records(step: Step) -> Iterator[bytes]:
    plan: inside.Plan = (
        list(step.argv),
        environment(step),
        resource_limits(step.limits),
        [path for path in step.collect if is_inside(path)],
        step.limits.result_bytes,
        step.collect_tree,
        step.limits.disk_bytes,
    )
    yield _record(inside.PLAN, body=marshal.dumps(plan))
    if step.archive is not None:
        yield from _tree(step.archive, hidden=_Hidden(step.files, step.read_only))
    for path, content in step.files.items():
        yield _record(inside.FILE, path, mode=0o644, body=content)
    yield _record(inside.END)


class _Hidden:
    """The paths an archive may not fill: files the step brings itself, and everything at or below a mounted folder."""

    def __init__(self, files: Mapping[str, bytes], mounts: Mapping[str, Path]) -> None:
        self._files = files
        self._mounts = {PurePosixPath(mount) for mount in mounts}

    def __contains__(self, path: str) -> bool:
        place = PurePosixPath(path)
        return path in self._files or bool(self._mounts.intersection((place, *place.parents)))


def _tree(archive: Path, *, hidden: _Hidden) -> Iterator[bytes]:
    with tarfile.open(archive) as tar:
        for member in tar:
            path = member.name.rstrip("/")
            if not is_inside(path):
                raise RepoError(f"the tree holds the path {path!r}, which is not below it: remove it from the commit")
            if path in hidden:
                continue
            if member.issym():
                yield _record(inside.LINK, path, body=member.linkname.encode("utf-8", "surrogateescape"))
            elif member.isreg():
                yield _record(inside.FILE, path, mode=0o755 if member.mode & 0o111 else 0o644, size=member.size)
                content = tar.extractfile(member)
                while content is not None and (chunk := content.read(inside.CHUNK)):
                    yield chunk


def _record(kind: bytes, path: str = "", *, mode: int = 0, body: bytes = b"", size: int = 0) -> bytes:
    name = path.encode("utf-8", "surrogateescape")
    return inside.HEADER.pack(kind, mode, len(name), size or len(body)) + name + body
