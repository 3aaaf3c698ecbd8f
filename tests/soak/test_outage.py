"""GitHub is away, for what stands for an hour: what happened there meanwhile is caught up in order, by the sweep alone.

Webhooks fail, and the API answers 503. People's requests do not fail, because somebody has to make things happen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from app.adapters.sql.tables import deliveries
from tests.e2e.conftest import state as state  # the fixture
from tests.e2e.requests import module_request
from tests.e2e.world import UNTESTED, Database, World, eventually
from tests.soak.faults import NOT_BY_PEOPLE

ISSUES = 5
SETTINGS = {"ACS_SWEEP_EVERY": "PT2S", "ACS_REDELIVER_PER_MINUTE": "100000"}
AWAY = [
    {"effect": {"kind": "status", "status": 503}, "method": method, "path": path}
    for method, path in (("GET", ".*"), ("POST|PATCH|PUT|DELETE", NOT_BY_PEOPLE))
]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("database", "repositories", "rounds"),
    [
        pytest.param("sqlite", 4, 4, id="100 deliveries"),
        pytest.param("postgresql", 20, 19, id="2,000 deliveries", marks=pytest.mark.soak),
    ],
)
def test_what_happened_while_github_was_away_is_caught_up_in_order(
    database: Database, repositories: int, rounds: int, state: Path
) -> None:
    repos = [f"octo/plain-{n}" for n in range(repositories)]
    with World(
        state / f"outage-{database}",
        database=database,
        repositories=dict.fromkeys(repos, UNTESTED),
        settings=SETTINGS,
        requests_per_hour=1_000_000,
    ) as world:
        world.faults(rules=AWAY, deliveries={"fail": True})
        for repo in repos:
            keep_busy(world, repo, rounds)
        eventually(lambda: not world.is_delivering(), within=60, what="the failure of every delivery")
        assert world.rows(deliveries) == []

        world.faults(rules=[], deliveries={"fail": True})
        missed = in_order(one["guid"] for one in reversed(list(world.deliveries())))
        world.faults(rules=[], deliveries={})
        assert len(missed) >= repositories * (ISSUES * (1 + rounds) + 1)

        eventually(lambda: set(missed) <= set(done(world)), within=500, what="the last of what was missed")
        for repo in repos:
            eventually(lambda r=repo: world.pulls(r), within=60, what=f"the pull request in {repo}")
        lanes = {row.guid: row.lane for row in world.rows(deliveries)}
        assert by_lane(done(world), lanes, missed) == by_lane(missed, lanes, missed)


def keep_busy(world: World, repo: str, rounds: int) -> None:
    """Open some issues, label and unlabel them again and again, and ask for a change at last."""
    numbers = [world.open_issue(f"Add zones {n}", module_request(f"zones{n}"), repo=repo) for n in range(ISSUES)]
    for turn in range(rounds):
        for number in numbers:
            if turn % 2 == 0:
                world.label(number, label="bug", repo=repo)
            else:
                world.unlabel(number, label="bug", repo=repo)
    world.label(numbers[0], repo=repo)


def done(world: World) -> Sequence[str]:
    """The GUIDs of the deliveries that are done, in the order in which they were."""
    finished = [row for row in world.rows(deliveries) if row.state == "done"]
    return [row.guid for row in sorted(finished, key=lambda row: (row.finished_at, row.id))]


def in_order(guids: Iterable[str]) -> Sequence[str]:
    """Each once, where it came first."""
    return list(dict.fromkeys(guids))


def by_lane(guids: Iterable[str], lanes: Mapping[str, str], wanted: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    of_interest = set(wanted)
    for guid in guids:
        if guid in of_interest:
            found[lanes[guid]].append(guid)
    return found
