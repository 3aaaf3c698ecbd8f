"""The webhook deliveries of an App: those still to be made, and the log of those that were.

A delivery is written in the transaction of what it tells about, so neither exists without the other, and stays
`pending` until the receiver's answer is written beside it: a restart goes on where a kill stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random
from threading import Event
from typing import TypeVar

from pydantic import TypeAdapter

from app.demo.github.store import LAST_ID, Store, Value

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER NOT NULL, state TEXT NOT NULL, app_id INTEGER NOT NULL,
  message TEXT NOT NULL, outcome TEXT
)
"""
INDEXES = (
    "CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, position)",
    "CREATE INDEX IF NOT EXISTS deliveries_by_position ON deliveries (position)",
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told, to which App; `payload` is the JSON document as it will be signed and sent."""

    guid: str
    app_id: int
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    payload: str
    redelivery: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the receiver answered one attempt; `duration` in seconds."""

    delivered_at: datetime
    duration: float
    status: str
    status_code: int
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    response_payload: str


@dataclass(frozen=True, slots=True)
class Delivery:
    id: int
    message: Message
    outcome: Outcome | None


@lru_cache
def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


class Outbox:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.wake = Event()
        for statement in (SCHEMA, *INDEXES):
            store.rows(statement)

    def put(self, message: Message, *, copies: int = 1, held: bool = False) -> None:
        text = _adapter(Message).dump_json(message).decode()
        for _ in range(copies):
            self._store.rows(
                "INSERT INTO deliveries (position, state, app_id, message) VALUES (?, ?, ?, ?)",
                self._last_position() + 1,
                "held" if held else "pending",
                message.app_id,
                text,
            )
        self.wake.set()

    def next(self) -> Delivery | None:
        """The delivery whose turn it is."""
        found = self._select("state = 'pending' ORDER BY position LIMIT 1")
        return found[0] if found else None

    def done(self, delivery: Delivery, outcome: Outcome) -> None:
        text = _adapter(Outcome).dump_json(outcome).decode()
        self._store.rows("UPDATE deliveries SET state = 'done', outcome = ? WHERE id = ?", text, delivery.id)

    def made(self, app_id: int, *, limit: int, before: int | None = None) -> Sequence[Delivery]:
        """The attempts that were made, newest first, older than `before`."""
        older_than = LAST_ID if before is None else min(before, LAST_ID)
        return self._select(
            "state = 'done' AND app_id = ? AND id < ? ORDER BY id DESC LIMIT ?", app_id, older_than, limit
        )

    def get(self, app_id: int, delivery_id: int) -> Delivery | None:
        found = self._select("app_id = ? AND id = ?", app_id, min(delivery_id, LAST_ID))
        return found[0] if found else None

    def waiting(self) -> int:
        """How many are still to be made; those held back are not counted."""
        return int(str(self._store.rows("SELECT count(*) FROM deliveries WHERE state = 'pending'")[0][0]))

    def release(self, *, shuffled_by: int | None) -> int:
        """Let go of what was held back, in order or as the seed shuffles it; returns how many."""
        with self._store.transaction():
            rows = self._store.rows("SELECT id FROM deliveries WHERE state = 'held' ORDER BY position")
            held = [row[0] for row in rows]
            if shuffled_by is not None:
                Random(shuffled_by).shuffle(held)  # noqa: S311  # the same seed must give the same order
            for position, delivery_id in enumerate(held, start=self._last_position() + 1):
                self._store.rows(
                    "UPDATE deliveries SET state = 'pending', position = ? WHERE id = ?", position, delivery_id
                )
        self.wake.set()
        return len(held)

    def _last_position(self) -> int:
        return int(str(self._store.rows("SELECT coalesce(max(position), 0) FROM deliveries")[0][0]))

    def _select(self, where: str, *values: Value) -> Sequence[Delivery]:
        rows = self._store.rows(f"SELECT id, message, outcome FROM deliveries WHERE {where}", *values)  # noqa: S608
        return [_delivery(row) for row in rows]


def _delivery(row: Sequence[Value]) -> Delivery:
    delivery_id, message, outcome = row
    return Delivery(
        int(str(delivery_id)),
        _adapter(Message).validate_json(str(message)),
        _adapter(Outcome).validate_json(str(outcome)) if outcome is not None else None,
    )
