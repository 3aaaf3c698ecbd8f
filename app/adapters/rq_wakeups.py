"""Wake-ups through RQ: they tell workers to look, and nothing that could not be forgotten."""

# redis and rq leave their keyword arguments untyped:
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping
from datetime import timedelta

import structlog
from redis import Redis, RedisError
from rq import Queue as RqQueue
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from app.adapters.sql.lanes import queue_of
from app.jobs import Queue
from app.ports.journal import Lane

TAKE_TURN = "app.worker.processes.take_turn"

log = structlog.stdlib.get_logger()


def open_redis(url: str, *, patience_seconds: float) -> Redis:
    """A client that gives up on a server that does not answer: short for wake-ups, long for a worker that listens."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=patience_seconds)


def rq_name(queue: Queue) -> str:
    """What RQ calls the queue."""
    return f"acs-{queue}"


class RqWakeups:
    """Implements `app.ports.journal.Wakeups`; each queue of lanes has one of RQ's, `acs-` and its name.

    A wake-up says only which queue of lanes to look at, so no more of them wait than workers listen: whoever takes one
    that was found waiting looks after everything that was committed until then.
    The serializer is JSON, never RQ's default pickle: who can write to Redis must not be able to run code.
    """

    def __init__(self, redis: Redis, *, within: Mapping[Queue, timedelta]) -> None:
        """`within` says how long a turn at the work of each queue takes at most."""
        self._queues = {queue: _open(queue, redis, most) for queue, most in within.items()}

    def wake(self, lane: Lane) -> None:
        queue = queue_of(lane)
        try:
            if not _has_enough(self._queues[queue]):
                self._queues[queue].enqueue(TAKE_TURN, queue, result_ttl=0, failure_ttl=0)
        except RedisError as error:
            log.warning("wake-up not sent", lane=lane, reason=type(error).__name__)


def _has_enough(queue: RqQueue) -> bool:
    """Whether as many wake-ups wait as there are workers that could take one, on whichever machine."""
    waiting = queue.count
    return waiting > 0 and waiting >= SimpleWorker.count(queue=queue)


def _open(queue: Queue, redis: Redis, within: timedelta) -> RqQueue:
    return RqQueue(
        rq_name(queue), connection=redis, serializer=JSONSerializer, default_timeout=int(within.total_seconds())
    )
