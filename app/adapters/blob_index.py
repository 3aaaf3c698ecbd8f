"""`BlobIndexes` in a SQLite file of its own: a cache, which may be deleted at any time, and no part of the record."""

import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, content BLOB NOT NULL, checksum BLOB NOT NULL,"
    " size INTEGER NOT NULL, used INTEGER NOT NULL)"
)
_LARGEST_ENTRY_BYTES = 4 * 1024**2
_AT_ONCE = 500
_KEPT_OF_LIMIT = 0.8
_WAIT_S = 10.0


class DiskBlobIndexes:
    """Keeps at most `largest_bytes`; what was not used for longest is forgotten first, by the day.

    A damaged entry is forgotten, a damaged file is begun anew. Several processes may use one file.
    """

    def __init__(self, path: Path, *, largest_bytes: int) -> None:
        self._path = path
        self._largest_bytes = largest_bytes

    def get_many(self, keys: Collection[str]) -> Mapping[str, bytes]:
        return self._with_database(lambda database: _remembered(database, keys)) or {}

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        rows = [(key, *_packed(key, content)) for key, content in entries.items()]
        if rows:
            self._with_database(lambda database: self._put(database, rows))

    def _put(self, database: sqlite3.Connection, rows: Sequence[tuple[str, bytes, bytes]]) -> None:
        database.executemany(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, unixepoch() / 86400)",
            [(key, packed, checksum, len(packed)) for key, packed, checksum in rows],
        )
        (size,) = database.execute("SELECT sum(size) FROM entries").fetchone()
        if size > self._largest_bytes:
            database.execute(
                "DELETE FROM entries WHERE key IN (SELECT key FROM"
                " (SELECT key, sum(size) OVER (ORDER BY used DESC, rowid DESC) AS total FROM entries) WHERE total > ?)",
                (int(self._largest_bytes * _KEPT_OF_LIMIT),),
            )

    def _with_database(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What the work comes to, in one transaction; nothing where the file cannot be used.

        A file that is no database is deleted.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as database, database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = OFF")
                database.execute(_SCHEMA)
                return work(database)
        except sqlite3.OperationalError:  # locked for long, a full disk, a folder in its place
            return None
        except sqlite3.DatabaseError:
            for name in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
                name.unlink(missing_ok=True)
            return None


def _remembered(database: sqlite3.Connection, keys: Collection[str]) -> Mapping[str, bytes]:
    rows = chain.from_iterable(_found(database, some) for some in _some(sorted(keys)))
    unpacked = ((key, _unpacked(key, packed, checksum)) for key, packed, checksum in rows)
    found = {key: content for key, content in unpacked if content is not None}
    _mark_used(database, found)
    return found


def _found(database: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, bytes, bytes]]:
    marks = ", ".join("?" * len(keys))
    yield from database.execute(f"SELECT key, content, checksum FROM entries WHERE key IN ({marks})", keys)  # noqa: S608  # question marks


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))


def _mark_used(database: sqlite3.Connection, keys: Collection[str]) -> None:
    today = "unixepoch() / 86400"
    for some in _some(sorted(keys)):
        marks = ", ".join("?" * len(some))
        database.execute(f"UPDATE entries SET used = {today} WHERE used < {today} AND key IN ({marks})", some)  # noqa: S608  # question marks


def _packed(key: str, content: bytes) -> tuple[bytes, bytes]:
    packed = zlib.compress(content, level=1)
    return packed, _checksum(key, packed)


def _unpacked(key: str, packed: bytes, checksum: bytes) -> bytes | None:
    if _checksum(key, packed) != checksum:
        return None
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, _LARGEST_ENTRY_BYTES)
    except zlib.error:
        return None
    return content if unpacking.eof else None


def _checksum(key: str, packed: bytes) -> bytes:
    return blake2b(key.encode() + b"\0" + packed, digest_size=16).digest()
