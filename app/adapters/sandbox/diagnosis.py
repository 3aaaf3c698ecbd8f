"""Why bubblewrap does not start on this machine, and what its operator can change."""

from pathlib import Path

from app.ports.sandbox import SandboxUnsafe

_SETTINGS = (
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "AppArmor keeps programs without a profile from making user namespaces "
        "(kernel.apparmor_restrict_unprivileged_userns = 1, the default since Ubuntu 23.10). Give {program} a profile "
        "that allows `userns`, or run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`",
    ),
    (
        "kernel/unprivileged_userns_clone",
        "0",
        "unprivileged users may not make user namespaces (kernel.unprivileged_userns_clone = 0): "
        "run `sysctl -w kernel.unprivileged_userns_clone=1`",
    ),
    (
        "user/max_user_namespaces",
        "0",
        "user namespaces are switched off (user.max_user_namespaces = 0): "
        "run `sysctl -w user.max_user_namespaces=15000`",
    ),
)
_CONTAINER_MARKS = (".dockerenv", "run/.containerenv")
_IN_CONTAINER = (
    "this is a container whose runtime forbids namespaces: start it with `--security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined`, or run ACS's worker outside of it"
)
_UNKNOWN = "the sandbox cannot be made here"


def refused(program: Path, said: str, *, root: Path = Path("/")) -> SandboxUnsafe:
    """The error for a bubblewrap that did not start; `said` is its own message."""
    return SandboxUnsafe(
        f"repository code is not run on this machine: {_cause(root).format(program=program)}. "
        f"bubblewrap said: {said.strip() or 'nothing'}"
    )


def _cause(root: Path) -> str:
    for setting, closed, advice in _SETTINGS:
        file = root / "proc/sys" / setting
        if file.is_file() and file.read_text().strip() == closed:
            return advice
    if any((root / mark).exists() for mark in _CONTAINER_MARKS):
        return _IN_CONTAINER
    return _UNKNOWN
