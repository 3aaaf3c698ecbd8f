"""Wake-ups through a real Redis: few, and none that anything depends on."""

# redis and rq leave parts of their signatures untyped:
# pyright: reportUnknownMemberType=false

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis, RedisError
from rq import Queue as RqQueue
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from app.adapters.rq_wakeups import RqWakeups, rq_name
from app.demo.stack import free_port, redis_program
from app.jobs import QUEUES
from app.ports.journal import Lane
from app.worker.processes import take_turn
from tests.e2e.world import eventually

SHORT_STEP = Lane("github.com/42/7")
STEPS, LONG = rq_name("steps"), rq_name("long")
LONG_WORK = Lane("github.com/42/7~long-3")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen([redis_program(), *arguments], stdout=subprocess.DEVNULL)
    client = Redis(port=port)
    try:
        eventually(lambda: answers(client), what="Redis")
        yield client
    finally:
        client.close()
        server.kill()
        server.wait()


def answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def wakeups_of(redis: Redis) -> RqWakeups:
    within = timedelta(minutes=1)
    return RqWakeups(redis, within=dict.fromkeys(QUEUES, within))


def listen(redis: Redis, *names: str) -> None:
    """A worker that listens to queues, and has not taken anything yet."""
    SimpleWorker([waiting(redis, name) for name in names], connection=redis).register_birth()


def waiting(redis: Redis, name: str) -> RqQueue:
    return RqQueue(name, connection=redis, serializer=JSONSerializer)


def test_a_wake_up_asks_a_worker_of_the_lanes_queue_to_take_a_turn(redis: Redis) -> None:
    wakeups = wakeups_of(redis)

    wakeups.wake(SHORT_STEP)
    wakeups.wake(LONG_WORK)

    (short,), (long,) = waiting(redis, STEPS).jobs, waiting(redis, LONG).jobs
    assert (short.func, short.args) == (take_turn, ["steps"])
    assert (long.func, long.args) == (take_turn, ["long"])


def test_no_more_wake_ups_wait_than_there_are_workers_to_take_them(redis: Redis) -> None:
    listen(redis, STEPS)
    listen(redis, STEPS)
    listen(redis, LONG, STEPS)
    wakeups = wakeups_of(redis)

    for _ in range(100):
        wakeups.wake(SHORT_STEP)
        wakeups.wake(LONG_WORK)

    assert (waiting(redis, STEPS).count, waiting(redis, LONG).count) == (3, 1)


def test_one_wake_up_waits_for_the_workers_that_are_not_there_yet(redis: Redis) -> None:
    wakeups = wakeups_of(redis)

    for _ in range(100):
        wakeups.wake(SHORT_STEP)

    assert waiting(redis, STEPS).count == 1


def test_a_wake_up_that_was_taken_makes_room_for_the_next(redis: Redis) -> None:
    wakeups = wakeups_of(redis)
    wakeups.wake(LONG_WORK)

    waiting(redis, LONG).empty()
    wakeups.wake(LONG_WORK)

    assert waiting(redis, LONG).count == 1


def test_a_redis_that_is_down_is_no_reason_to_fail(redis: Redis) -> None:
    wakeups = wakeups_of(Redis(port=free_port()))

    with capture_logs() as logs:
        wakeups.wake(SHORT_STEP)

    assert [(line["event"], line["reason"]) for line in logs] == [("wake-up not sent", "ConnectionError")]
