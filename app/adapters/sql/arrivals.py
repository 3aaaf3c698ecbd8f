"""Deliveries as they arrive: each is kept once, in its lane."""

import zlib
from collections.abc import Sequence
from functools import cache
from uuid import uuid4

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlalchemy.sql.dml import ReturningInsert

from app.adapters.sql.engine import insert_for
from app.adapters.sql.lanes import enter, lane_of, tenant_of
from app.adapters.sql.redelivery import KeptDelivery, put_back_failed
from app.adapters.sql.tables import deliveries, lanes, millis
from app.ports.journal import Lane, NewDelivery, Receipt


def keep(connection: Connection, arrived: Sequence[NewDelivery]) -> Sequence[Receipt]:
    """Keep deliveries; return their receipts in the same order.

    Lanes are locked before sequence numbers are drawn, so that within a lane a smaller number was always committed
    earlier, and in the order of their names, so that two groups never wait for each other.
    """
    places = sorted((lane_of(connection, one.subject), place) for place, one in enumerate(arrived))
    receipts = {place: _keep(connection, lane, arrived[place]) for lane, place in places}
    return [receipts[place] for place in range(len(arrived))]


def _keep(connection: Connection, lane: Lane, delivery: NewDelivery) -> Receipt:
    received_at, correlation_id = millis(delivery.received_at), uuid4().hex
    enter(connection, lane, tenant=tenant_of(delivery.subject), due_at=received_at)
    values = {
        "host": delivery.subject.host,
        "app_id": delivery.app_id,
        "guid": delivery.guid,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.subject.installation_id,
        "lane": lane,
        "body": zlib.compress(delivery.body, 1),
        "state": "received",
        "correlation_id": correlation_id,
        "received_at": received_at,
    }
    number = connection.execute(_inserting(connection.dialect.name), values).scalar()
    if number is None:
        return _seen_before(connection, delivery)
    if delivery.cancels:
        connection.execute(update(lanes).where(lanes.c.lane == lane).values(cancelled_by=number))
    return Receipt(lane, "received", is_new=True, correlation_id=correlation_id)


def _seen_before(connection: Connection, delivery: NewDelivery) -> Receipt:
    same = {"of_host": delivery.subject.host, "of_app": delivery.app_id, "of_guid": delivery.guid}
    row = connection.execute(select(deliveries).where(_SAME), same).one()
    if row.state == "done":
        kept = KeptDelivery(row.id, delivery.guid, Lane(row.lane), row.correlation_id, tenant_of(delivery.subject))
        put_back = put_back_failed(connection, kept, by=delivery.subject.host, at=millis(delivery.received_at))
        if put_back is not None:
            return Receipt(put_back.lanes[0], "received", is_new=False, correlation_id=row.correlation_id)
    state = "received" if row.state == "failed" else row.state
    if row.state == "failed":
        again = update(deliveries).where(_SAME).values(state="received", reason="", finished_at=None)
        connection.execute(again, same)
        enter(connection, row.lane, tenant=tenant_of(delivery.subject), due_at=row.received_at)
    return Receipt(row.lane, state, is_new=False, correlation_id=row.correlation_id)


@cache
def _inserting(dialect: str) -> ReturningInsert[int]:
    return insert_for(dialect, deliveries).on_conflict_do_nothing().returning(deliveries.c.id)


_SAME = and_(
    deliveries.c.host == bindparam("of_host"),
    deliveries.c.app_id == bindparam("of_app"),
    deliveries.c.guid == bindparam("of_guid"),
)
