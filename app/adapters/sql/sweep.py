"""The sweep's ledger in SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, and_, exists, func, select, update

from app.adapters.sql.audit_log import append
from app.adapters.sql.engine import reading, upsert, writing
from app.adapters.sql.tables import deliveries, hook_deliveries, millis, millis_of, moment, sweeps
from app.errors import StaleFence
from app.ports.clock import Clock
from app.ports.hook_deliveries import Cursor
from app.ports.journal import DeliveryState
from app.ports.sweep import Expected, ExpectedState, Progress, SweepLease

MOST_MISSING = 5_000  # looked at in one go, the oldest


class SqlSweepLedger:
    """Implements `app.ports.sweep.SweepLedger` for one App on one host."""

    def __init__(self, engine: Engine, clock: Clock, *, host: str, app_id: int) -> None:
        self._engine, self._clock = engine, clock
        self._app = {"host": host, "app_id": app_id}

    def lease(self, *, owner: str, ttl: timedelta) -> SweepLease | None:
        now = millis(self._clock.now())
        with writing(self._engine, forgettable=True) as connection:
            first = upsert(connection, sweeps).values(**self._app, owner="", fence=0, leased_until=0)
            connection.execute(first.on_conflict_do_nothing())
            fence = connection.execute(
                update(sweeps)
                .where(self._ours(sweeps), sweeps.c.leased_until <= now)
                .values(owner=owner, fence=sweeps.c.fence + 1, leased_until=now + millis_of(ttl))
                .returning(sweeps.c.fence)
            ).scalar()
        return None if fence is None else SweepLease(owner, fence)

    def renew(self, lease: SweepLease, *, ttl: timedelta) -> None:
        with writing(self._engine, forgettable=True) as connection:
            self._hold(connection, lease, leased_until=millis(self._clock.now()) + millis_of(ttl))

    def release(self, lease: SweepLease) -> None:
        with writing(self._engine, forgettable=True) as connection:
            connection.execute(update(sweeps).where(self._held(lease)).values(owner="", leased_until=0))

    def _hold(self, connection: Connection, lease: SweepLease, **values: int | str | None) -> None:
        """Make sure, for the rest of this transaction, that nobody else sweeps; and write what changes by that."""
        held = connection.execute(update(sweeps).where(self._held(lease)).values(owner=lease.owner, **values))
        if held.rowcount != 1:
            raise StaleFence(f"somebody else sweeps by now: fence {lease.fence} is over")

    def _held(self, lease: SweepLease) -> ColumnElement[bool]:
        return and_(self._ours(sweeps), sweeps.c.owner == lease.owner, sweeps.c.fence == lease.fence)

    def progress(self) -> Progress:
        with reading(self._engine) as connection:
            row = connection.execute(select(sweeps).where(self._ours(sweeps))).first()
        if row is None:
            return Progress()
        return Progress(
            watermark=_moment(row.watermark),
            listed_at=_moment(row.listed_at),
            began_at=_moment(row.began_at),
            newest=_moment(row.newest),
            cursor=None if row.cursor is None else Cursor(row.cursor),
            paused_until=_moment(row.paused_until),
        )

    def expected(self, guids: Collection[str]) -> Mapping[str, Expected]:
        these = and_(self._ours(hook_deliveries), hook_deliveries.c.guid.in_(guids))
        with reading(self._engine) as connection:
            return {row.guid: _expected(row) for row in connection.execute(select(hook_deliveries).where(these))}

    def kept(self, guids: Collection[str]) -> Mapping[str, DeliveryState]:
        found: dict[str, DeliveryState] = {}
        with reading(self._engine) as connection:
            for some in _in_portions(list(guids)):
                rows = connection.execute(
                    select(deliveries.c.guid, deliveries.c.state).where(
                        self._ours(deliveries), deliveries.c.guid.in_(some)
                    )
                )
                found.update((row.guid, cast(DeliveryState, row.state)) for row in rows)
        return found

    def missing(self) -> Sequence[Expected]:
        in_order = (hook_deliveries.c.delivered_at, hook_deliveries.c.first_id)
        these = select(hook_deliveries).where(self._ours(hook_deliveries), hook_deliveries.c.state == "missing")
        with reading(self._engine) as connection:
            return [_expected(row) for row in connection.execute(these.order_by(*in_order).limit(MOST_MISSING))]

    def heard_at(self) -> datetime | None:
        newest = select(func.max(deliveries.c.received_at))
        with reading(self._engine) as connection:
            return _moment(connection.execute(newest).scalar())

    def asked_since(self, moment: datetime) -> int:
        asked = select(func.count()).where(
            self._ours(hook_deliveries),
            hook_deliveries.c.state.in_(("missing", "recovered", "lost")),
            hook_deliveries.c.asked_at > millis(moment),
        )
        with reading(self._engine) as connection:
            return connection.execute(asked).scalar_one()

    def save(self, lease: SweepLease, expected: Sequence[Expected], progress: Progress | None = None) -> None:
        with writing(self._engine) as connection:
            self._hold(connection, lease, **({} if progress is None else _progress_row(progress)))
            for one in expected:
                if one.state == "lost" and not self._is_lost(connection, one):
                    self._audit_loss(connection, one)
                self._put(connection, one)

    def _put(self, connection: Connection, one: Expected) -> None:
        values = _row(one)
        row = upsert(connection, hook_deliveries).values(**self._app, guid=one.guid, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["host", "app_id", "guid"], set_=values))

    def _is_lost(self, connection: Connection, one: Expected) -> bool:
        lost = select(hook_deliveries.c.guid).where(self._is(one.guid), hook_deliveries.c.state == "lost")
        return connection.execute(lost).first() is not None

    def _audit_loss(self, connection: Connection, lost: Expected) -> None:
        append(
            connection,
            at=millis(self._clock.now()),
            correlation_id=lost.guid,
            actor="acs",
            operation="delivery.sweep",
            subject=f"{self._app['host']}/{lost.repository_id or f'installation/{lost.installation_id or 0}'}",
            outcome="lost",
            facts={"guid": lost.guid, "event": lost.event, "asks": str(lost.asks), "reason": lost.reason},
        )

    def recover(self, lease: SweepLease) -> Sequence[str]:
        is_here = exists().where(
            deliveries.c.host == hook_deliveries.c.host,
            deliveries.c.app_id == hook_deliveries.c.app_id,
            deliveries.c.guid == hook_deliveries.c.guid,
            deliveries.c.state != "failed",
        )
        with writing(self._engine) as connection:
            self._hold(connection, lease)
            recovered = connection.execute(
                update(hook_deliveries)
                .where(self._ours(hook_deliveries), hook_deliveries.c.state.in_(("missing", "lost")), is_here)
                .values(state="recovered", reason="")
                .returning(hook_deliveries.c.guid)
            )
            return list(recovered.scalars())

    def asked_by_hand(self, guid: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                update(hook_deliveries)
                .where(self._is(guid), hook_deliveries.c.state.in_(("missing", "lost")))
                .values(asks=hook_deliveries.c.asks + 1, asked_at=millis(at))
            )

    def _is(self, guid: str) -> ColumnElement[bool]:
        return and_(self._ours(hook_deliveries), hook_deliveries.c.guid == guid)

    def _ours(self, table: Table) -> ColumnElement[bool]:
        return and_(*(table.c[name] == value for name, value in self._app.items()))


def _row(one: Expected) -> dict[str, object]:
    return {
        "newest_id": one.newest_id,
        "newest_at": millis(one.newest_at),
        "first_id": one.first_id,
        "delivered_at": millis(one.delivered_at),
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation_id,
        "repository_id": one.repository_id,
        "is_success": one.is_success,
        "state": one.state,
        "reason": one.reason,
        "asks": one.asks,
        "unreached": one.unreached,
        "asked_at": _millis(one.asked_at),
    }


def _expected(row: Row[Any]) -> Expected:
    return Expected(
        guid=row.guid,
        newest_id=row.newest_id,
        newest_at=moment(row.newest_at),
        first_id=row.first_id,
        delivered_at=moment(row.delivered_at),
        event=row.event,
        action=row.action,
        installation_id=row.installation_id,
        repository_id=row.repository_id,
        is_success=row.is_success,
        state=cast(ExpectedState, row.state),
        reason=row.reason,
        asks=row.asks,
        unreached=row.unreached,
        asked_at=_moment(row.asked_at),
    )


def _progress_row(progress: Progress) -> dict[str, int | str | None]:
    return {
        "watermark": _millis(progress.watermark),
        "listed_at": _millis(progress.listed_at),
        "began_at": _millis(progress.began_at),
        "newest": _millis(progress.newest),
        "cursor": progress.cursor,
        "paused_until": _millis(progress.paused_until),
    }


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def _millis(at: datetime | None) -> int | None:
    return None if at is None else millis(at)


def _in_portions(guids: Sequence[str], most: int = 500) -> Sequence[Sequence[str]]:
    """A statement takes only so many values."""
    return [guids[start : start + most] for start in range(0, len(guids), most)]
