"""The command line of bubblewrap for one step. https://github.com/containers/bubblewrap/blob/main/bwrap.xml"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.adapters.sandbox import inside
from app.adapters.sandbox.feed import PATH, is_inside
from app.adapters.toolchain import Toolchain
from app.ports.sandbox import Step

_SHARED_MEMORY_BYTES = 64 * 1024**2
_TOP_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_OF_THE_MACHINE = ("/etc/ld.so.cache", "/etc/alternatives")
_OF_THE_NETWORK = ("/etc/resolv.conf", "/etc/hosts")


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Open files that bubblewrap and `inside.py` inherit, by number."""

    status: int
    results: int
    seccomp: int | None


def bubblewrap(toolchain: Toolchain, step: Step, open_files: Descriptors) -> list[str]:
    """A fresh set of namespaces with nothing in it but the toolchain, the mounted folders and an empty workspace.

    The order matters: mounts are made inside the workspace before anything untrusted is there (CVE-2026-87766), and
    everything that was only built to hold mounts is made read-only last.
    """
    runtime = toolchain.runtime
    arguments = [
        str(toolchain.bubblewrap),
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--as-pid-1"),
        *("--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname", "sandbox"),
        *("--clearenv", "--setenv", "PATH", PATH, "--info-fd", str(open_files.status)),
        *(["--share-net"] if step.network else []),
        *(["--seccomp", str(open_files.seccomp)] if open_files.seccomp is not None else []),
        *_system(),
        *_etc(runtime, network=step.network),
        *_tools(toolchain),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(_SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"),  # noqa: S108
        *("--size", str(step.limits.disk_bytes), "--tmpfs", inside.SPACE),
        *_mounts(step.read_only),
        *("--symlink", inside.TEMPORARY, "/tmp", "--symlink", inside.TEMPORARY, "/var/tmp"),  # noqa: S108
        *("--remount-ro", "/dev", "--remount-ro", "/"),
    ]
    return [*arguments, "--", toolchain.python, "-I", "-S", "/opt/acs/inside.pyc", str(open_files.results)]


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _TOP_FOLDERS:
        folder = Path("/", name)
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))


def _etc(runtime: Path, *, network: bool) -> Iterator[str]:
    for name in ("passwd", "group", "nsswitch.conf", *(() if network else ("hosts",))):
        yield from ("--ro-bind", str(runtime / name), f"/etc/{name}")
    for path in (*_OF_THE_MACHINE, *(_OF_THE_NETWORK if network else ())):
        if Path(path).exists():
            yield from ("--ro-bind", str(Path(path).resolve()), path)


def _tools(toolchain: Toolchain) -> Iterator[str]:
    yield from ("--ro-bind", str(toolchain.runtime / "inside.pyc"), "/opt/acs/inside.pyc")
    for mount in toolchain.mounts:
        yield from ("--ro-bind", str(mount.source), mount.target)
    for name, program in toolchain.programs.items():
        yield from ("--symlink", program, f"/opt/acs/bin/{name}")


def _mounts(read_only: Mapping[str, Path]) -> Iterator[str]:
    _require_separate(tuple(read_only))
    for path, source in read_only.items():
        yield from ("--ro-bind", str(source.resolve(strict=True)), f"{inside.WORKSPACE}/{path}")


def _require_separate(paths: Sequence[str]) -> None:
    """A mount point below another mounted folder would be made in that folder, whatever its links lead to."""
    for path in paths:
        above = {str(parent) for parent in PurePosixPath(path).parents}
        if not is_inside(path) or above.intersection(paths):
            raise ValueError(f"{path!r} cannot be mounted: it is outside the workspace or below another mounted folder")
