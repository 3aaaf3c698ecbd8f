"""Holding a whole process tree to a memory limit: by the kernel where a control group is writable, else by looking."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

import psutil

from app.adapters.sandbox import inside

_GROUP_PREFIX = "acs-sandbox-"
_INODE_BYTES = 1024  # an empty file takes memory of the kernel too
_numbers = count()


class Guard(Protocol):
    """The memory of one sandbox, its files included: they are in memory too."""

    def admit(self, pid: int) -> None:
        """Count the process and all it will start; called before it does anything of its own."""
        ...

    def is_exceeded(self) -> bool: ...

    def close(self) -> None:
        """Give back what was used for counting; the processes have ended."""
        ...


class Memory(Protocol):
    @property
    def name(self) -> str: ...

    def guard(self, limit_bytes: int) -> Guard: ...


@dataclass(frozen=True, slots=True)
class ControlGroups:
    """Limits kept by the kernel. https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files

    `parent` is a group in which this process may make groups with the memory controller; the limits that the operator
    set on it hold as well.
    """

    parent: Path
    version: int

    @property
    def name(self) -> str:
        return f"cgroup v{self.version}"

    def guard(self, limit_bytes: int) -> "_GroupGuard":
        group = self.parent / f"{_GROUP_PREFIX}{os.getpid()}-{next(_numbers)}"
        group.mkdir()
        try:
            return _limited(group, self.version, limit_bytes)
        except OSError:
            group.rmdir()
            raise


def _limited(group: Path, version: int, limit_bytes: int) -> "_GroupGuard":
    if version == 2:
        (group / "memory.max").write_text(str(limit_bytes))
        _set_if_there(group / "memory.swap.max", "0")
        _set_if_there(group / "memory.oom.group", "1")
        return _GroupGuard(group, group / "memory.events")
    (group / "memory.limit_in_bytes").write_text(str(limit_bytes))
    _set_if_there(group / "memory.memsw.limit_in_bytes", str(limit_bytes))
    return _GroupGuard(group, group / "memory.oom_control")


@dataclass(frozen=True, slots=True)
class _GroupGuard:
    group: Path
    events: Path

    def admit(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            (self.group / "cgroup.procs").write_text(str(pid))

    def is_exceeded(self) -> bool:
        lines = (line.split() for line in self.events.read_text().splitlines())
        return any(name == "oom_kill" and int(times) > 0 for name, times in lines)

    def close(self) -> None:
        for _ in range(50):  # the kernel takes a moment to forget the last process
            with suppress(OSError):
                self.group.rmdir()
            if not self.group.exists():
                break
            time.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Watchdog:
    """Limits kept by looking at the process tree ten times a second: a fast eater gets further than the limit."""

    name: str = "watchdog"

    def guard(self, limit_bytes: int) -> "_LookingGuard":
        return _LookingGuard(limit_bytes)


@dataclass(slots=True)
class _LookingGuard:
    limit_bytes: int
    _root: psutil.Process | None = None
    _exceeded: bool = False
    _last: float = 0.0

    def admit(self, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            self._root = psutil.Process(pid)

    def is_exceeded(self) -> bool:
        now = time.monotonic()
        if not self._exceeded and self._root is not None and now - self._last >= 0.1:
            self._last = now
            self._exceeded = _private_bytes(self._root) + _file_bytes(self._root.pid) > self.limit_bytes
        return self._exceeded

    def close(self) -> None:
        """Nothing was taken."""


def _private_bytes(root: psutil.Process) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                memory = process.memory_info()
                total += memory.rss - memory.shared
    return total


def _file_bytes(pid: int) -> int:
    """What the sandbox's file systems in memory hold, seen through the process's own root."""
    total = 0
    for folder in (inside.SPACE, "/dev/shm"):  # noqa: S108
        with suppress(OSError):
            found = os.statvfs(f"/proc/{pid}/root{folder}")
            total += (found.f_blocks - found.f_bfree) * found.f_frsize
            total += (found.f_files - found.f_ffree) * _INODE_BYTES
    return total


def best_memory(own_groups: str, root: Path = Path("/sys/fs/cgroup")) -> Memory:
    """Control groups where this process may make them, nearest to its own group first; a watchdog otherwise.

    `own_groups` is the text of `/proc/self/cgroup`. https://man7.org/linux/man-pages/man7/cgroups.7.html
    """
    for candidate in _candidates(own_groups, root):
        if _works(candidate):
            _remove_left_over(candidate.parent)
            return candidate
    return Watchdog()


def _candidates(own_groups: str, root: Path) -> Iterator[ControlGroups]:
    for line in own_groups.splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            yield ControlGroups(root / "memory" / path.lstrip("/"), version=1)
        elif controllers == "":
            own = root / path.lstrip("/")
            for group in (own, *own.parents):
                if group.is_relative_to(root):
                    yield ControlGroups(group, version=2)


def _works(groups: ControlGroups) -> bool:
    """Whether a process can be put under a limit here: permission, controller and structure all allow it."""
    try:
        guard = groups.guard(1 << 30)
    except OSError:
        return False
    try:
        with subprocess.Popen(["sleep", "60"], env={"PATH": "/usr/bin:/bin"}) as process:
            try:
                guard.admit(process.pid)
                return not guard.is_exceeded()
            finally:
                process.kill()
    except OSError:
        return False
    finally:
        guard.close()


def _remove_left_over(parent: Path) -> None:
    """Remove groups of workers that were killed; the kernel refuses where processes are left."""
    for group in parent.glob(f"{_GROUP_PREFIX}*"):
        owner = group.name.removeprefix(_GROUP_PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            with suppress(OSError):
                group.rmdir()


def _set_if_there(file: Path, value: str) -> None:
    with suppress(OSError):
        file.write_text(value)
