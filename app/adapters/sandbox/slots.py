"""One user for each sandbox that runs at once, so that two of them cannot touch each other, nor the worker."""

import fcntl
import os
import pwd
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_RETRY_S = 0.02


@dataclass(frozen=True, slots=True)
class Slots:
    """A range of user ids that belong to nobody, shared by all workers of this machine through file locks."""

    folder: Path
    first_uid: int = 64000
    number: int = 64

    @contextmanager
    def occupy(self) -> Generator[int | None]:
        """A user id nobody else uses meanwhile, waiting for one; `None` when this process is not root.

        An ordinary user cannot become another one: the sandbox then keeps the user's id inside its namespaces.
        """
        if os.geteuid() != 0:
            yield None
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        uid, lock = self._free_slot()
        try:
            yield uid
        finally:
            os.close(lock)

    def _free_slot(self) -> tuple[int, int]:
        while True:
            for uid in range(self.first_uid, self.first_uid + self.number):
                lock = os.open(self.folder / str(uid), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                if not _is_somebody(uid) and _try_lock(lock):
                    return uid, lock
                os.close(lock)
            time.sleep(_RETRY_S)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_somebody(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
