"""Transactions on SQLite: who waits for whom, and who for the disk."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from app.adapters.sql.engine import open_engine, writing
from app.errors import TransientError
from tests.e2e.world import eventually

ON_DISK, WITH_THE_NEXT = 2, 1  # https://www.sqlite.org/pragma.html#pragma_synchronous


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'acs.db'}")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE notes (note TEXT)")
    yield engine
    engine.dispose()


def synchronous(connection: Connection) -> int:
    return connection.exec_driver_sql("PRAGMA synchronous").scalar_one()


def test_only_what_may_be_forgotten_does_not_wait_for_the_disk(engine: Engine) -> None:
    with writing(engine) as connection:
        assert synchronous(connection) == ON_DISK
    with writing(engine, forgettable=True) as connection:
        assert synchronous(connection) == WITH_THE_NEXT
    with writing(engine) as connection:
        assert synchronous(connection) == ON_DISK


def test_a_writer_waits_until_another_is_done(engine: Engine) -> None:
    waits = threading.Event()

    def write() -> None:
        waits.set()
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO notes VALUES ('second')")

    with ThreadPoolExecutor(1) as threads:
        with writing(engine) as connection:
            second = threads.submit(write)
            waits.wait()
            connection.exec_driver_sql("INSERT INTO notes VALUES ('first')")
        second.result()

    with writing(engine) as connection:
        assert list(connection.exec_driver_sql("SELECT note FROM notes").scalars()) == ["first", "second"]


def test_a_database_that_is_locked_for_too_long_does_not_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(1) as threads, writing(engine):
        refused = threads.submit(lambda: _write(engine))
        eventually(refused.done, what="a refusal")
        with pytest.raises(TransientError, match="the database does not answer: it has been locked for 8 s"):
            refused.result()

    _write(engine)


def test_a_database_that_cannot_be_written_does_not_answer(tmp_path: Path, engine: Engine) -> None:
    read_only = open_engine(f"sqlite:///file:{tmp_path / 'acs.db'}?mode=ro&uri=true")

    with pytest.raises(TransientError, match="the database does not answer"):
        _write(read_only)
    read_only.dispose()


def _write(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO notes VALUES ('')")
