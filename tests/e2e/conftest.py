"""The World of the end-to-end tests. It stands in a folder that sandbox users may reach, whoever runs the tests."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.e2e.world import Database, World


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="acs-e2e-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def database() -> Database:
    """A module that runs on both databases has a fixture of this name with both as parameters."""
    return "sqlite"


@pytest.fixture(scope="module")
def world(state: Path, database: Database) -> Iterator[World]:
    with World(state / database, database=database) as world:
        yield world


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows the last lines of every process of the World it happened in."""
    report = yield
    world = getattr(item, "funcargs", {}).get("world")
    if report.failed and isinstance(world, World):
        for name in world.stack.names:
            report.sections.append((f"the last of {name}.log", "\n".join(world.log_lines(name)[-25:])))
    return report
