"""The journal: every delivery and every job, and the lanes in which they are done in order.

It is the record. The engine that runs workers only says that there is work, and may forget it at any moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NewType, Protocol

from app.domain.repo import HeadSha
from app.jobs import Job, Queue

Lane = NewType("Lane", str)
DeliveryState = Literal["received", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a delivery is about, as far as its lane goes. All fields but `host` may be missing."""

    host: str
    installation_id: int | None = None
    repo_id: int | None = None
    number: int | None = None
    is_pull: bool = False
    head_branch: str | None = None
    head_sha: HeadSha | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A verified request of GitHub's. `cancels` says that somebody takes back what they asked for on this subject."""

    app_id: int
    guid: str
    event: str
    action: str
    body: bytes
    subject: Subject
    cancels: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery on arrival. `is_new` is false when the same delivery was accepted before."""

    lane: Lane
    state: DeliveryState
    is_new: bool
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one piece of a lane's work until it expires; `fence` grows with every lease of the lane.

    `tenant` is whose the lane is: one installation of the App.
    """

    lane: Lane
    tenant: str
    owner: str
    fence: int


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    id: int
    host: str
    guid: str
    event: str
    installation_id: int | None
    body: bytes
    correlation_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PendingJob:
    """A job whose attempt has begun. `delivery` is the sequence number of the delivery that started the chain.

    Of its attempts so far, `delays` ended because an outside system failed and `bugs` because ACS did.
    """

    id: int
    kind: str
    arguments: bytes
    attempt: int
    delays: int
    bugs: int
    correlation_id: str
    delivery: int
    created_at: datetime

    @property
    def deaths(self) -> int:
        """How many attempts nobody heard of again: the process died, or lost its lane."""
        return self.attempt - 1 - self.delays - self.bugs


Work = PendingDelivery | PendingJob


class Journal(Protocol):
    def accept(self, delivery: NewDelivery) -> Receipt:
        """Keep a delivery for good; when this returns it is on disk.

        A delivery that is already kept is not kept twice; one that failed is to be done again.

        Raises:
            JournalDown: it could not be kept.
        """
        ...

    def take(self, queue: Queue, *, owner: str, ttl: timedelta) -> tuple[Lease, Work] | None:
        """The work to do next, with a lease of its lane; nothing when no work is due that nobody does.

        Of all tenants with due work the one comes first for which the fewest workers work, then the one served longest
        ago; of its lanes the one with the oldest work; of its work deliveries, then jobs, each in the order in which
        they came. A job's attempt is counted before it begins.
        """
        ...

    def renew(self, lease: Lease, *, ttl: timedelta) -> None:
        """Hold the lane longer.

        Raises:
            StaleFence: somebody else holds it by now.
        """
        ...

    def check(self, lease: Lease) -> None:
        """Do nothing while the lane is ours.

        Raises:
            StaleFence: somebody else holds it by now.
        """
        ...

    def delivery_done(self, lease: Lease, delivery: PendingDelivery, jobs: Sequence[Job]) -> frozenset[Lane]:
        """Mark the delivery done, insert its jobs and give the lane back, in one transaction; return the jobs' lanes.

        Raises:
            StaleFence: somebody else holds the lane by now; nothing was written. So do all that follow.
        """
        ...

    def delivery_failed(self, lease: Lease, delivery: PendingDelivery, reason: str) -> None:
        """Set the delivery aside and give the lane back."""
        ...

    def job_retried(
        self, lease: Lease, job: PendingJob, *, not_before: datetime, reason: str, is_bug: bool = False
    ) -> None:
        """Have the job done again later and give the lane back; the lane's other jobs wait behind it.

        A job that is done stays done.
        """
        ...

    def job_failed(self, lease: Lease, job: PendingJob, *, reason: str, then: Sequence[Job] = ()) -> frozenset[Lane]:
        """Give the job and the lane up and insert what is to be done about that; return the lanes of that."""
        ...

    def due_lanes(self) -> Sequence[Lane]:
        """The lane that would be taken next, of each queue in which work is due that nobody does."""
        ...

    def enter_overlooked(self) -> int:
        """Find work that another version of ACS wrote down where `take` does not look; return in how many lanes."""
        ...


class JournalDown(Exception):
    """The journal cannot keep anything now."""


class Wakeups(Protocol):
    def wake(self, lane: Lane) -> None:
        """Have a worker look soon for work as this lane has it.

        Not said again while enough workers are about to look. Forgotten while the engine is down: the clock says it.
        """
        ...
