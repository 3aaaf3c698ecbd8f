"""How long each installation is left alone, kept in SQL for all processes."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, select

from app.adapters.sql.engine import reading, upsert, writing
from app.adapters.sql.tables import accounts, millis
from app.errors import Limited
from app.ports.budgets import Account
from app.ports.clock import Clock

log = structlog.stdlib.get_logger()


class SqlPauses:
    """Implements `app.ports.budgets.Pauses` for every process on this database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def check(self, account: Account) -> None:
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(_is(account))).first()
        refusal = pause_of(row, account, self._clock.now()) if row else None
        if refusal:
            raise refusal

    def begin(self, account: Account, *, until: datetime, why: str) -> None:
        pause = {"paused_until": millis(until), "paused_why": why}
        key = {"host": account.host, "installation_id": account.installation_id}
        with writing(self._engine) as connection:
            begun = connection.execute(
                upsert(connection, accounts)
                .values(**key, **pause)
                .on_conflict_do_update(
                    index_elements=list(key), set_=pause, where=accounts.c.paused_until < pause["paused_until"]
                )
                .returning(accounts.c.host)
            ).first()
        if begun:
            log.warning("installation left alone", host=account.host, account=str(account), until=str(until), why=why)


def _is(account: Account) -> ColumnElement[bool]:
    return and_(accounts.c.host == account.host, accounts.c.installation_id == account.installation_id)


def locked(connection: Connection, account: Account) -> Row[tuple[object, ...]]:
    """The account's row, which nobody else changes or locks before this transaction ends."""
    key = {"host": account.host, "installation_id": account.installation_id}
    return connection.execute(
        upsert(connection, accounts)
        .values(**key, paused_until=0, paused_why="")
        .on_conflict_do_update(index_elements=list(key), set_={"host": account.host})
        .returning(accounts)
    ).one()


def pause_of(row: Row[tuple[object, ...]], account: Account, now: datetime) -> Limited | None:
    left = timedelta(milliseconds=row.paused_until - millis(now))
    if left <= timedelta():
        return None
    return Limited(f"{account} is left alone: {row.paused_why}", retry_after=left)
