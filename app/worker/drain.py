"""A worker's turn: deliveries become jobs, jobs are attempted, each piece of work under a lease that is kept alive."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import structlog
from pydantic import ValidationError

import handlers
from app.adapters.sql.record import JobRecord
from app.errors import Limited, RepoError, StaleFence, TransientError
from app.events import UnreadableEvent, parse
from app.jobs import Job, decode
from app.ports.journal import Lane, Lease, PendingDelivery, PendingJob, Queue, Work
from app.wiring import Services
from app.worker.apology import apology
from app.worker.kept_alive import KeptAlive
from app.worker.perform import perform

BUG_ATTEMPTS = 3
DEATHS_MOST = 20  # how often a process may die in the middle of a job, as it does when it is deployed
LONGEST_DOUBLING = 20
LONGEST_AFTER_LIMIT = timedelta(seconds=15)  # a limit says itself when there is room; others may take it first
TURN_SECONDS = 5.0  # so long may steps keep a worker from long work

log = structlog.stdlib.get_logger()


class Drain:
    """Does work with one process's services."""

    def __init__(self, services: Services, *, turn_seconds: float = TURN_SECONDS) -> None:
        self._services = services
        self._turn_seconds = turn_seconds
        self._settings = services.settings
        self._journal = services.journal
        self._name = uuid4().hex

    def __call__(self, queue: Queue) -> None:
        """Do what is due and nobody does, a piece at a time, each where it is fairest now.

        When a lot is due this ends after a while, and somebody is woken to go on.
        """
        turn_ends = time.monotonic() + self._turn_seconds
        with KeptAlive(self._journal, self._settings.lease) as kept_alive:
            while taken := self._journal.take(queue, owner=self._name, ttl=self._settings.lease):
                lease, work = taken
                try:
                    with kept_alive(lease):
                        self._do(lease, work)
                except StaleFence as stale:
                    log.warning("lane lost", lane=lease.lane, fence=lease.fence, reason=str(stale))
                if time.monotonic() >= turn_ends:
                    self._services.wakeups.wake(lease.lane)
                    return

    def _do(self, lease: Lease, work: Work) -> None:
        with structlog.contextvars.bound_contextvars(correlation_id=work.correlation_id, lane=lease.lane):
            lanes = self._decide(lease, work) if isinstance(work, PendingDelivery) else self._attempt(lease, work)
        for lane in lanes - {lease.lane}:
            self._services.wakeups.wake(lane)

    def _decide(self, lease: Lease, delivery: PendingDelivery) -> frozenset[Lane]:
        with structlog.contextvars.bound_contextvars(delivery=delivery.guid, installation=delivery.installation_id):
            try:
                jobs = _jobs_of(delivery)
                lanes = self._journal.delivery_done(lease, delivery, jobs)
            except UnreadableEvent as unreadable:
                log.error("delivery not understood", github_event=delivery.event, reason=str(unreadable))
                self._journal.delivery_failed(lease, delivery, str(unreadable))
                return frozenset()
            except (StaleFence, TransientError):
                raise
            except Exception as error:  # a bug in one handler must not stop the lane
                log.exception("delivery raised", github_event=delivery.event, error=type(error).__name__)
                self._journal.delivery_failed(lease, delivery, f"ACS made a mistake: {type(error).__name__}")
                return frozenset()
            log.info("delivery decided", github_event=delivery.event, jobs=[type(job).__name__ for job in jobs])
            return lanes

    def _attempt(self, lease: Lease, pending: PendingJob) -> frozenset[Lane]:
        with structlog.contextvars.bound_contextvars(job=pending.id, kind=pending.kind, attempt=pending.attempt):
            try:
                job = decode(pending.kind, pending.arguments)
            except (KeyError, ValidationError) as error:
                log.error("job not understood", reason=type(error).__name__)
                return self._journal.job_failed(lease, pending, reason="not a job of this version of ACS")
            if pending.deaths > DEATHS_MOST:
                return self._give_up(lease, pending, job, f"it was begun {pending.attempt - 1} times and never ended")
            return self._perform(lease, pending, job)

    def _perform(self, lease: Lease, pending: PendingJob, job: Job) -> frozenset[Lane]:
        record = JobRecord(self._services.engine, self._services.clock, lease, pending)
        try:
            perform(job, lease, record, self._services)
            return record.done()
        except StaleFence:
            raise
        except RepoError as error:
            return self._give_up(lease, pending, job, str(error))
        except TransientError as error:
            return self._put_off(lease, pending, job, error)
        except Exception as error:  # a bug in one job must not stop the others
            log.exception("job raised", error=type(error).__name__)
            mistake = TransientError(f"ACS made a mistake; the operator finds it under {pending.correlation_id}")
            return self._put_off(lease, pending, job, mistake, is_bug=True)

    def _put_off(
        self, lease: Lease, pending: PendingJob, job: Job, error: TransientError, *, is_bug: bool = False
    ) -> frozenset[Lane]:
        now, settings = self._services.clock.now(), self._settings
        if (is_bug and pending.bugs + 1 >= BUG_ATTEMPTS) or now - pending.created_at > settings.retry_within:
            return self._give_up(lease, pending, job, str(error))
        failures = min(pending.delays + pending.bugs, LONGEST_DOUBLING)
        longest = LONGEST_AFTER_LIMIT if isinstance(error, Limited) else settings.retry_longest
        wait = max(min(settings.retry_first * 2**failures, longest), error.retry_after or timedelta())
        self._journal.job_retried(lease, pending, not_before=now + wait, reason=str(error), is_bug=is_bug)
        log.warning("job put off", reason=str(error), seconds=round(wait.total_seconds(), 3))
        return frozenset()

    def _give_up(self, lease: Lease, pending: PendingJob, job: Job, reason: str) -> frozenset[Lane]:
        log.error("job given up", reason=reason)
        return self._journal.job_failed(lease, pending, reason=reason, then=apology(job, reason))


def _jobs_of(delivery: PendingDelivery) -> tuple[Job, ...]:
    """What the delivery asks for.

    Raises:
        UnreadableEvent: it does not have the documented shape.
    """
    event = parse(delivery.event, json.loads(delivery.body), host=delivery.host)
    return handlers.decide(delivery.event, event) if event else ()
