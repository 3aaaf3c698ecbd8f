"""What runs inside the sandbox, first and last: write the tree, run the command, hand back what was asked for.

bubblewrap starts this file as process 1 of a fresh PID namespace, so nothing it started outlives it. It is compiled on
its own and imports only what the interpreter has loaded anyway, because its start is part of every step's time. It
handles untrusted bytes and is not trusted itself: the process outside checks all that it sends (`wire.Results`).

Standard input carries a plan and the tree; the command's output goes to standard output and error; `RESULTS_FD`
carries the results. Records are alike in both directions: `HEADER`, then the path, then the content.
"""

from __future__ import annotations

import marshal
import os
import resource
import stat
import struct

SPACE = "/sandbox"
WORKSPACE = f"{SPACE}/repo"
HOME = f"{SPACE}/home"
TEMPORARY = f"{SPACE}/tmp"  # noqa: S108

HEADER = struct.Struct(">cHIQ")  # kind, mode, length of the path, length of the content
READY, PLAN, FILE, TREE_FILE, LINK, END, TOO_LARGE, ENDED = b"R", b"P", b"F", b"T", b"L", b".", b"!", b"X"
STATUS = struct.Struct(">i")
CHUNK = 1 << 18

# argv, environment, resource limits, files to collect, their largest size, a folder to collect, its largest size
Plan = tuple[list[str], dict[str, str], list[tuple[int, int]], list[str], int, "str | None", int]

_SIGPIPE, _SIGKILL, _SIGXFSZ = 13, 9, 25  # the signal module takes 4 ms to import
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def main(results: int) -> None:
    os.set_inheritable(results, False)
    _send(results, READY)
    try:
        plan = _receive(0)
    except OSError as error:  # the tree does not fit, or a file's name is a folder's
        _send(results, TOO_LARGE, body=(error.strerror or "").encode())
        return
    argv, environment, limits, collect, file_limit, tree, tree_limit = plan

    status = _run(argv, environment, limits)

    for path in collect:
        _send_file(results, FILE, path, path, file_limit)
    if tree is not None and not _send_tree(results, tree, tree_limit):
        _send(results, TOO_LARGE, body=b"File too large")
        return
    _send(results, ENDED, body=STATUS.pack(status))


def _receive(stream: int) -> Plan:
    """Write the tree below the workspace and return the plan.

    Symbolic links are made last, so that no file is ever written through one.
    """
    for folder in (WORKSPACE, HOME, TEMPORARY):
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - pathlib takes 8 ms to import
    os.chdir(WORKSPACE)
    links: list[tuple[str, bytes]] = []
    kind, mode, path, size = _header(stream)
    plan: Plan = marshal.loads(_exactly(stream, size))  # noqa: S302 - written by the process that started us
    while True:
        kind, mode, path, size = _header(stream)
        if kind == END:
            break
        if kind == LINK:
            links.append((path, _exactly(stream, size)))
        else:
            _write_file(stream, path, mode, size)
    for path, target in links:
        _make_link(path, target)
    return plan


def _write_file(stream: int, path: str, mode: int, size: int) -> None:
    _make_parent(path)
    file = os.open(path, _WRITE, mode)
    while size:
        chunk = os.read(stream, min(size, CHUNK))
        if not chunk:
            raise EOFError
        size -= len(chunk)
        while chunk:
            chunk = chunk[os.write(file, chunk) :]
    os.close(file)


def _make_link(path: str, target: bytes) -> None:
    try:
        _make_parent(path)
        os.symlink(target, os.fsencode(path))  # noqa: PTH211
    except OSError:
        return  # something stands there already, or the target is not one: git would not have made it either


def _make_parent(path: str) -> None:
    parent = os.path.dirname(path)  # noqa: PTH120
    if parent:
        os.makedirs(parent, exist_ok=True)  # noqa: PTH103


def _run(argv: list[str], environment: dict[str, str], limits: list[tuple[int, int]]) -> int:
    """Run the command to its end, then kill whatever it left running; return the wait status."""
    for name, value in limits:
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    try:
        nothing = (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)
        child = os.posix_spawnp(argv[0], argv, environment, file_actions=[nothing], setsigdef=[_SIGPIPE, _SIGXFSZ])
    except OSError as error:
        os.write(2, f"cannot run {argv[0]}: {error.strerror}\n".encode("utf-8", "replace"))
        return 127 << 8
    status = _wait(child)
    _end_everything_else()
    return status


def _wait(child: int) -> int:
    """Reap what ends, as process 1 has to, until the command itself has ended."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return status


def _end_everything_else() -> None:
    """After this the tree holds still: nothing can swap a file while it is read."""
    try:
        os.kill(-1, _SIGKILL)  # from process 1: everything in the namespace but itself
        while True:
            os.waitpid(-1, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def _send_tree(results: int, root: str, limit: int) -> bool:
    """Send every file and link below `root`; false when they are more than `limit` bytes."""
    if os.path.realpath(root) != f"{WORKSPACE}/{root}":
        return True
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(os.path.join(root, folder)))  # noqa: PTH118
        except OSError:
            continue
        for entry in entries:
            path = os.path.join(folder, entry.name)  # noqa: PTH118
            if entry.is_symlink():
                _send(results, LINK, path, body=os.fsencode(os.readlink(entry.path)))  # noqa: PTH115
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file(follow_symlinks=False):
                size = entry.stat(follow_symlinks=False).st_size
                limit -= size
                if limit < 0:
                    return False
                _send_file(results, TREE_FILE, entry.path, path, size)
    return True


def _send_file(results: int, kind: bytes, source: str, path: str, limit: int) -> None:
    """Send a regular file that is inside the workspace and not too large; nothing otherwise."""
    parent = os.path.dirname(source)  # noqa: PTH120
    if os.path.realpath(parent) != os.path.normpath(f"{WORKSPACE}/{parent}"):
        return
    try:
        file = os.open(source, _READ)
    except OSError:
        return
    found = os.fstat(file)
    if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
        _send(results, kind, path, mode=found.st_mode & 0o111, size=found.st_size)
        left = found.st_size
        while left:
            chunk = os.read(file, min(left, CHUNK))
            if not chunk:
                raise EOFError
            left -= len(chunk)
            _write_all(results, chunk)
    os.close(file)


def _send(results: int, kind: bytes, path: str = "", *, mode: int = 0, body: bytes = b"", size: int = 0) -> None:
    name = os.fsencode(path)
    _write_all(results, HEADER.pack(kind, mode, len(name), size or len(body)) + name + body)


def _write_all(results: int, content: bytes) -> None:
    while content:
        content = content[os.write(results, content) :]


def _header(stream: int) -> tuple[bytes, int, str, int]:
    kind, mode, length, size = HEADER.unpack(_exactly(stream, HEADER.size))
    return kind, mode, os.fsdecode(_exactly(stream, length)), size


def _exactly(stream: int, size: int) -> bytes:
    content = b""
    while len(content) < size:
        chunk = os.read(stream, size - len(content))
        if not chunk:
            raise EOFError
        content += chunk
    return content


if __name__ == "__main__":
    import sys

    main(int(sys.argv[1]))
