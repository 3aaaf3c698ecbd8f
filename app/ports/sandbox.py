"""Where everything that came from a checkout runs: a fresh sandbox for each step, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What one step may use; all of its processes are killed at `deadline`.

    Files are kept in memory: `disk_bytes` (the workspace and temporary files together) count into `memory_bytes` too.
    """

    deadline: timedelta = timedelta(minutes=5)
    memory_bytes: int = 2 * 1024**3
    processes: int = 256
    disk_bytes: int = 1024**3
    output_bytes: int = 256 * 1024
    result_bytes: int = 16 * 1024**2
    open_files: int = 4096


@dataclass(frozen=True, slots=True)
class Step:
    """One command on one tree.

    The workspace is a fresh, size-limited folder, and the command's working directory. `read_only` (folder inside the
    workspace → folder on this machine) is mounted before the tree of `archive` (a tar file) is unpacked into it.
    `environment` is all the command sees. `collect` are files of the workspace to bring back; those that are missing,
    not regular, or larger than `limits.result_bytes` are left out. `node_modules/.bin` and the toolchain's folders
    are on `PATH`; a relative program is looked up there. `network` is for installers alone: it is the open network.
    """

    argv: tuple[str, ...]
    archive: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    read_only: Mapping[str, Path] = field(default_factory=dict[str, Path])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    collect: tuple[str, ...] = ()
    collect_tree: str | None = None
    network: bool = False
    limits: Limits = field(default_factory=Limits)


Ended = Literal["exited", "timed_out", "out_of_memory", "killed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step left behind. Everything in it was written by untrusted code.

    `output` is standard output and error together, decoded with replacement, its middle cut at the limit, without
    terminal control sequences. `tree` is the collected folder as a tar file of regular files and relative symlinks
    that stay inside it, in a temporary file that the caller moves or deletes.
    """

    ended: Ended
    exit_code: int | None
    output: str
    files: Mapping[str, bytes]
    duration: timedelta
    tree: Path | None = None


class Sandbox(Protocol):
    def run(self, step: Step) -> Outcome:
        """Run one step to its end or its limits; afterwards none of its processes and none of its files is left.

        Raises:
            RepoError: the tree, or what is to be brought back, is too large, or has paths that lead out of it.
            SandboxUnsafe: this machine cannot hold the promise; nothing was run.
        """
        ...


class SandboxUnsafe(Exception):
    """Repository code cannot be run safely here; the message says why and what the operator can change."""
