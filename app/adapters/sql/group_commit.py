"""What several threads write at the same time, in one transaction: one wait for the disk instead of one each."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from app.adapters.sql.engine import writing
from app.errors import TransientError

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Writes items as they come; while one group is on its way to the disk, the next one gathers.

    There is no thread for it: whoever comes while nobody writes, writes for all that wait.
    `write` returns a result for each item, in their order.
    """

    def __init__(self, engine: Engine, write: Callable[[Connection, Sequence[Item]], Sequence[Result]]) -> None:
        self._engine = engine
        self._write = write
        self._changed = threading.Condition()
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._is_writing = False

    @property
    def waiting(self) -> int:
        """How many items wait for the group that is being written."""
        with self._changed:
            return len(self._waiting)

    def __call__(self, item: Item) -> Result:
        """The item's result, once it is on disk.

        Raises:
            TransientError: nothing of the item's group could be written.
            Exception: what `write` raised for this item; the others of its group are written.
        """
        mine: Future[Result] = Future()
        with self._changed:
            self._waiting.append((item, mine))
            self._changed.wait_for(lambda: mine.done() or not self._is_writing)
            if mine.done():
                return mine.result()
            self._is_writing = True
            group, self._waiting = self._waiting, []
        try:
            self._settle(group)
        finally:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
        return mine.result()

    def _settle(self, group: Sequence[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._commit([item for item, _ in group])
        except BaseException as error:  # noqa: BLE001  # whoever waits for it raises it
            if len(group) == 1 or isinstance(error, TransientError):
                _fail(group, error)
            else:
                for one in group:
                    self._settle([one])
        else:
            for (_, future), result in zip(group, results, strict=True):
                future.set_result(result)

    def _commit(self, items: Sequence[Item]) -> Sequence[Result]:
        with writing(self._engine) as connection:
            return self._write(connection, items)


def _fail(group: Sequence[tuple[Item, Future[Result]]], error: BaseException) -> None:
    for _, future in group:
        future.set_exception(error)
