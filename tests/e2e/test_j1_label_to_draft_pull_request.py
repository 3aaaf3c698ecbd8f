"""J1: a person labels an issue, and a draft pull request with code, tests and docs is there; once, whatever happens."""

import time

import pytest

from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, Database, Json, World, concluded, eventually


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    return request.param


def progress(world: World, number: int) -> str:
    (comment,) = world.comments(number)
    return comment


def proposed(world: World, number: int) -> Json:
    """The pull request that answers an issue."""

    def look() -> Json | None:
        branch = f"acs/issue-{number}-"
        return next((pull for pull in world.pulls() if pull["head"]["ref"].startswith(branch)), None)

    return eventually(look, what=f"the pull request for #{number}")


def settled(world: World, number: int, words: str) -> str:
    """The progress comment, once it says the words."""

    def look() -> str | None:
        return next((body for body in world.comments(number) if words in body), None)

    return eventually(look, what=f"a comment on #{number} that says “{words}”")


def test_a_label_is_acknowledged_at_once(world: World) -> None:
    number = world.open_issue("Add postage zones", module_request("postageZones"))
    began = time.monotonic()
    world.label(number)

    eventually(lambda: world.comments(number), what="the progress comment")

    assert time.monotonic() - began < 2
    assert world.reactions(number) == ["eyes"]
    settled(world, number, "Done: a draft pull request is open")


def test_a_label_leads_to_one_draft_pull_request_with_code_tests_and_docs(world: World) -> None:
    number = world.open_issue("Add delivery zones", module_request("deliveryZones"))
    world.label(number)
    pull = proposed(world, number)

    assert pull["draft"] is True
    assert pull["title"] == "Add delivery zones"
    assert f"Closes #{number}" in pull["body"]
    for heading in ("What was asked", "What was done", "What was read", "Time and cost"):
        assert f"## {heading}\n" in pull["body"]
    changed = {file["filename"]: file["status"] for file in world.get(f"/repos/{SHOP}/pulls/{pull['number']}/files")}
    assert {"src/deliveryZones.ts", "docs/deliveryZones.md"} <= set(changed)
    assert any("deliveryZones.test.ts" in path for path in changed)
    (commit,) = world.get(f"/repos/{SHOP}/pulls/{pull['number']}/commits")
    assert "Co-authored-by: maria <" in commit["commit"]["message"]
    assert commit["commit"]["verification"]["verified"] is True
    assert f"Pull request: #{pull['number']}" in settled(world, number, "Done: a draft pull request is open")


def test_its_tests_are_run_and_named_in_a_check_on_its_head(world: World) -> None:
    number = world.open_issue("Add parcel zones", module_request("parcelZones"))
    world.label(number)
    pull = proposed(world, number)

    (run,) = concluded(world, pull["head"]["sha"])

    assert (run["name"], run["conclusion"]) == ("ACS / tests", "success")
    assert "parcelZones" in run["output"]["summary"]
    assert run["output"]["title"] in settled(world, number, "passed in")


def test_a_check_run_can_be_asked_for_again(world: World) -> None:
    number = world.open_issue("Add letter zones", module_request("letterZones"))
    world.label(number)
    pull = proposed(world, number)
    (first,) = concluded(world, pull["head"]["sha"])

    world.act("maria", "POST", f"/repos/{SHOP}/check-runs/{first['id']}/rerequest")

    again = concluded(world, pull["head"]["sha"], count=2)
    assert {run["conclusion"] for run in again} == {"success"}


def test_labelling_twice_and_editing_changes_nothing(world: World) -> None:
    number = world.open_issue("Add twice-labelled zones", module_request("twiceZones"))
    world.label(number)
    world.act("maria", "PATCH", f"/repos/{SHOP}/issues/{number}", {"body": "something else"})
    pull = proposed(world, number)
    settled(world, number, "Done: a draft pull request is open")

    world.label(number, label="bug")
    world.unlabel(number)
    world.label(number)
    time.sleep(1.5)

    assert [one["number"] for one in world.pulls() if one["head"]["ref"] == pull["head"]["ref"]] == [pull["number"]]
    assert len(world.comments(number)) == 1
    assert sum(branch.startswith(f"acs/issue-{number}-") for branch in world.branches()) == 1


def test_somebody_without_write_permission_gets_one_polite_sentence(world: World) -> None:
    number = world.open_issue("Let me in", module_request("intruder"), by="tina")
    world.label(number, by="tina")

    (said,) = eventually(lambda: world.comments(number), what="the answer")
    world.unlabel(number, by="tina")
    world.label(number, by="tina")
    time.sleep(1)

    assert said.endswith(
        "Thank you for asking; tina has triage permission, and starting work takes write permission, "
        "so ACS leaves this one to the maintainers.\n"
    )
    assert world.comments(number) == [said]
    assert world.reactions(number) == []
    assert not any(branch.startswith(f"acs/issue-{number}-") for branch in world.branches())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("Make it faster, please.", "typescript-module", id="no template"),
        pytest.param("```yaml\ntemplate: typescript-modul\n```", "typescript-module", id="a misspelt template"),
        pytest.param(
            "```yaml\ntemplate: typescript-module\nparameters: {modul: x}\n```", "module", id="wrong parameters"
        ),
        pytest.param("```yaml\ntemplate: [\n```", "template", id="broken YAML"),
    ],
)
def test_a_request_that_lacks_something_is_told_what_and_how(world: World, body: str, said: str) -> None:
    number = world.open_issue("Something", body)
    world.label(number)

    answer = settled(world, number, "ACS needs something from you")

    assert said in answer
    assert "```" in answer
    assert not any(branch.startswith(f"acs/issue-{number}-") for branch in world.branches())


def test_a_mended_request_is_done_when_it_is_labelled_again(world: World) -> None:
    number = world.open_issue("Add mended zones", "Please add zones.")
    world.label(number)
    settled(world, number, "ACS needs something from you")

    world.act("maria", "PATCH", f"/repos/{SHOP}/issues/{number}", {"body": module_request("mendedZones")})
    world.unlabel(number)
    world.label(number)

    pull = proposed(world, number)
    assert f"Pull request: #{pull['number']}" in settled(world, number, "Done: a draft pull request is open")
    assert len(world.comments(number)) == 1


@pytest.mark.parametrize("how", ["removed the label", "closed the issue"])
def test_a_request_taken_back_in_the_middle_leaves_nothing_behind(world: World, how: str) -> None:
    world.faults(rules=[{"effect": {"kind": "latency", "seconds": 0.7}, "method": "POST", "path": ".*/git/.*"}])
    try:
        number = world.open_issue(f"Taken back: {how}", module_request("takenBack"))
        world.label(number)
        eventually(lambda: world.comments(number), what="the progress comment")
        if how == "removed the label":
            world.unlabel(number)
        else:
            world.act("maria", "PATCH", f"/repos/{SHOP}/issues/{number}", {"state": "closed"})

        said = settled(world, number, "Cancelled")
    finally:
        world.faults(rules=[])

    assert f"maria {how}. Nothing was changed." in said
    time.sleep(2)
    assert not any(branch.startswith(f"acs/issue-{number}-") for branch in world.branches())
    assert not any(f"Closes #{number}\n" in pull["body"] for pull in world.pulls())
