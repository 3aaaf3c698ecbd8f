import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.dependencies import NpmPipDependencies
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import prepare
from tests.contract.generation.workshop import Workshop
from tests.contract.validation.bench import Bench


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    # not pytest's own temporary folder, which is closed to the users that sandboxes run as
    state_dir = Path(tempfile.mkdtemp(prefix="acs-test-"))
    state_dir.chmod(0o755)
    sandbox = BubblewrapSandbox(state_dir, prepare(state_dir))
    yield Workshop(Bench(sandbox, NpmPipDependencies(sandbox, state_dir), state_dir))
    shutil.rmtree(state_dir)
