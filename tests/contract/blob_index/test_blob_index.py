"""`BlobIndexes` as promised, by the real file and by the fake that stands for it."""

import random
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.adapters.blob_index import DiskBlobIndexes
from app.ports.blob_indexes import BlobIndexes
from tests.fakes.blob_indexes import FakeBlobIndexes

MIB = 1024**2


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "blob_index.db"


def _on_disk(file: Path) -> BlobIndexes:
    return DiskBlobIndexes(file, largest_bytes=MIB)


def _fake(_: Path) -> BlobIndexes:
    return FakeBlobIndexes()


@pytest.mark.parametrize("begin", [pytest.param(_on_disk, id="on disk"), pytest.param(_fake, id="the fake")])
def test_what_was_put_comes_back_as_it_was(begin: Callable[[Path], BlobIndexes], file: Path) -> None:
    indexes = begin(file)
    entries = {f"1.{n}": bytes([n % 256]) * n for n in range(1, 1_300)}

    indexes.put_many(entries)
    indexes.put_many({"1.5": b"again"})
    indexes.put_many({})

    assert indexes.get_many([*entries, "gone"]) == {**entries, "1.5": b"again"}
    assert indexes.get_many([]) == {}


def test_another_process_finds_what_one_remembered(file: Path) -> None:
    DiskBlobIndexes(file, largest_bytes=MIB).put_many({"a": b"1"})

    assert DiskBlobIndexes(file, largest_bytes=MIB).get_many(["a"]) == {"a": b"1"}


def test_what_was_not_used_for_longest_is_forgotten_when_there_is_no_room(file: Path) -> None:
    indexes = DiskBlobIndexes(file, largest_bytes=MIB)
    noise = random.Random(7)
    indexes.put_many({f"old{n}": noise.randbytes(100_000) for n in range(6)})
    _sql(file, "UPDATE entries SET used = used - 3")
    indexes.get_many(["old0"])

    indexes.put_many({f"new{n}": noise.randbytes(100_000) for n in range(6)})

    left = set(indexes.get_many([f"{age}{n}" for age in ("old", "new") for n in range(6)]))
    assert {"old0", *(f"new{n}" for n in range(6))} <= left
    assert len(left) == 8


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE entries SET content = x'00'", id="content"),
        pytest.param("UPDATE entries SET checksum = x'00'", id="checksum"),
        pytest.param("UPDATE entries SET key = 'b' WHERE key = 'a'", id="under another key"),
    ],
)
def test_a_damaged_entry_is_forgotten(file: Path, damage: str) -> None:
    indexes = DiskBlobIndexes(file, largest_bytes=MIB)
    indexes.put_many({"a": b"one"})
    _sql(file, damage)

    assert indexes.get_many(["a", "b"]) == {}
    indexes.put_many({"a": b"two"})
    assert indexes.get_many(["a"]) == {"a": b"two"}


@pytest.mark.parametrize("content", [b"no database" * 1_000, b""], ids=["rubbish", "empty"])
def test_a_damaged_file_is_begun_anew(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    indexes = DiskBlobIndexes(file, largest_bytes=MIB)

    assert indexes.get_many(["a"]) == {}
    indexes.put_many({"a": b"1"})

    assert indexes.get_many(["a"]) == {"a": b"1"}


def test_several_workers_remember_at_once(file: Path) -> None:
    def work(worker: int) -> None:
        indexes = DiskBlobIndexes(file, largest_bytes=MIB)
        for n in range(20):
            indexes.put_many({f"{worker}.{n}": b"x"})
            indexes.get_many([f"{n}.{worker}"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    found = DiskBlobIndexes(file, largest_bytes=MIB).get_many([f"{w}.{n}" for w in range(4) for n in range(20)])
    assert len(found) == 80


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    indexes = DiskBlobIndexes(tmp_path / "folder.db", largest_bytes=MIB)

    indexes.put_many({"a": b"1"})

    assert indexes.get_many(["a"]) == {}


def _sql(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute(statement)
    database.close()
