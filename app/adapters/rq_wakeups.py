"""Wake-ups through RQ: it carries the names of lanes to workers, and nothing that could not be forgotten."""

# redis and rq leave their keyword arguments untyped:
# pyright: reportUnknownMemberType=false

from datetime import timedelta

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from app.adapters.sql.lanes import is_long
from app.ports.journal import Lane

STEPS, LONG = "acs-steps", "acs-long"
DRAIN = "app.worker.processes.drain_lane"

log = structlog.stdlib.get_logger()


def open_redis(url: str, *, patience_seconds: float) -> Redis:
    """A client that gives up on a server that does not answer: short for wake-ups, long for a worker that listens."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=patience_seconds)


class RqWakeups:
    """Implements `app.ports.journal.Wakeups`; short steps and long work have a queue each.

    The serializer is JSON, never RQ's default pickle: who can write to Redis must not be able to run code.
    """

    def __init__(self, redis: Redis, *, steps_within: timedelta, long_within: timedelta) -> None:
        self._steps = Queue(
            STEPS, connection=redis, serializer=JSONSerializer, default_timeout=int(steps_within.total_seconds())
        )
        self._long = Queue(
            LONG, connection=redis, serializer=JSONSerializer, default_timeout=int(long_within.total_seconds())
        )

    def wake(self, lane: Lane) -> None:
        queue = self._long if is_long(lane) else self._steps
        try:
            queue.enqueue(DRAIN, lane, result_ttl=0, failure_ttl=0, ttl=300)
        except RedisError as error:
            log.warning("wake-up not sent", lane=lane, reason=type(error).__name__)
