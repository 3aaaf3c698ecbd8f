"""An issue that names a pattern, on a repository with code: the code is edited, and its tests are run on the result."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import SAMPLES, Json, World, concluded, eventually

SLUG, ROOMS = "octo/slug", "octo/rooms"
APP = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return {"name": "rooms"}
"""


def ask(pattern: str, **parameters: Json) -> str:
    """An issue's body that names a pattern."""
    return f"Please.\n\n```yaml\npattern: {pattern}\nparameters: {json.dumps(parameters)}\n```\n"


@pytest.fixture(scope="module")
def repositories(state: Path) -> dict[str, Path]:
    slug, rooms = state / "slug", state / "rooms"
    shutil.copytree(SAMPLES / "javascript", slug)
    shutil.copytree(SAMPLES / "flask", rooms)
    (rooms / "bookings/app.py").write_text(APP)
    (slug / "src/main.js").write_text(
        '#!/usr/bin/env node\nconst { slug } = require("./slug");\n\nconsole.log(slug(process.argv[2]));\n'
    )
    (slug / "src/main.js").chmod(0o755)
    return {SLUG: slug, ROOMS: rooms}


@pytest.fixture(scope="module")
def world(state: Path, repositories: dict[str, Path]) -> Iterator[World]:
    with World(state, repositories=repositories) as world:
        yield world


def proposed(world: World, repo: str, number: int) -> Json:
    def look() -> Json | None:
        branch = f"acs/issue-{number}-"
        return next((pull for pull in world.pulls(repo) if pull["head"]["ref"].startswith(branch)), None)

    return eventually(look, what=f"the pull request for {repo}#{number}")


def checked(world: World, repo: str, pull: Json) -> tuple[str, str, str]:
    (run,) = concluded(world, pull["head"]["sha"], within=150, repo=repo)
    return run["name"], run["conclusion"], run["output"]["summary"]


def changed(world: World, repo: str, pull: Json) -> dict[str, str]:
    files = world.get(f"/repos/{repo}/pulls/{pull['number']}/files?per_page=100")
    return {file["filename"]: file["status"] for file in files}


def test_a_commonjs_package_becomes_es_modules_and_its_tests_still_pass(world: World) -> None:
    number = world.open_issue("Use ES modules", ask("commonjs-to-esm"), repo=SLUG)
    world.label(number, repo=SLUG)
    pull = proposed(world, SLUG, number)

    assert pull["draft"] is True
    assert changed(world, SLUG, pull) == dict.fromkeys(
        ("package.json", "src/main.js", "src/slug.js", "test/slug.test.js"), "modified"
    )
    assert "- `src/slug.js:31`: module.exports becomes exports by name" in pull["body"]
    tree = world.get(f"/repos/{SLUG}/git/trees/{pull['head']['sha']}?recursive=1")["tree"]
    assert {entry["path"]: entry["mode"] for entry in tree}["src/main.js"] == "100755"

    name, conclusion, summary = checked(world, SLUG, pull)

    assert (name, conclusion) == ("ACS / tests", "success"), summary


def test_a_route_is_added_and_its_test_is_run(world: World) -> None:
    route = {"file": "bookings/app.py", "path": "/health", "handler": "health", "response": {"status": "ok"}}
    number = world.open_issue("Add a health check", ask("add-http-route", **route), repo=ROOMS)
    world.label(number, repo=ROOMS)
    pull = proposed(world, ROOMS, number)

    assert changed(world, ROOMS, pull) == {"bookings/app.py": "modified", "tests/test_health.py": "added"}
    name, conclusion, summary = checked(world, ROOMS, pull)
    assert (name, conclusion) == ("ACS / tests", "success"), summary
    assert "test_health" in summary


def test_a_pattern_that_does_not_fit_the_code_says_where_and_why(world: World) -> None:
    route = {"file": "bookings/app.py", "path": "/", "handler": "root", "response": {"status": "ok"}}
    number = world.open_issue("Add it twice", ask("add-http-route", **route), repo=ROOMS)
    world.label(number, repo=ROOMS)

    def look() -> str | None:
        return next((said for said in world.comments(number, ROOMS) if "needs something from you" in said), None)

    said = eventually(look, what="the answer")

    assert "- `bookings/app.py:6`: answers GET / already" in said
    assert [pull for pull in world.pulls(ROOMS) if pull["title"] == "Add it twice"] == []
