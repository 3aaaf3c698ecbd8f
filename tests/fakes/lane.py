"""One lane in memory: its jobs are attempted in order, and a job whose attempt raises stays where it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from app.errors import StaleFence
from app.jobs import Job
from app.ports.code_host import CodeHost
from app.wiring import PERMISSIONS
from tests.fakes.clock import SetClock
from tests.fakes.code_host import InMemoryCodeHost
from tests.fakes.record import InMemoryEffectLog, InMemoryRecord, Memory, SetOrigin


@dataclass(frozen=True)
class Attempt:
    """What one attempt at a job holds: the code host with exactly its permissions, and its record."""

    host: CodeHost
    record: InMemoryRecord
    effects: InMemoryEffectLog
    origin: SetOrigin


class InMemoryLane(ABC):
    """A world in which jobs are done. `before_write` says what happens just before the n-th write, counted from 1.

    Writes are those to the host and to the effect log, and the record's when a job is done: each looks at the fence.
    """

    def __init__(self, host: InMemoryCodeHost) -> None:
        self.host, self.clock = host, SetClock()
        self.memory = Memory(fence=self._fence)
        self.writes = 0
        self.before_write: dict[int, Callable[[], object]] = {}
        self._waiting: list[tuple[Job, SetOrigin]] = []
        self._deliveries, self._job_ids = count(1), count(1)

    @abstractmethod
    def perform(self, job: Job, attempt: Attempt) -> None: ...

    @property
    def waiting(self) -> list[Job]:
        return [job for job, _ in self._waiting]

    def arrive(self, job: Job, *, cancels: bool = False) -> None:
        """A delivery arrives and asks for the job; one that takes a request back is known to do so at once."""
        delivery = next(self._deliveries)
        if cancels:
            self.memory.cancelled_by = delivery
        self._append(job, delivery)

    def attempt(self, place: int = 0) -> None:
        """Attempt the first job that waits, or another one, as happens to those that run beside the lane."""
        job, origin = self._waiting[place]
        self._waiting[place] = job, replace(origin, attempt=origin.attempt + 1)
        record = InMemoryRecord(self.memory)
        host = self.host.ports(PERMISSIONS[type(job)], fence=self._fence)
        self.perform(job, Attempt(host, record, InMemoryEffectLog(self.memory), origin))
        follow_ups = record.done()
        del self._waiting[place]
        for follow_up in follow_ups:
            self._append(follow_up, origin.delivery)

    def work(self) -> None:
        """Attempt jobs until none waits."""
        while self._waiting:
            self.attempt()

    def work_until(self, kind: type[Job]) -> None:
        """Attempt jobs until one of that kind comes next."""
        while not isinstance(self._waiting[0][0], kind):
            self.attempt()

    def lose_job(self) -> Job:
        """The first job that waits, which nobody will do."""
        return self._waiting.pop(0)[0]

    def _append(self, job: Job, delivery: int) -> None:
        self._waiting.append((job, SetOrigin(delivery, next(self._job_ids), self.clock.now())))

    def _fence(self) -> None:
        self.writes += 1
        self.before_write.get(self.writes, lambda: None)()


def lane_lost() -> None:
    """The process dies, or loses the lane, which comes to the same: it does nothing more."""
    raise StaleFence
