import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import Toolchain, prepare
from tests.contract.sandbox.host import CANARY, Host, hosted


@pytest.fixture(scope="session")
def state_dir() -> Iterator[Path]:
    """Not pytest's own temporary folder, which is closed to the users that sandboxes run as."""
    folder = Path(tempfile.mkdtemp(prefix="acs-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def toolchain(state_dir: Path) -> Toolchain:
    return prepare(state_dir)


@pytest.fixture(scope="session")
def sandbox(state_dir: Path, toolchain: Toolchain) -> BubblewrapSandbox:
    return BubblewrapSandbox(state_dir, toolchain)


@pytest.fixture
def host() -> Iterator[Host]:
    """This machine, with a secret in the worker's environment and things to attack."""
    os.putenv("ACS_CANARY", CANARY)
    try:
        with hosted() as host:
            yield host
    finally:
        os.unsetenv("ACS_CANARY")
