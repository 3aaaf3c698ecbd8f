"""J9: processes die at any moment and deliveries come three times; still each thing happens once."""

import random
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import state as state  # the fixture
from tests.e2e.requests import module_request
from tests.e2e.world import Json, World, concluded, eventually

ISSUES = 5
KILLS = 10


def kill_and_restart(world: World, name: str, rng: random.Random) -> None:
    world.stack.kill(name)
    time.sleep(rng.uniform(0, 0.5))
    world.stack.run(name)
    if name == "web":
        world.stack.wait_until_ready()


def flush_redis(world: World, _name: str, _rng: random.Random) -> None:
    world.stack.forget_wakeups()


def kill_one_worker(world: World, _name: str, rng: random.Random) -> None:
    workers = world.stack.children("worker")
    if workers:
        rng.choice(workers).kill()


FAULTS = [(kill_and_restart, "worker"), (kill_and_restart, "web"), (flush_redis, ""), (kill_one_worker, "")]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seed", [pytest.param(1), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 6))]
)
def test_whatever_is_killed_each_issue_gets_one_branch_one_pull_request_and_one_comment(seed: int, state: Path) -> None:
    rng = random.Random(seed)
    with World(state / f"kills-{seed}") as world:
        world.faults(deliveries={"copies": 3})
        numbers = [world.open_issue(f"Add zones {n}", module_request(f"zones{n}")) for n in range(ISSUES)]
        for number in numbers:
            world.label(number)
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.05, 1.0))
            fault, name = rng.choice(FAULTS)
            fault(world, name, rng)
        world.redeliver_everything()  # what GitHub sent while the web process was down

        pulls = eventually(lambda: all_proposed(world), within=180, what="five pull requests")
        world.redeliver_everything()
        for pull in pulls:
            concluded(world, pull["head"]["sha"], within=180)
        for number in numbers:
            eventually(lambda n=number: says_passed(world, n), within=120, what="the progress comment's last word")

        assert sorted(world.branches()) == sorted(["main", *(pull["head"]["ref"] for pull in pulls)])
        assert sorted(int(pull["head"]["ref"].split("-")[1]) for pull in pulls) == sorted(numbers)
        for number in numbers:
            assert len(world.comments(number)) == 1
            assert world.reactions(number) == ["eyes"]
        for pull in pulls:
            assert world.comments(pull["number"]) == []
            assert [run["conclusion"] for run in world.check_runs(pull["head"]["sha"])] == ["success"]


def all_proposed(world: World) -> list[Json] | None:
    pulls = world.pulls()
    return pulls if len(pulls) >= ISSUES else None


def says_passed(world: World, number: int) -> bool:
    return any("passed in" in body for body in world.comments(number))
