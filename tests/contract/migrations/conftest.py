"""An empty database of each kind, and one that the first release worked with."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.adapters.sql.engine import open_engine
from tests.postgresql import PostgreSQL

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL(tmp_path_factory.mktemp("migrations") / "postgresql") as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'acs.db'}"
    url = request.getfixturevalue("server").url
    _execute(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def first_release(url: str) -> str:
    """The address of a database that the first release worked with; see README.md beside this file."""
    kind = url.partition("+")[0].partition(":")[0]
    script = (HERE / f"first_release.{kind}.sql").read_text()
    if kind == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.executescript(script)
        connection.close()
    else:
        _execute(url, script)
    return url


def _execute(url: str, script: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(script)
    engine.dispose()
