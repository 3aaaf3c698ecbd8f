"""G7: an issue for each shipped template, where it fits, becomes a draft pull request with green tests."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.demo.seed import SAMPLES as REPOSITORIES
from app.demo.seed import TEMPLATES
from app.generation.recipes.catalogue import shipped_templates
from tests.e2e.world import SAMPLES, Json, World, concluded, eventually

SHIPPED = {template.name: template for template in shipped_templates()}


@pytest.fixture(scope="module")
def world(state: Path) -> Iterator[World]:
    repositories = {name: SAMPLES / folder for name, folder in REPOSITORIES.items()}
    with World(state, repositories=repositories, settings={"ACS_LONG_WORKERS": "2"}) as world:
        yield world


@pytest.fixture(scope="module")
def issues(world: World) -> Mapping[str, int]:
    """An issue for each template, with its example; all are labelled before anything is looked at."""
    numbers = {
        name: world.open_issue(f"Try {name}", template.example, repo=TEMPLATES[name])
        for name, template in SHIPPED.items()
    }
    for name, number in numbers.items():
        world.label(number, repo=TEMPLATES[name])
    return numbers


def proposed(world: World, repo: str, number: int) -> Json:
    def look() -> Json | None:
        branch = f"acs/issue-{number}-"
        return next((pull for pull in world.pulls(repo) if pull["head"]["ref"].startswith(branch)), None)

    return eventually(look, within=60, what=f"the pull request for {repo}#{number}")


@pytest.mark.parametrize("template", SHIPPED)
def test_its_example_becomes_a_draft_pull_request_with_green_tests(
    template: str, world: World, issues: Mapping[str, int]
) -> None:
    repo = TEMPLATES[template]
    pull = proposed(world, repo, issues[template])
    (run,) = concluded(world, pull["head"]["sha"], within=120, repo=repo)

    assert pull["draft"] is True
    assert (run["name"], run["conclusion"]) == ("ACS / tests", "success")
    assert re.match(r"[1-9]\d* tests passed in ", run["output"]["title"])
    changed = [file["filename"] for file in world.get(f"/repos/{repo}/pulls/{pull['number']}/files")]
    (test,) = [path for path in changed if "test" in path.rpartition("/")[2]]
    assert any(path.startswith("docs/") for path in changed)
    assert test in run["output"]["summary"]
