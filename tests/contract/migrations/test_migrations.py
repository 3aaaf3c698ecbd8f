"""`acs migrate`, from nothing and from the first release, on SQLite and on PostgreSQL."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from app.adapters.clock import SystemClock
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.schema import NotMigrated, is_migrated, migrate
from app.adapters.sql.tables import audit, lanes, metadata
from app.demo.stack import PROJECT
from tests.e2e.world import eventually


def differences(engine: Engine) -> Sequence[object]:
    """What `alembic check` would complain about."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def as_first_released(engine: Engine) -> MetaData:
    """The tables that are in the database, before any later revision."""
    found = MetaData()
    found.reflect(engine)
    found.remove(found.tables["alembic_version"])
    return found


def test_migrations_from_nothing_make_the_tables_the_code_works_with(url: str, engine: Engine) -> None:
    assert not is_migrated(engine)

    migrate(url)

    assert differences(engine) == []
    assert is_migrated(engine)


def test_migrations_of_the_first_release_make_the_same_tables(first_release: str, engine: Engine) -> None:
    migrate(first_release)

    assert differences(engine) == []
    assert is_migrated(engine)


def test_migrating_again_changes_nothing(first_release: str, engine: Engine) -> None:
    migrate(first_release)
    migrate(first_release)

    assert is_migrated(engine)


def test_the_audit_log_of_the_first_release_refuses_changes_still(first_release: str, engine: Engine) -> None:
    migrate(first_release)

    for change in (update(audit).values(outcome="better"), delete(audit)):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(change)


def test_a_process_of_the_first_release_can_go_on_writing(first_release: str, engine: Engine) -> None:
    tables = as_first_released(engine).sorted_tables
    with engine.begin() as connection:
        written = [(table, connection.execute(select(table)).mappings().all()) for table in tables]
    migrate(first_release)

    with engine.begin() as connection:
        for table, rows in written:
            if table.name != "audit":
                connection.execute(delete(table))
            connection.execute(table.insert(), [{k: v for k, v in row.items() if k != "id"} for row in rows])


def test_what_a_process_of_the_first_release_wrote_meanwhile_is_found(first_release: str, engine: Engine) -> None:
    journal = SqlJournal(engine, SystemClock())
    migrate(first_release)
    with engine.begin() as connection:
        waits = connection.execute(select(lanes.c.lane).where(lanes.c.due_at.is_not(None))).scalars().all()
        connection.execute(update(lanes).values(due_at=None, tenant=""))

    assert journal.enter_overlooked() == len(waits) > 0
    assert journal.enter_overlooked() == 0
    with engine.begin() as connection:
        found = connection.execute(select(lanes.c.lane, lanes.c.tenant).where(lanes.c.due_at.is_not(None))).all()
    assert {row.lane for row in found} == set(waits)
    assert {row.tenant.partition("/")[0] for row in found} == {"github.com"}


def test_a_revision_that_cannot_be_applied_leaves_the_database_as_it_was(url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tasks (of_somebody_else INTEGER)"))

    with pytest.raises(NotMigrated, match="already exists"):
        migrate(url)

    assert inspect(engine).get_table_names() == ["tasks"]


def test_a_database_of_a_later_version_is_worked_with_and_not_migrated(first_release: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2042'"))

    with pytest.raises(NotMigrated, match="the database has the schema 2042"):
        migrate(first_release)

    assert is_migrated(engine)


def start_to_migrate(url: str) -> "subprocess.Popen[bytes]":
    command = f"from app.adapters.sql.schema import migrate; migrate({url!r})"
    return subprocess.Popen([sys.executable, "-c", command], cwd=PROJECT, stderr=subprocess.PIPE)


def test_several_that_migrate_at_once_do_it_once(url: str, engine: Engine) -> None:
    processes = [start_to_migrate(url) for _ in range(3)]

    complaints = [process.communicate(timeout=60)[1].decode() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], complaints
    assert differences(engine) == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_one_that_comes_while_another_migrates_waits_for_it(url: str, engine: Engine) -> None:
    with engine.connect() as holding_up:
        holding_up.execute(text("CREATE TABLE audit (of_somebody_who_is_not_done INTEGER)"))
        processes = [start_to_migrate(url) for _ in range(2)]
        eventually(lambda: how_many_wait(engine) == len(processes), what="both waiting")
        holding_up.rollback()

    complaints = [process.communicate(timeout=60)[1].decode() for process in processes]

    assert [process.returncode for process in processes] == [0, 0], complaints
    assert differences(engine) == []


def how_many_wait(engine: Engine) -> int:
    with engine.connect() as connection:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return connection.execute(waiting).scalar_one()
