"""Alembic's environment: one connection, one transaction for all revisions."""

from alembic import context

from app.adapters.sql.engine import open_engine
from app.adapters.sql.tables import metadata


def run() -> None:
    engine = open_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
