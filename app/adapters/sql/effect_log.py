"""The log of effects in SQL: every entry is on disk before its effect begins."""

from sqlalchemy import Engine, select, update

from app.adapters.sql.engine import upsert, writing
from app.adapters.sql.lanes import hold
from app.adapters.sql.tables import effects, millis
from app.ports.clock import Clock
from app.ports.effects import Confirmed, First, Unfinished
from app.ports.journal import Lease


class SqlEffectLog:
    """Implements `app.ports.effects.EffectLog` for the holder of a lane."""

    def __init__(self, engine: Engine, clock: Clock, lease: Lease) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease

    def intend(self, key: str) -> First | Unfinished | Confirmed:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            hold(connection, self._lease)
            is_first = connection.execute(
                upsert(connection, effects)
                .values(key=key, fence=self._lease.fence, intended_at=now)
                .on_conflict_do_nothing()
                .returning(effects.c.key)
            ).first()
            if is_first is not None:
                return First()
            value = connection.execute(select(effects.c.value).where(effects.c.key == key)).scalar_one()
            return Unfinished() if value is None else Confirmed(value)

    def confirm(self, key: str, value: str) -> None:
        now = millis(self._clock.now())
        with writing(self._engine) as connection:
            hold(connection, self._lease)
            connection.execute(update(effects).where(effects.c.key == key).values(value=value, confirmed_at=now))
