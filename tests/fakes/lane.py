"""One lane in memory: its jobs are attempted in order, and a job whose attempt raises stays where it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from app.errors import StaleFence
from app.jobs import Job
from app.ports.code_host import CodeHost
from app.ports.record import AT_ONCE
from app.wiring import PERMISSIONS
from app.worker.perform import USE_CASES, ports_of
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

    @property
    def offered(self) -> dict[str, object]:
        """The ports of any job by their names."""
        host, record = self.host, self.record
        return {
            "collaborators": host.collaborators,
            "issues": host.issues,
            "pulls": host.pulls,
            "commits": host.commits,
            "checks": host.checks,
            "tasks": record,
            "jobs": record,
            "heads": record,
            "own_checks": record,
            "conversations": record,
            "switches": record,
            "audit": record,
            "effects": self.effects,
            "origin": self.origin,
        }


@dataclass(eq=False)
class _Waiting:
    job: Job
    origin: SetOrigin
    not_before: datetime

    @property
    def was_put_off(self) -> bool:
        return self.not_before > self.origin.created_at


class InMemoryLane(ABC):
    """A world in which jobs are done. `before_write` says what happens just before the n-th write, counted from 1.

    Writes are those to the host and to the effect log, and the record's when a job is done: each looks at the fence.
    """

    def __init__(self, host: InMemoryCodeHost) -> None:
        self.host, self.clock = host, SetClock()
        self.memory = Memory(fence=self._fence)
        self.writes = 0
        self.before_write: dict[int, Callable[[], object]] = {}
        self._waiting: list[_Waiting] = []
        self._deliveries, self._job_ids = count(1), count(1)

    @abstractmethod
    def offered(self, attempt: Attempt) -> Mapping[str, object]:
        """The ports of the jobs that are done here, by their names."""
        ...

    def perform(self, job: Job, attempt: Attempt) -> None:
        use_case = USE_CASES[type(job)]
        offered = self.offered(attempt)
        use_case(job, **{name: offered[name] for name in ports_of(use_case)})

    @property
    def waiting(self) -> list[Job]:
        """What is due."""
        return [waiting.job for waiting in self._waiting if waiting.not_before <= self.clock.now()]

    @property
    def later(self) -> list[Job]:
        """What is to be done only after a while."""
        return [waiting.job for waiting in self._waiting if waiting.not_before > self.clock.now()]

    def arrive(self, job: Job, *, cancels: bool = False) -> None:
        """A delivery arrives and asks for the job; one that takes a request back is known to do so at once."""
        delivery = next(self._deliveries)
        if cancels:
            self.memory.cancelled_by = delivery
        self._append(job, delivery)

    def attempt(self, place: int = 0) -> None:
        """Attempt the first job that is due, or another one; where none is due, time passes until one is."""
        begun = self._due()[place]
        job, origin = begun.job, begun.origin
        begun.origin = replace(origin, attempt=origin.attempt + 1)
        record = InMemoryRecord(self.memory)
        host = self.host.ports(PERMISSIONS[type(job)], permit=lambda _: self._fence())
        self.perform(job, Attempt(host, record, InMemoryEffectLog(self.memory), origin))
        follow_ups = record.done()
        self._waiting.remove(begun)
        for follow_up, after in follow_ups:
            self._append(follow_up, origin.delivery, after)

    def _due(self) -> list[_Waiting]:
        now = self.clock.now()
        due = [waiting for waiting in self._waiting if waiting.not_before <= now]
        if due:
            return due
        first = min(self._waiting, key=lambda waiting: waiting.not_before)
        self.clock.move(first.not_before - now)
        return [first]

    def work(self) -> None:
        """Attempt jobs until none waits."""
        while self._waiting:
            self.attempt()

    def work_until(self, kind: type[Job]) -> None:
        """Attempt jobs until one of that kind comes next."""
        while not isinstance(self._due()[0].job, kind):
            self.attempt()

    def lose_job(self) -> Job:
        """The first job that is due, which nobody will do."""
        lost = self._due()[0]
        self._waiting.remove(lost)
        return lost.job

    def _append(self, job: Job, delivery: int, after: timedelta = AT_ONCE) -> None:
        if after and any(waiting.job == job and waiting.was_put_off for waiting in self._waiting):
            return
        origin = SetOrigin(delivery, next(self._job_ids), self.clock.now())
        self._waiting.append(_Waiting(job, origin, self.clock.now() + after))

    def _fence(self) -> None:
        self.writes += 1
        self.before_write.get(self.writes, lambda: None)()


def lane_lost() -> None:
    """The process dies, or loses the lane, which comes to the same: it does nothing more."""
    raise StaleFence
