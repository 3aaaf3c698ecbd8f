"""Two web and four worker processes on one PostgreSQL and one Redis do together what one of each does alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.sql.tables import deliveries, jobs
from tests.e2e.requests import module_request
from tests.e2e.world import World, concluded, eventually

ISSUES = 12


@pytest.fixture(scope="module")
def world(state: Path) -> Iterator[World]:
    settings = {"ACS_WORKERS": "1", "ACS_LONG_WORKERS": "1"}
    with World(state, database="postgresql", webs=2, workers=4, settings=settings) as world:
        yield world


def who_did(world: World, event: str) -> dict[str, int]:
    """How many log lines of an event each process wrote."""
    lines = {
        name: [json.loads(line) for line in world.log_lines(name) if line[:1] == "{"] for name in world.stack.names
    }
    counts = {name: sum(line["event"] == event for line in entries) for name, entries in lines.items()}
    return {name: count for name, count in counts.items() if count}


@pytest.mark.timeout(300)
def test_each_of_twelve_issues_gets_one_of_everything_and_no_process_does_all_of_it(world: World) -> None:
    numbers = [world.open_issue(f"Add zones {n}", module_request(f"zones{n}")) for n in range(ISSUES)]
    for number in numbers:
        world.label(number)

    pulls = eventually(
        lambda: pulls if len(pulls := world.pulls()) >= ISSUES else None, within=90, what="all proposals"
    )
    for pull in pulls:
        concluded(world, pull["head"]["sha"], within=150)
    eventually(lambda: not any(job.state in ("ready", "retry") for job in world.rows(jobs)), what="the last job")

    assert sorted(int(pull["head"]["ref"].split("-")[1]) for pull in pulls) == sorted(numbers)
    assert all(pull["draft"] for pull in pulls)
    assert world.branches() == sorted(["main", *(pull["head"]["ref"] for pull in pulls)])
    for number in numbers:
        (comment,) = world.comments(number)
        assert "passed in" in comment
        assert world.reactions(number) == ["eyes"]
    for pull in pulls:
        assert [run["conclusion"] for run in world.check_runs(pull["head"]["sha"])] == ["success"]
    assert {delivery.state for delivery in world.rows(deliveries)} == {"done"}
    assert set(who_did(world, "delivery accepted")) == {"web", "web-2"}
    assert len(who_did(world, "change proposed")) > 1
    assert len(who_did(world, "tests run")) > 1
