"""GitHub announces nothing at all, and what people ask for is done all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.requests import module_request
from tests.e2e.world import World, concluded, eventually


@pytest.fixture
def world(state: Path) -> Iterator[World]:
    """A GitHub none of whose deliveries ever arrive."""
    with World(state, settings={"ACS_RESYNC_EVERY": "PT1S"}) as world:
        world.faults(deliveries={"hold": True})
        yield world


def test_a_label_leads_to_a_checked_draft_pull_request_without_any_delivery(world: World) -> None:
    number = world.open_issue("Add postage zones", module_request("postageZones"))
    world.label(number)

    (pull,) = eventually(world.pulls, what="the draft pull request", within=60)
    (run,) = concluded(world, pull["head"]["sha"], within=120)

    assert pull["draft"] is True
    assert pull["head"]["ref"] == f"acs/issue-{number}-add-postage-zones"
    assert run["conclusion"] == "success"
    assert world.reactions(number) == ["eyes"]
    eventually(lambda: any("passed in" in body for body in world.comments(number)), what="the tests in the comment")
    assert len(world.comments(number)) == 1
    assert not any("delivery accepted" in line for line in world.log_lines("web"))
