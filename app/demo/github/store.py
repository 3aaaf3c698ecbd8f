"""Keeps records on disk: one SQLite file, one writer at a time, nothing lost when the process is killed."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TypeVar

from pydantic import TypeAdapter

from app.demo.github.records import Record

R = TypeVar("R", bound=Record)
Value = str | int | float | bytes | None

LAST_ID = 2**63 - 1
FIRST_ID = 1_000_000  # far from issue numbers, so that one taken for the other is noticed

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, parent INTEGER NOT NULL, key TEXT, body TEXT NOT NULL,
  UNIQUE (kind, parent, key)
);
CREATE INDEX IF NOT EXISTS documents_by_state ON documents (kind, parent, json_extract(body, '$.state'));
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@lru_cache
def _adapter(kind: type[R]) -> TypeAdapter[R]:
    return TypeAdapter(kind)


class Store:
    """Records by id, or by kind, parent and key. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # WAL with NORMAL loses nothing to a killed process, only (a little) to a power cut.
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")
        self._connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'documents', ? "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'documents')",
            (FIRST_ID,),
        )

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All of what is done inside, or none of it; a transaction inside another belongs to the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: Value) -> Sequence[Sequence[Value]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def insert(self, record: R) -> R:
        """The record with its new id.

        Raises:
            sqlite3.IntegrityError: there is one of that kind, parent and key already.
        """
        body = _adapter(type(record)).dump_json(record).decode()
        with self._lock:
            row = self._connection.execute(
                "INSERT INTO documents (id, kind, parent, key, body) VALUES (?, ?, ?, ?, ?)",
                (record.id or None, type(record).__name__, record.parent, record.key, body),
            )
            return replace(record, id=row.lastrowid)

    def save(self, record: R) -> R:
        body = _adapter(type(record)).dump_json(record).decode()
        self.rows("UPDATE documents SET key = ?, body = ? WHERE id = ?", record.key, body, record.id)
        return record

    def delete(self, record: Record) -> None:
        self.rows("DELETE FROM documents WHERE id = ?", record.id)

    def get(self, kind: type[R], record_id: int) -> R | None:
        if record_id > LAST_ID:
            return None
        found = self.rows("SELECT id, body FROM documents WHERE id = ? AND kind = ?", record_id, kind.__name__)
        return _load(kind, found[0]) if found else None

    def need(self, kind: type[R], record_id: int) -> R:
        """The record that another one names.

        Raises:
            LookupError: it is gone.
        """
        record = self.get(kind, record_id)
        if record is None:
            raise LookupError(f"{kind.__name__} {record_id} is gone")
        return record

    def find(self, kind: type[R], parent: int, key: str) -> R | None:
        found = self.rows(
            "SELECT id, body FROM documents WHERE kind = ? AND parent = ? AND key = ?", kind.__name__, parent, key
        )
        return _load(kind, found[0]) if found else None

    def all(self, kind: type[R], parent: int | None = None, *, prefix: str = "") -> list[R]:
        """Every record of the kind (below a parent, with a key that starts so), in the order they were made."""
        sql, values = "SELECT id, body FROM documents WHERE kind = ?", [kind.__name__]
        if parent is not None:
            sql, values = f"{sql} AND parent = ?", [*values, parent]
        if prefix:
            sql, values = f"{sql} AND substr(key, 1, ?) = ?", [*values, len(prefix), prefix]
        return [_load(kind, row) for row in self.rows(f"{sql} ORDER BY id", *values)]

    def count(self, kind: type[Record], parent: int, *, state: str | None = None) -> int:
        sql, values = "SELECT count(*) FROM documents WHERE kind = ? AND parent = ?", [kind.__name__, parent]
        if state is not None:
            sql, values = f"{sql} AND json_extract(body, '$.state') = ?", [*values, state]
        return int(str(self.rows(sql, *values)[0][0]))

    def setting(self, name: str) -> str | None:
        found = self.rows("SELECT value FROM settings WHERE name = ?", name)
        return str(found[0][0]) if found else None

    def set_setting(self, name: str, value: str) -> None:
        self.rows(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )


def _load(kind: type[R], row: Sequence[Value]) -> R:
    record = _adapter(kind).validate_json(str(row[1]))
    if not isinstance(record, kind):
        raise TypeError(f"{record!r} was kept as a {kind.__name__}")
    return replace(record, id=int(str(row[0])))
