from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.contract.worker.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with capture_logs([merge_contextvars]) as logs:
        world = World(tmp_path, logs)
        yield world
        world.close()
