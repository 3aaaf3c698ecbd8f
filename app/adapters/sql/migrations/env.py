"""Alembic's environment: one transaction for all revisions, on both databases, and one `acs migrate` at a time."""

from alembic import context
from sqlalchemy import Connection, text

from app.adapters.sql.engine import open_engine
from app.adapters.sql.tables import metadata

MIGRATING = 0x41435300  # any number that nobody else locks in this database


def run() -> None:
    engine = open_engine(context.config.attributes["url"])
    try:
        with engine.begin() as connection:
            _wait_for_our_turn(connection)
            context.configure(connection=connection, target_metadata=metadata)
            context.run_migrations()
    finally:
        engine.dispose()


def _wait_for_our_turn(connection: Connection) -> None:
    """Hold what a second `acs migrate` waits for until the transaction ends; SQLite locked the database at BEGIN."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
    connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


run()
