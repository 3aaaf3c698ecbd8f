"""The schema, and bringing a database to it. Apart from `engine`, because only few processes need Alembic."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.adapters.sql.engine import open_engine, reading

MIGRATIONS = Path(__file__).parent / "migrations"


class NotMigrated(Exception):
    """The database is as it was; the message says why."""


def migrate(url: str) -> None:
    """Bring the database to this version's schema; safe to run again, and by several at once.

    Every revision is applied, or none. Processes of the version before may go on meanwhile: revisions only add.

    Raises:
        NotMigrated: a later version was here already, or a revision could not be applied.
        TransientError: the database does not answer.
    """
    _refuse_later_schema(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        raise NotMigrated(f"a revision could not be applied: {error.orig}") from error


def is_migrated(engine: Engine) -> bool:
    """Whether this version can work with the database: it has its schema, or that of a later version."""
    revision = _revision_of(engine)
    return revision is not None and (revision == _head() or _is_later(revision))


def _refuse_later_schema(url: str) -> None:
    engine = open_engine(url)
    revision = _revision_of(engine)
    engine.dispose()
    if revision is not None and _is_later(revision):
        raise NotMigrated(
            f"the database has the schema {revision}, which this version of ACS does not know: "
            "run the `acs migrate` of the version that made it, or a later one"
        )


def _revision_of(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_later(revision: str) -> bool:
    return revision not in _known()


def _head() -> str:
    return _known()[0]


@cache
def _known() -> tuple[str, ...]:
    """The revisions of this version, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
