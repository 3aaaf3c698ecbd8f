"""`.github/acs.yml` under an organisation with defaults: what people see of it on pull requests and issues."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.requests import module_request
from tests.e2e.world import SAMPLES, SHOP, Json, World, eventually

HOME = "octo/.github"
PATH = ".github/acs.yml"


@pytest.fixture(scope="module")
def world(state: Path) -> Iterator[World]:
    with World(state / "configured", repositories={SHOP: SAMPLES / "typescript", HOME: SAMPLES / "python"}) as world:
        put(world, PATH, "version: 1\nlocked: [generation.constraints.maxLinesPerFile]\n", repo=HOME)
        yield world


def put(world: World, path: str, text: str, *, branch: str = "main", repo: str = SHOP) -> None:
    """Maria writes a file."""
    contents = f"/repos/{repo}/contents/{path}"
    there = world.request("maria", "GET", f"{contents}?ref={branch}")
    known = {"sha": there.json()["sha"]} if there.is_success else {}
    body = {"message": f"Write {path}", "content": b64encode(text.encode()).decode(), "branch": branch, **known}
    world.act("maria", "PUT", contents, body)


def propose(world: World, branch: str, text: str) -> str:
    """A pull request that writes the configuration; its head."""
    main = world.get(f"/repos/{SHOP}/git/ref/heads/main")["object"]["sha"]
    world.act("maria", "POST", f"/repos/{SHOP}/git/refs", {"ref": f"refs/heads/{branch}", "sha": main})
    put(world, PATH, text, branch=branch)
    pull = world.act("maria", "POST", f"/repos/{SHOP}/pulls", {"title": "Configure", "head": branch, "base": "main"})
    return pull["head"]["sha"]


def concluded(world: World, head_sha: str) -> Json:
    """The check run about the configuration, once it is concluded."""

    def found() -> list[Json]:
        runs = world.get(f"/repos/{SHOP}/commits/{head_sha}/check-runs")["check_runs"]
        return [run for run in runs if run["name"] == "ACS / config" and run["status"] == "completed"]

    (run,) = eventually(found, what="the check of the configuration")
    return run


def test_a_pull_request_that_breaks_the_configuration_hears_every_problem_on_its_line(world: World) -> None:
    text = "version: 1\ngeneration:\n  constraints:\n    maxFile: 3\n    maxLinesPerFile: many\n"

    run = concluded(world, propose(world, "broken", text))

    assert (run["conclusion"], run["output"]["title"]) == ("failure", "2 things to mend")
    annotations = world.get(f"/repos/{SHOP}/check-runs/{run['id']}/annotations")
    assert [(one["path"], one["start_line"]) for one in annotations] == [(PATH, 4), (PATH, 5)]
    assert 'did you mean "maxFiles"?' in annotations[0]["message"]


def test_a_pull_request_cannot_set_what_the_organisation_locked(world: World) -> None:
    text = "version: 1\ngeneration: {constraints: {maxLinesPerFile: 9000}}\n"

    run = concluded(world, propose(world, "overriding", text))

    assert run["conclusion"] == "failure"
    assert f"is locked by {HOME}: {PATH}:2" in run["output"]["summary"]


def test_a_pull_request_that_edits_the_configuration_shows_what_it_would_change(world: World) -> None:
    run = concluded(world, propose(world, "tighter", "version: 1\ngeneration: {constraints: {maxFiles: 2}}\n"))

    assert (run["conclusion"], run["output"]["title"]) == ("success", "Valid; 1 value changes")
    assert "| `generation.constraints.maxFiles` | `not set` | `2` | `not set` |" in run["output"]["summary"]


def ask(world: World, name: str, words: str) -> None:
    """Maria asks for a module, and reads these words in the progress comment."""
    number = world.open_issue(f"Add {name}", module_request(name))
    world.label(number)
    eventually(lambda: any(words in comment for comment in world.comments(number)), what=words)


def test_what_is_merged_holds_for_the_next_request(world: World) -> None:
    put(world, PATH, "version: 1\ngeneration: {constraints: {maxFiles: 2}}\n")

    ask(world, "postage", "`maxFiles` is 2, the change has 3 files")


def test_an_invalid_configuration_on_the_base_stops_code_and_says_where_it_is_wrong(world: World) -> None:
    put(world, PATH, "version: 1\ngeneration:\n  constraint: {}\n")

    ask(world, "parcels", "`.github/acs.yml:3`: unknown key")
