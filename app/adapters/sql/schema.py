"""The schema, and bringing a database to it. Apart from `engine`, because only few processes need Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.adapters.sql.engine import reading

MIGRATIONS = Path(__file__).parent / "migrations"


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring the database to this version's schema; safe to run again."""
    command.upgrade(_alembic(url), "head")


def is_migrated(engine: Engine) -> bool:
    """Whether the database has exactly the schema this version was written for."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
