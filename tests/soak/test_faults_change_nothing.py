"""J9: whatever dies, and however badly GitHub answers, everything ends as it does when nothing goes wrong."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.adapters.sql.tables import deliveries, jobs
from tests.e2e.conftest import state as state  # the fixture
from tests.e2e.world import SAMPLES, SHOP, UNTESTED, Database, World
from tests.soak.faults import STRIKES, STRIKES_ON_POSTGRESQL, bad_answers
from tests.soak.outcome import Outcome, difference, never_received, outcome
from tests.soak.scripts import AT_ONCE, PLAIN, Player, cast

REPOSITORIES = {SHOP: SAMPLES / "typescript", PLAIN: UNTESTED}
PLENTY = 1_000_000
# fifty issues in five minutes are more than GitHub lets an installation write; its limits have tests of their own
SETTINGS = {
    "ACS_SWEEP_EVERY": "PT2S",
    "ACS_REDELIVER_PER_MINUTE": "100000",
    "ACS_CONTENT_PER_MINUTE": str(PLENTY),
    "ACS_CONTENT_PER_HOUR": str(PLENTY),
    "ACS_POINTS_PER_MINUTE": str(PLENTY),
}
SHARE_OF_BAD_ANSWERS = 0.05
BETWEEN_STRIKES_SECONDS = (0.3, 2.0)  # a worker takes a second or two to start
PATIENCE_SECONDS = 240
QUIET_LOOKS = 3


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("database", "seed", "issues", "strikes"),
    [
        pytest.param("sqlite", 3, 9, 14, id="a sample on SQLite"),
        pytest.param("sqlite", 1, 50, 110, id="on SQLite", marks=pytest.mark.soak),
        pytest.param("postgresql", 2, 50, 110, id="on PostgreSQL", marks=pytest.mark.soak),
    ],
)
def test_everything_ends_as_it_does_without_faults(
    database: Database, seed: int, issues: int, strikes: int, state: Path
) -> None:
    calm = play(state / f"calm-{seed}", database, seed, issues, strikes=0)
    faulty = play(state / f"faulty-{seed}", database, seed, issues, strikes=strikes)

    assert not (differs := difference(calm, faulty)), differs
    assert calm["deliveries"] == {}
    assert calm["jobs"] == {}
    assert calm["never received"] == 0


def play(folder: Path, database: Database, seed: int, issues: int, *, strikes: int) -> Outcome:
    """How the scripts of a seed end when so many processes are killed while they are played."""
    rng = random.Random(seed)
    parts = cast(rng, issues)
    with World(
        folder, database=database, repositories=REPOSITORIES, settings=SETTINGS, requests_per_hour=PLENTY
    ) as world:
        players = [Player.open(world, repo, script, module=f"zones{n}") for n, (repo, script) in enumerate(parts)]
        settle(world)
        if strikes:
            world.faults(rules=bad_answers(seed, SHARE_OF_BAD_ANSWERS), deliveries={"copies": 3, "shuffle": seed})
        play_at_once(world, players, seed)
        go_wrong(world, players, rng, strikes)
        finish(world, players)
        return outcome(world, players)


def play_at_once(world: World, players: Sequence[Player], seed: int) -> None:
    """Play what GitHub is to tell only afterwards."""
    faults = world.faults_now()
    world.faults(**faults | {"deliveries": {**faults["deliveries"], "hold": True}})
    for player in players:
        if player.script in AT_ONCE:
            player.play()
    world.faults(**faults)
    world.local("POST", "/deliveries/release")


def go_wrong(world: World, players: Sequence[Player], rng: random.Random, strikes: int) -> None:
    """Play the other scripts, each beginning at its own time, while one thing after another is killed."""
    possible = {**STRIKES, **(STRIKES_ON_POSTGRESQL if world.postgresql else {})}
    for number in range(strikes):
        for player in players[: 1 + number * len(players) // strikes]:
            player.play()
        name = rng.choice(list(possible))
        print(f"{time.strftime('%X')} {number}: {name}")
        possible[name](world, rng)
        time.sleep(rng.uniform(*BETWEEN_STRIKES_SECONDS))


def finish(world: World, players: Sequence[Player]) -> None:
    """Play the scripts to their ends, and wait until ACS has done what they lead to."""
    world.faults(rules=[], deliveries={})
    world.stack.wait_until_ready()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(player.left for player in players):
        assert time.monotonic() < deadline, [(player.name, player.left) for player in players if player.left]
        for player in players:
            player.play()
        time.sleep(0.2)
    settle(world)


def settle(world: World) -> None:
    """Wait until everything has arrived and nothing is under way any more, for a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    quiet = 0
    while quiet < QUIET_LOOKS:
        left = under_way(world)
        assert time.monotonic() < deadline, f"this did not end within {PATIENCE_SECONDS} s: {left}"
        quiet = 0 if left else quiet + 1
        time.sleep(0.3)


def under_way(world: World) -> Sequence[str]:
    """What has not ended or arrived so far."""
    return [
        *(["deliveries of GitHub's"] if world.is_delivering() else []),
        *(f"{one.event} {one.guid} in {one.lane}" for one in world.rows(deliveries) if one.finished_at is None),
        *(f"{one.kind} in {one.lane}: {one.reason}" for one in world.rows(jobs) if one.finished_at is None),
        *(f"{guid}, which was never received" for guid in never_received(world)),
    ]
