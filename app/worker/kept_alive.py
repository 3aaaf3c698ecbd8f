"""Leases that are renewed while the work they are for goes on."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from app.errors import StaleFence, TransientError
from app.ports.journal import Journal, Lease

log = structlog.stdlib.get_logger()


class KeptAlive:
    """Renews one lease at a time, from one thread for all that are held within its `with` block.

    A lease is renewed before two thirds of its time are over, and again as often. One that cannot be renewed is noticed
    at the next write.
    """

    def __init__(self, journal: Journal, ttl: timedelta) -> None:
        self._journal = journal
        self._ttl = ttl
        self._held: Lease | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._renew_often, name="leases", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def __call__(self, lease: Lease) -> Generator[None]:
        """Keep a lease alive until the block is left."""
        self._held = lease
        try:
            yield
        finally:
            self._held = None

    def _renew_often(self) -> None:
        seen = None
        while not self._stopped.wait(self._ttl.total_seconds() / 3):
            held = self._held
            if held is not None and held is seen:
                self._renew(held)
            seen = held

    def _renew(self, lease: Lease) -> None:
        try:
            self._journal.renew(lease, ttl=self._ttl)
        except (StaleFence, TransientError) as error:
            if self._held is lease:
                log.warning("lease not renewed", lane=lease.lane, reason=str(error))
