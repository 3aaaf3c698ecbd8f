"""J9: nobody answers for a while, and the clock dies in the middle of asking again; still nothing is lost."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.adapters.sql.tables import deliveries, hook_deliveries
from tests.e2e.conftest import state as state  # the fixture
from tests.e2e.world import SAMPLES, Json, World, eventually

REPOSITORIES = {"octo/shop": SAMPLES / "typescript", "octo/library": SAMPLES / "python"}
EACH = 5  # issues in a repository, and deliveries of an issue
EAGER = {"ACS_SWEEP_EVERY": "PT1S", "ACS_REDELIVER_PER_MINUTE": "100000"}


def live(world: World, repo: str) -> None:
    """The life of an issue, of which GitHub tells five times."""
    number = world.open_issue("Prices need cents", "They do.", repo=repo)
    issue = f"/repos/{repo}/issues/{number}"
    for change in ({"title": "Prices need halves"}, {"body": "Of cents."}, {"state": "closed"}, {"state": "open"}):
        world.act("maria", "PATCH", issue, change)


def attempts(world: World) -> Sequence[Json]:
    """What GitHub lists, oldest first."""
    found: list[Json] = []
    path: str | None = "/app/hook/deliveries?per_page=100"
    while path:
        page = world.as_app("GET", path)
        found += page
        path = f"/app/hook/deliveries?per_page=100&cursor={page[-1]['id']}" if len(page) == 100 else None
    return list(reversed(found))


def states(world: World) -> Mapping[str, str]:
    return {row.guid: row.state for row in world.rows(deliveries)}


def acs(world: World, *command: str) -> tuple[int, str]:
    """The exit status of an `acs` command, and what it says."""
    log = world.stack.state / "logs" / "command.log"
    log.unlink(missing_ok=True)
    world.stack.run_beside("command", [sys.executable, "-m", "app.cli", *command])
    process: subprocess.Popen[bytes] = world.stack.processes.pop("command")
    return process.wait(60), log.read_text()


def test_what_nobody_answered_is_done_in_order_when_somebody_does_again(state: Path) -> None:
    with World(state / "missed", repositories=REPOSITORIES, settings=EAGER) as world:
        world.stack.kill("web")
        for _ in range(EACH):
            for repo in REPOSITORIES:
                live(world, repo)
        missed = [one["guid"] for one in attempts(world) if one["event"] == "issues" and not one["redelivery"]]
        assert len(missed) == EACH * EACH * len(REPOSITORIES)
        eventually(lambda: len(world.rows(hook_deliveries)) >= len(missed), within=60, what="the sweep's list")
        assert acs(world, "deliveries")[0] == 0, "what is missing is not lost"

        world.stack.run("web")
        eventually(lambda: len(states(world)) >= 10, within=60, what="ten of them")
        world.stack.kill("clock")
        world.stack.run("clock")
        eventually(
            lambda: [states(world).get(guid) for guid in missed] == ["done"] * len(missed),
            within=120,
            what="all of them",
        )

        in_lanes: dict[str, list[str]] = defaultdict(list)
        for row in sorted(world.rows(deliveries), key=lambda row: row.id):
            if row.guid in missed:
                in_lanes[row.lane].append(row.guid)
        assert len(in_lanes) == EACH * len(REPOSITORIES)
        for lane, guids in in_lanes.items():
            assert guids == [guid for guid in missed if guid in guids], lane
        assert_nothing_is_missing(world, missed)


def assert_nothing_is_missing(world: World, missed: Sequence[str]) -> None:
    recovered = eventually(lambda: all_recovered(world, missed), within=30, what="the last word of the sweep")
    assert (recovered["lost"], recovered["missing"]) == (0, 0)
    status, table = acs(world, "deliveries", "--hours", "2")
    assert (status, "Nothing is missing in the last 2 h" in table) == (0, True), table
    assert acs(world, "deliveries", "--failed") == (0, "None failed.\n")
    assert "is done, and nothing of it failed" in acs(world, "redeliver", missed[0])[1]
    status, said = acs(world, "redeliver", "no-such-delivery")
    assert (status, "is neither in the journal nor in GitHub's list" in said) == (1, True), said


def all_recovered(world: World, missed: Sequence[str]) -> Json | None:
    _, said = acs(world, "deliveries", "--json")
    total = json.loads(said)["total"]
    return total if total["recovered"] >= len(missed) else None
