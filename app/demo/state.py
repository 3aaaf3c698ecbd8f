"""The folder the demo keeps its state in: made by it, or of an earlier demo, and nobody else's to write to."""

import os
import shutil
import stat
from pathlib import Path

from app.demo.stack import PROJECT

OURS = ".acs-demo"  # a folder with this file in it may be emptied


class StateRefused(Exception):
    """The state folder is not the demo's to use; the message names it and says what mends it."""


def default_state() -> Path:
    """Below the project, unless sandboxes of a root user could not enter there."""
    here = PROJECT / "build" / "demo"
    closed = os.geteuid() == 0 and any(not parent.stat().st_mode & 0o001 for parent in PROJECT.parents)
    return Path("/var/tmp/acs-demo") if closed else here  # noqa: S108  # `make_ready` refuses one of somebody else


def make_ready(state: Path) -> None:
    """Make the folder, or leave nothing of an earlier demo in it but what was installed.

    Raises:
        StateRefused: somebody else could put something there, or it holds something else.
    """
    _make_ours(state)
    if any(state.iterdir()) and not (state / OURS).exists():
        raise StateRefused(f"{state} is not empty and not of an earlier demo: choose another ACS_STATE_DIR")
    (state / OURS).touch()
    for folder in ("github", "samples"):
        shutil.rmtree(state / folder, ignore_errors=True)
    for database in (state / "acs").glob("acs.db*"):
        database.unlink()
    shutil.rmtree(state / "acs" / "git", ignore_errors=True)


def _make_ours(state: Path) -> None:
    try:
        found = state.lstat()
    except FileNotFoundError:
        state.parent.mkdir(parents=True, exist_ok=True)
        state.mkdir()
        state.chmod(0o755)  # whatever the umask: sandboxes of a root user must be able to enter
        return
    if not stat.S_ISDIR(found.st_mode):
        raise StateRefused(f"{state} is not a folder of its own: remove it, or choose another ACS_STATE_DIR")
    if found.st_uid != os.geteuid():
        raise StateRefused(f"{state} belongs to another user: choose another ACS_STATE_DIR")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StateRefused(f"{state} can be written to by others: remove it, or choose another ACS_STATE_DIR")
