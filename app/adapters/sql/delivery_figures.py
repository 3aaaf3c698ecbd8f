"""Reading what became of deliveries: the figures by the hour, and those that need a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, RowMapping, Table, case, exists, func, select

from app.adapters.sql.engine import reading
from app.adapters.sql.tables import deliveries, hook_deliveries, jobs, millis, millis_of, moment, sweeps
from app.domain.delivery_figures import Counts, DeliveryFigures, FailedDelivery, Hour

HOUR = millis_of(timedelta(hours=1))

_HAS_OPEN_JOBS = exists().where(jobs.c.delivery == deliveries.c.id, jobs.c.finished_at.is_(None))
_HAS_FAILED_JOBS = exists().where(jobs.c.delivery == deliveries.c.id, jobs.c.state == "failed")
_BECAME = case(
    (deliveries.c.state.in_(("received", "failed")), deliveries.c.state),
    (deliveries.c.state != "done", "?"),
    (_HAS_OPEN_JOBS, "received"),
    (_HAS_FAILED_JOBS, "failed"),
    else_="done",
)
_RECEIVED = select(
    (deliveries.c.received_at // HOUR).label("hour"),
    func.count().label("received"),
    func.count().filter(_BECAME == "done").label("done"),
    func.count().filter(_BECAME == "failed").label("failed"),
    func.count().filter(_BECAME == "received").label("in_flight"),
)
_LISTED = select(
    (hook_deliveries.c.delivered_at // HOUR).label("hour"),
    func.count().label("listed"),
    func.sum(hook_deliveries.c.asks).label("asked"),
    func.count().filter(hook_deliveries.c.state == "missing").label("missing"),
    func.count().filter(hook_deliveries.c.state == "recovered").label("recovered"),
    func.count().filter(hook_deliveries.c.state == "lost").label("lost"),
)
_FAILED = select(
    deliveries.c.guid, deliveries.c.event, deliveries.c.lane, deliveries.c.reason, deliveries.c.received_at.label("at")
).where(deliveries.c.state == "failed")
_GIVEN_UP = (
    select(
        deliveries.c.guid,
        deliveries.c.event,
        jobs.c.home.label("lane"),
        (jobs.c.kind + ": " + jobs.c.reason).label("reason"),
        deliveries.c.received_at.label("at"),
    )
    .join(jobs, jobs.c.delivery == deliveries.c.id)
    .where(deliveries.c.state == "done", jobs.c.state == "failed")
)
_LOST = select(
    hook_deliveries.c.guid,
    hook_deliveries.c.event,
    hook_deliveries.c.repository_id,
    hook_deliveries.c.reason,
    hook_deliveries.c.delivered_at.label("at"),
).where(hook_deliveries.c.state == "lost")


class SqlDeliveryFigures:
    """Of one App on one host; `since` is taken back to the beginning of its hour."""

    def __init__(self, engine: Engine, *, host: str, app_id: int) -> None:
        self._engine = engine
        self._host, self._app_id = host, app_id

    def figures(self, since: datetime) -> DeliveryFigures:
        """The figures that show whether anything was lost."""
        with reading(self._engine) as connection:
            ours = _by_hour(connection.execute(_RECEIVED.where(*self._received(since)).group_by("hour")).mappings())
            githubs = _by_hour(connection.execute(_LISTED.where(*self._listed(since)).group_by("hour")).mappings())
            listed_at = connection.execute(select(sweeps.c.listed_at).where(*self._of_app(sweeps))).scalar()
        none = Counts()
        hours = [Hour(moment(at), ours.get(at, none) + githubs.get(at, none)) for at in sorted({*ours, *githubs})]
        return DeliveryFigures(hours, None if listed_at is None else moment(listed_at))

    def failed(self, since: datetime) -> Sequence[FailedDelivery]:
        """The deliveries that were given up here, or are lost on their way, oldest first."""
        with reading(self._engine) as connection:
            here = [
                FailedDelivery(row.guid, row.event, row.lane, row.reason, moment(row.at))
                for question in (_FAILED, _GIVEN_UP)
                for row in connection.execute(question.where(*self._received(since)))
            ]
            lost = [
                FailedDelivery(
                    row.guid, row.event, self._place(row.repository_id), row.reason, moment(row.at), is_lost=True
                )
                for row in connection.execute(_LOST.where(*self._listed(since)))
            ]
        return sorted([*here, *lost], key=lambda one: one.at)

    def _place(self, repository: int | None) -> str:
        return f"{self._host}/{repository}" if repository else self._host

    def _received(self, since: datetime) -> Sequence[ColumnElement[bool]]:
        return (*self._of_app(deliveries), deliveries.c.received_at >= _start(since))

    def _listed(self, since: datetime) -> Sequence[ColumnElement[bool]]:
        return (*self._of_app(hook_deliveries), hook_deliveries.c.delivered_at >= _start(since))

    def _of_app(self, table: Table) -> Sequence[ColumnElement[bool]]:
        return (table.c.host == self._host, table.c.app_id == self._app_id)


def _start(since: datetime) -> int:
    return millis(since) // HOUR * HOUR


def _by_hour(rows: Iterable[RowMapping]) -> Mapping[int, Counts]:
    """The counts by the moment at which their hour starts."""
    return {row["hour"] * HOUR: Counts(**{name: int(row[name]) for name in row if name != "hour"}) for row in rows}
