from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from tests.contract.journal.conftest import clock as clock
from tests.contract.journal.conftest import engine as engine
from tests.contract.journal.conftest import journal as journal
from tests.contract.journal.conftest import postgresql_url as postgresql_url
from tests.contract.sweep.world import World
from tests.fakes.clock import SetClock


@pytest.fixture
def world(engine: Engine, clock: SetClock) -> Iterator[World]:
    with capture_logs() as logs:
        yield World(engine, clock, logs)
