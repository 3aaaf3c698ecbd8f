"""Forgetting what need not be kept for ever."""

from datetime import datetime

from sqlalchemy import Engine, func, select, update

from app.adapters.sql.engine import writing
from app.adapters.sql.tables import deliveries, jobs, millis

AT_ONCE = 500  # so that whoever waits to write waits for milliseconds


def forget_bodies(engine: Engine, *, before: datetime) -> int:
    """Empty the bodies of deliveries that came before then and are done with all of their jobs; return how many.

    The rows stay: by their GUIDs nothing is done twice, their numbers order what came after them, and the figures
    count them.
    """
    old = (
        select(deliveries.c.id)
        .where(
            deliveries.c.received_at < millis(before),
            deliveries.c.state == "done",
            func.length(deliveries.c.body) > 0,
            deliveries.c.id.not_in(select(jobs.c.delivery).where(jobs.c.finished_at.is_(None))),
        )
        .limit(AT_ONCE)
    )
    forgotten = 0
    while True:
        with writing(engine) as connection:
            some = connection.execute(update(deliveries).where(deliveries.c.id.in_(old)).values(body=b"")).rowcount
        forgotten += some
        if some < AT_ONCE:
            return forgotten
