import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.dependencies import NpmPipDependencies
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import prepare
from tests.contract.validation.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """The real sandbox and the real installers, which keep what they installed for the whole session."""
    # not pytest's own temporary folder, which is closed to the users that sandboxes run as
    state_dir = Path(tempfile.mkdtemp(prefix="acs-test-"))
    state_dir.chmod(0o755)
    sandbox = BubblewrapSandbox(state_dir, prepare(state_dir))
    yield Bench(sandbox, NpmPipDependencies(sandbox, state_dir), state_dir)
    shutil.rmtree(state_dir)
