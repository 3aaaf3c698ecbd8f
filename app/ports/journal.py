"""The journal: every delivery and every job, and the lanes in which they are done in order.

It is the record. The engine that runs workers only carries the names of lanes, and may forget them at any moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NewType, Protocol

from app.domain.repo import HeadSha
from app.jobs import Job

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
    """The right to work in a lane until it expires; `fence` grows with every lease of the lane."""

    lane: Lane
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


class Journal(Protocol):
    def accept(self, delivery: NewDelivery) -> Receipt:
        """Keep a delivery for good; when this returns it is on disk.

        A delivery that is already kept is not kept twice; one that failed is to be done again.

        Raises:
            JournalDown: it could not be kept.
        """
        ...

    def lease(self, lane: Lane, *, owner: str, ttl: timedelta) -> Lease | None:
        """The lane, unless somebody else holds it."""
        ...

    def renew(self, lease: Lease, *, ttl: timedelta) -> None:
        """Hold the lane longer.

        Raises:
            StaleFence: somebody else holds it by now.
        """
        ...

    def release(self, lease: Lease) -> None:
        """Give the lane back; nothing happens when somebody else holds it."""
        ...

    def check(self, lease: Lease) -> None:
        """Do nothing while the lane is ours.

        Raises:
            StaleFence: somebody else holds it by now.
        """
        ...

    def next(self, lease: Lease) -> PendingDelivery | PendingJob | None:
        """The oldest work of the lane that is due, deliveries first; a job's attempt is counted before it begins.

        Raises:
            StaleFence: somebody else holds the lane by now.
        """
        ...

    def delivery_done(self, lease: Lease, delivery: PendingDelivery, jobs: Sequence[Job]) -> frozenset[Lane]:
        """Mark the delivery done and insert its jobs, in one transaction; return the lanes they are in."""
        ...

    def delivery_failed(self, lease: Lease, delivery: PendingDelivery, reason: str) -> None: ...

    def job_retried(
        self, lease: Lease, job: PendingJob, *, not_before: datetime, reason: str, is_bug: bool = False
    ) -> None:
        """Have the job done again later; the rest of its lane waits behind it. A job that is done stays done."""
        ...

    def job_failed(self, lease: Lease, job: PendingJob, *, reason: str, then: Sequence[Job] = ()) -> frozenset[Lane]:
        """Give the job up and insert what is to be done about that, in one transaction; return the lanes of that."""
        ...

    def due_lanes(self, *, woken_before: datetime, most: int) -> Sequence[Lane]:
        """Lanes with due work that nobody holds and nobody was woken for since, oldest work first; marks them woken."""
        ...

    def has_due_work(self, lane: Lane) -> bool: ...


class JournalDown(Exception):
    """The journal cannot keep anything now."""


class Wakeups(Protocol):
    def wake(self, lane: Lane) -> None:
        """Have a worker look at the lane soon. Forgotten while the engine is down: the clock says it again."""
        ...
