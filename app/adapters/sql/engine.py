"""Engines, and transactions that do what they say on both databases."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import TransientError

PATIENCE_SECONDS = 8  # GitHub waits ten for an answer to a delivery
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
    reads_only = connection.get_execution_options().get("reads_only", False)
    # a transaction that reads first and writes later fails under load unless it takes the write lock at once
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """One transaction that writes.

    Raises:
        TransientError: the database does not answer or is locked.
    """
    with _explained(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """One transaction that only reads.

    Raises:
        TransientError: the database does not answer.
    """
    with _explained(), engine.execution_options(reads_only=True).begin() as connection:
        yield connection


@contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}:
            raise TransientError(f"the database does not answer: {type(error.orig).__name__}") from error
        raise
