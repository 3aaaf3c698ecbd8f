"""A shop that ACS works for: the World of the end-to-end tests, with the settings that ACS is shipped with."""

import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.world import QUICK, World

AS_SHIPPED = dict.fromkeys(QUICK, "")  # an empty variable leaves a setting at its default


@contextmanager
def open_folder() -> Generator[Path]:
    """An empty folder that the users of sandboxes may enter, on a disk."""
    folder = Path(tempfile.mkdtemp(prefix="acs-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_shop(settings: Mapping[str, str] | None = None, *, requests_per_hour: int | None = None) -> Generator[World]:
    """A local GitHub and all processes of ACS, as `app/demo/stack.py` starts them, with more settings if need be."""
    given = {**AS_SHIPPED, **(settings or {})}
    with open_folder() as folder, World(folder, settings=given, requests_per_hour=requests_per_hour) as world:
        yield world
