"""The webhook deliveries of an App: those still to be made, and the log of those that were.

A delivery is written in the transaction of what it tells about, so neither exists without the other, and stays
`pending` until the receiver's answer is written beside it: a restart goes on where a kill stopped. It gets its number
in the log only then. What is told for the first time and what is told again wait in queues of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random
from threading import Event
from time import time
from typing import Literal, TypeVar

from pydantic import TypeAdapter

from app.demo.github.store import LAST_ID, Store, Value

T = TypeVar("T")

Queue = Literal["live", "redelivery"]
Log = Literal["success", "failure"]

# the columns that are looked for stand before the long ones, which SQLite then need not read
SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL, position INTEGER NOT NULL,
  app_id INTEGER NOT NULL, number INTEGER UNIQUE, message TEXT NOT NULL, outcome TEXT
)
"""
INDEXES = (
    "CREATE INDEX IF NOT EXISTS deliveries_by_turn ON deliveries (state, queue, due, position)",
    "CREATE INDEX IF NOT EXISTS deliveries_by_position ON deliveries (position)",
    "CREATE INDEX IF NOT EXISTS deliveries_by_number ON deliveries (app_id, number)",
    "CREATE INDEX IF NOT EXISTS deliveries_by_outcome ON deliveries (app_id, state, number)",
)
FIRST_NUMBER = 10_000_000
IDLE_SECONDS = 1.0


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
class Attempt:
    """A delivery whose turn it is."""

    row: int
    message: Message


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt that was made; `id` is its number in the log, which counts in the order of the attempts."""

    id: int
    message: Message
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Shuffle:
    """When the copies of a delivery are sent: each somewhere in a window that begins now, as the seed throws it."""

    seed: int
    window_seconds: float

    def due(self, position: int) -> float:
        return time() + Random(self.seed * 2**32 + position).uniform(0, self.window_seconds)  # noqa: S311


@lru_cache
def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


class Outbox:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.wake: Mapping[Queue, Event] = {"live": Event(), "redelivery": Event()}
        for statement in (SCHEMA, *INDEXES):
            store.rows(statement)

    def put(self, message: Message, *, copies: int = 1, held: bool = False, shuffle: Shuffle | None = None) -> None:
        text = _adapter(Message).dump_json(message).decode()
        queue: Queue = "redelivery" if message.redelivery else "live"
        for _ in range(copies):
            position = self._last_position() + 1
            self._store.rows(
                "INSERT INTO deliveries (queue, state, due, position, app_id, message) VALUES (?, ?, ?, ?, ?, ?)",
                queue,
                "held" if held else "pending",
                shuffle.due(position) if shuffle else 0,
                position,
                message.app_id,
                text,
            )
        self.wake[queue].set()

    def next(self, queue: Queue) -> Attempt | None:
        """The delivery of a queue whose turn it is."""
        found = self._store.rows(
            "SELECT id, message FROM deliveries WHERE state = 'pending' AND queue = ? AND due <= ? "
            "ORDER BY due, position LIMIT 1",
            queue,
            time(),
        )
        return Attempt(int(str(found[0][0])), _message(found[0][1])) if found else None

    def rest_seconds(self, queue: Queue) -> float:
        """How long it is until the next delivery of a queue is due, as far as is known now."""
        found = self._store.rows("SELECT min(due) FROM deliveries WHERE state = 'pending' AND queue = ?", queue)
        due = found[0][0]
        return IDLE_SECONDS if due is None else min(IDLE_SECONDS, max(0.0, float(str(due)) - time()))

    def done(self, attempt: Attempt, outcome: Outcome) -> None:
        self._store.rows(
            "UPDATE deliveries SET state = ?, outcome = ?, "
            "number = (SELECT coalesce(max(number), ?) + 1 FROM deliveries) WHERE id = ?",
            "success" if 200 <= outcome.status_code < 300 else "failure",
            _adapter(Outcome).dump_json(outcome).decode(),
            FIRST_NUMBER,
            attempt.row,
        )

    def made(
        self, app_id: int, *, limit: int, before: int | None = None, state: Log | None = None
    ) -> Sequence[Delivery]:
        """The attempts that were made (and ended so), newest first, older than `before`."""
        older_than = LAST_ID if before is None else min(before, LAST_ID)
        sql, values = "app_id = ? AND number < ?", [app_id, older_than]
        if state is not None:
            return self._select(f"{sql} AND state = ? ORDER BY number DESC LIMIT ?", *values, state, limit)
        return self._select(f"{sql} ORDER BY number DESC LIMIT ?", *values, limit)

    def get(self, app_id: int, delivery_id: int) -> Delivery | None:
        found = self._select("app_id = ? AND number = ?", app_id, min(delivery_id, LAST_ID))
        return found[0] if found else None

    def waiting(self) -> int:
        """How many are still to be made; those held back are not counted."""
        return int(str(self._store.rows("SELECT count(*) FROM deliveries WHERE state = 'pending'")[0][0]))

    def release(self, *, shuffled_by: int | None) -> int:
        """Let go of what was held back, in order or as the seed shuffles it; returns how many.

        Copies that wait for their moment need wait no longer.
        """
        with self._store.transaction():
            self._store.rows("UPDATE deliveries SET due = 0 WHERE state = 'pending' AND due > 0")
            rows = self._store.rows("SELECT id FROM deliveries WHERE state = 'held' ORDER BY position")
            held = [row[0] for row in rows]
            if shuffled_by is not None:
                Random(shuffled_by).shuffle(held)  # noqa: S311  # the same seed must give the same order
            for position, delivery_id in enumerate(held, start=self._last_position() + 1):
                self._store.rows(
                    "UPDATE deliveries SET state = 'pending', position = ? WHERE id = ?", position, delivery_id
                )
        self.wake["live"].set()
        return len(held)

    def _last_position(self) -> int:
        return int(str(self._store.rows("SELECT coalesce(max(position), 0) FROM deliveries")[0][0]))

    def _select(self, where: str, *values: Value) -> Sequence[Delivery]:
        rows = self._store.rows(f"SELECT number, message, outcome FROM deliveries WHERE {where}", *values)  # noqa: S608
        return [
            Delivery(int(str(number)), _message(message), _adapter(Outcome).validate_json(str(outcome)))
            for number, message, outcome in rows
        ]


def _message(text: Value) -> Message:
    return _adapter(Message).validate_json(str(text))
