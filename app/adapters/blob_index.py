"""`BlobIndexes` in a SQLite file of its own: a cache, which may be deleted at any time, and no part of the record."""

import sqlite3
import zlib
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from itertools import chain
from pathlib import Path

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
        with self._database() as database:
            if database is None:
                return {}
            rows = chain.from_iterable(_found(database, some) for some in _some(sorted(keys)))
            found = {key: content for key, packed, checksum in rows if (content := _unpacked(key, packed, checksum))}
            _mark_used(database, found)
            return found
        return {}

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        rows = [(key, *_packed(key, content)) for key, content in entries.items()]
        with self._database() as database:
            if database is None or not rows:
                return
            database.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, unixepoch() / 86400)",
                [(key, packed, checksum, len(packed)) for key, packed, checksum in rows],
            )
            self._forget(database)

    def _forget(self, database: sqlite3.Connection) -> None:
        (size,) = database.execute("SELECT coalesce(sum(size), 0) FROM entries").fetchone()
        if size <= self._largest_bytes:
            return
        database.execute(
            "DELETE FROM entries WHERE key IN (SELECT key FROM"
            " (SELECT key, sum(size) OVER (ORDER BY used DESC, rowid DESC) AS total FROM entries) WHERE total > ?)",
            (int(self._largest_bytes * _KEPT_OF_LIMIT),),
        )

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection | None]:
        """The open file, or nothing where it is locked for long; one that is no database is deleted."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as database, database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = OFF")
                database.execute(_SCHEMA)
                yield database
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            for name in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
                name.unlink(missing_ok=True)


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
