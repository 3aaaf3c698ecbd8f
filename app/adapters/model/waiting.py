"""Waiting for the items of a stream no longer than is allowed, whatever its source does or does not do."""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


class Late(Exception):
    """The next item did not come in time: the `deadline` of all is over, or there was too long a `silence`."""

    def __init__(self, why: Literal["deadline", "silence"]) -> None:
        super().__init__(why)
        self.why: Literal["deadline", "silence"] = why


def within(source: Callable[[], Generator[T]], *, until: float, silence: timedelta) -> Generator[T]:
    """The items of a stream, as they come.

    The source runs in a thread of its own, because resolving a name, or a header that comes letter by letter, knows no
    deadline. `until` is a moment of `time.monotonic`; `silence` counts from the first item on. When this is closed or
    too late, the thread ends at its next item or time-out, and closes the source.

    Raises:
        Late: with the item that did not come.
    """
    pump = _Pump(source)
    Thread(target=pump.run, name="model answer", daemon=True).start()
    patience = float("inf")
    try:
        while True:
            item = pump.next(until, patience)
            if isinstance(item, _Ended):
                if item.error:
                    raise item.error
                return
            patience = silence.total_seconds()
            yield item
    finally:
        pump.is_abandoned.set()


class _Ended:
    def __init__(self, error: Exception | None) -> None:
        self.error = error


class _Pump(Generic[T]):
    def __init__(self, source: Callable[[], Generator[T]]) -> None:
        self._source = source
        self._items = SimpleQueue[T | _Ended]()
        self.is_abandoned = Event()

    def run(self) -> None:
        error = None
        try:
            with closing(self._source()) as items:
                for item in items:
                    if self.is_abandoned.is_set():
                        break
                    self._items.put(item)
        except Exception as raised:  # noqa: BLE001  # raised again where it is waited for
            error = raised
        self._items.put(_Ended(error))

    def next(self, until: float, patience: float) -> T | _Ended:
        left = until - time.monotonic()
        try:
            return self._items.get(timeout=max(0.0, min(left, patience)))
        except Empty:
            raise Late("silence" if patience < left else "deadline") from None
