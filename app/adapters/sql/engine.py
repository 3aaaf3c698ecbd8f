"""Engines, and transactions that do what they say on both databases."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import TransientError

PATIENCE_SECONDS = 8  # GitHub waits ten for an answer to a delivery
LOOK_AGAIN_SECONDS = 0.0005
SILENCE_SECONDS = 15  # of a transaction, which holds its lane for everybody else

# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_POSTGRESQL = {
    "connect_timeout": PATIENCE_SECONDS,
    "tcp_user_timeout": PATIENCE_SECONDS * 1000,
    "keepalives_idle": PATIENCE_SECONDS,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": f"-c lock_timeout={PATIENCE_SECONDS}s -c idle_in_transaction_session_timeout={SILENCE_SECONDS}s",
}


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`; make it after a fork, never before.

    PostgreSQL ends a transaction of a process that stands still, so that others get its lane.
    SQLite runs in WAL mode with `synchronous=FULL`, so that what was committed survives the machine.
    https://www.sqlite.org/pragma.html#pragma_synchronous
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, connect_args=_POSTGRESQL)
    engine = create_engine(url, connect_args={"timeout": PATIENCE_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # pyright: ignore[reportAttributeAccessIssue]  # sqlite3's own: we say BEGIN
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as the transaction's options say; one that writes takes the write lock at once.

    One that reads first and writes later would fail under load.
    """
    options = connection.get_execution_options()
    cursor = connection.connection.cursor()
    try:
        if options.get("reads_only", False):
            cursor.execute("BEGIN")
            return
        cursor.execute(f"PRAGMA synchronous={'NORMAL' if options.get('forgettable', False) else 'FULL'}")
        _begin_to_write(cursor)
    finally:
        cursor.close()


def _begin_to_write(cursor: DBAPICursor) -> None:
    """Begin once nobody else writes, looking often.

    SQLite's own waiting sleeps for up to 100 ms between two looks, and whoever comes meanwhile gets the lock.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while _is_locked(cursor):
            if time.monotonic() >= give_up_at:
                raise TransientError(f"the database does not answer: it has been locked for {PATIENCE_SECONDS} s")
            time.sleep(LOOK_AGAIN_SECONDS)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")


def _is_locked(cursor: DBAPICursor) -> bool:
    """Begin a transaction that writes, unless another process is in the middle of one."""
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith("SQLITE_BUSY"):
            return True
        raise TransientError(f"the database does not answer: {error.sqlite_errorname}") from error
    return False


@contextmanager
def writing(engine: Engine, *, forgettable: bool = False) -> Generator[Connection]:
    """One transaction that writes.

    One that is forgettable does not wait for the disk on SQLite: it survives a process that dies, and may be lost with
    the machine, after which every process that knew of it is gone as well. It is on disk with the next that waits.
    https://www.sqlite.org/pragma.html#pragma_synchronous

    Raises:
        TransientError: the database does not answer or is locked.
    """
    with (
        _explained(),
        engine.connect() as connection,
        connection.execution_options(forgettable=forgettable).begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """One transaction that only reads.

    Raises:
        TransientError: the database does not answer.
    """
    with _explained(), engine.connect() as connection, connection.execution_options(reads_only=True).begin():
        yield connection


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do on a conflict, in the dialect at hand."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The same for a statement that is built once and kept."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}:
            raise TransientError(f"the database does not answer: {type(error.orig).__name__}") from error
        raise
