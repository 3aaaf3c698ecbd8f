"""What goes wrong, as a seed throws it: processes are killed, Redis and PostgreSQL too, and GitHub answers badly."""

import random
import time
from collections.abc import Callable, Mapping, Sequence

from tests.e2e.world import Json, World

LONGEST_PAUSE_SECONDS = 0.5
Strike = Callable[[World, random.Random], object]


def kill(name: str) -> Strike:
    """Kill a process of ACS with all below it, and start it again after a while."""

    def strike(world: World, rng: random.Random) -> None:
        world.stack.kill(name)
        _pause(rng)
        world.stack.run(name)

    return strike


def kill_one_below(name: str) -> Strike:
    """Kill one of the processes that another one keeps running."""

    def strike(world: World, rng: random.Random) -> None:
        chosen = rng.random()  # drawn in any case, so that what follows is the same
        if children := world.stack.children(name):
            children[int(chosen * len(children))].kill()

    return strike


def empty_redis(world: World, rng: random.Random) -> None:
    world.stack.forget_wakeups()


def kill_redis_with_its_data(world: World, rng: random.Random) -> None:
    world.stack.kill("redis")
    world.stack.forget_wakeups()
    _pause(rng)
    world.stack.run("redis")


def stop_postgresql(mode: str) -> Strike:
    def strike(world: World, rng: random.Random) -> None:
        assert world.postgresql
        world.postgresql.stop("fast" if mode == "fast" else "immediate")
        _pause(rng)
        world.postgresql.start()

    return strike


def kill_postgresql(world: World, rng: random.Random) -> None:
    assert world.postgresql
    world.postgresql.kill()
    _pause(rng)
    world.postgresql.start()


def _pause(rng: random.Random) -> None:
    time.sleep(rng.uniform(0, LONGEST_PAUSE_SECONDS))


STRIKES: Mapping[str, Strike] = {
    "kill all workers": kill("worker"),
    "kill one worker": kill_one_below("worker"),
    "kill web": kill("web"),
    "kill one web worker": kill_one_below("web"),
    "kill the clock": kill("clock"),
    "empty Redis": empty_redis,
    "kill Redis": kill("redis"),
    "kill Redis and lose its data": kill_redis_with_its_data,
}
STRIKES_ON_POSTGRESQL: Mapping[str, Strike] = {
    "restart PostgreSQL": stop_postgresql("fast"),
    "restart PostgreSQL immediately": stop_postgresql("immediate"),
    "kill PostgreSQL": kill_postgresql,
}

BAD_ANSWERS: Sequence[Json] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "dropped", "when": "before"},
    {"kind": "dropped", "when": "after"},
    {"kind": "half_sent"},
    {"kind": "garbage"},
    {"kind": "secondary_rate_limit", "retry_after": 1},
)
# what people do to issues is not to fail: it is the same with and without faults
NOT_BY_PEOPLE = r"(?!.*/issues(/\d+)?$|.*/issues/\d+/labels).*"


def bad_answers(seed: int, share: float) -> list[Json]:
    """Faults that fall on that share of what ACS asks GitHub, each kind as often as the next."""
    each = share / len(BAD_ANSWERS)
    return [
        {"effect": effect, "method": method, "path": path, "probability": each, "seed": seed * 100 + place}
        for method, path in (("GET", ".*"), ("POST|PATCH|PUT|DELETE", NOT_BY_PEOPLE))
        for place, effect in enumerate(BAD_ANSWERS)
    ]
