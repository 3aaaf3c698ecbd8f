"""J9: whatever dies, and however badly GitHub answers, everything ends as it does when nothing goes wrong."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.adapters.sql.tables import deliveries, jobs
from tests.e2e.conftest import state as state  # the fixture
from tests.e2e.world import SAMPLES, SHOP, UNTESTED, Database, World, eventually
from tests.soak.faults import STRIKES, STRIKES_ON_POSTGRESQL, bad_answers
from tests.soak.outcome import Outcome, difference, never_received, outcome
from tests.soak.scripts import AT_ONCE, PLAIN, Player, cast

REPOSITORIES = {SHOP: SAMPLES / "typescript", PLAIN: UNTESTED}
SWEEP = {"ACS_SWEEP_EVERY": "PT2S", "ACS_REDELIVER_PER_MINUTE": "100000"}
PLENTY = 1_000_000
SHARE_OF_BAD_ANSWERS = 0.05
BETWEEN_STRIKES_SECONDS = 0.8
PATIENCE_SECONDS = 240


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
    with World(folder, database=database, repositories=REPOSITORIES, settings=SWEEP, requests_per_hour=PLENTY) as world:
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
        time.sleep(rng.uniform(0, BETWEEN_STRIKES_SECONDS))


def finish(world: World, players: Sequence[Player]) -> None:
    """Play the scripts to their ends, and wait until ACS has done what they lead to."""
    world.faults(rules=[], deliveries={})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(player.left for player in players):
        assert time.monotonic() < deadline, [(player.name, player.left) for player in players if player.left]
        for player in players:
            player.play()
        time.sleep(0.2)
    settle(world)


def settle(world: World) -> None:
    """Wait until everything has arrived and nothing is under way any more, for a while."""

    def is_quiet() -> bool:
        open_work = [one for one in (*world.rows(deliveries), *world.rows(jobs)) if one.finished_at is None]
        return not world.is_delivering() and not open_work and not never_received(world)

    def stays_quiet() -> bool:
        return is_quiet() and not time.sleep(0.7) and is_quiet()

    eventually(stays_quiet, within=PATIENCE_SECONDS, what="the end of all work")
