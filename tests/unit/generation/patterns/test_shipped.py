"""The patterns that ACS ships: named in a block or a form like templates, with the same answers."""

import json

import pytest

from app.domain.change import Change, TooManyLines
from app.domain.recipe import ConstraintsViolated, UnknownRecipe, WrongParameters
from app.domain.yaml_text import read_yaml
from app.generation.patterns.pattern import Pattern
from app.generation.patterns.shipped import shipped_patterns
from app.generation.recipes.catalogue import Catalogue, shipped_recipes
from app.generation.recipes.issue_form import issue_form
from app.generation.recipes.lane import Ready, generate, plan_recipe
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.patterns.asking import ask, refused

CALLS = FakeCheckout({"package.json": "{}", "src/a.ts": "export const a = async () => await fetch(1);\n"})


@pytest.mark.parametrize("pattern", shipped_patterns(), ids=lambda pattern: pattern.name)
def test_the_example_is_a_complete_request(pattern: Pattern) -> None:
    assert isinstance(plan_recipe("A title", pattern.example, CALLS), Ready)


@pytest.mark.parametrize("pattern", shipped_patterns(), ids=lambda pattern: pattern.name)
def test_the_form_asks_for_every_parameter(pattern: Pattern) -> None:
    form = read_yaml(issue_form(pattern)).value
    assert isinstance(form, dict)
    fields = form["body"]
    assert isinstance(fields, list)

    ids = [field["id"] for field in fields if isinstance(field, dict)]
    asked = [name.replace("_", "-") for name in pattern.manifest.parameters]
    assert ids == ["pattern", *asked, "constraints"]


def test_a_form_that_was_filled_in_makes_the_change() -> None:
    paths = "### Paths\n\n```yaml\n- src/**/*.ts\n```"
    body = f"### Pattern\n\nwrap-calls\n\n### Function\n\nfetch\n\n{paths}\n\n### Attempts\n\n4"
    ready = plan_recipe("A title", body, CALLS)
    assert isinstance(ready, Ready), ready

    change = generate(ready, CALLS, monotonic=lambda: 1.0)

    assert isinstance(change, Change)
    assert "attempts: 4" in change.files[0].content


def test_a_pattern_may_be_named_as_a_template_and_the_other_way_round() -> None:
    body = "```yaml\ntemplate: wrap-calls\nfunction: fetch\npaths: [src]\n```"

    ready = plan_recipe("A title", body, CALLS)

    assert isinstance(ready, Ready)
    assert ready.read[0].why == "it names the pattern and gives the parameters"


def test_a_misspelt_pattern_is_answered_with_what_was_meant() -> None:
    answer = plan_recipe("A title", "```yaml\npattern: wrap-cals\n```", CALLS)

    assert isinstance(answer, UnknownRecipe)
    assert answer.did_you_mean == "wrap-calls"


def test_wrong_parameters_of_a_pattern_are_told_all_at_once() -> None:
    body = '```yaml\npattern: wrap-calls\nfunction: "a b"\npaths: [../x y]\natempts: 2\nattempts: 11\n```'

    answer = plan_recipe("A title", body, CALLS)

    assert isinstance(answer, WrongParameters)
    assert [(problem.where, problem.did_you_mean) for problem in answer.problems] == [
        ("parameters", "attempts"),
        ("function", None),
        ("paths, item 1", None),
        ("attempts", None),
    ]


@pytest.mark.parametrize(
    ("response", "where"),
    [
        pytest.param("text", "response", id="no object"),
        pytest.param({"a": [{"b": 1e300}]}, "response, a, item 1, b", id="a number that is too large"),
        pytest.param({"a": "x" * 3_000}, "response, a", id="a text that is too long"),
    ],
)
def test_json_that_cannot_be_kept_is_refused_with_its_place(response: object, where: str) -> None:
    given = {"file": "a.py", "path": "/a", "handler": "a", "response": response}
    body = f"```yaml\n{json.dumps({'pattern': 'add-http-route', 'parameters': given})}\n```"

    answer = plan_recipe("A title", body, CALLS)

    assert isinstance(answer, WrongParameters)
    assert [problem.where for problem in answer.problems] == [where]


def test_the_limits_of_the_requester_hold_for_edited_files() -> None:
    files = {"package.json": "{}", "src/a.ts": "await fetch(1);\n" * 30}

    answer = ask(files, "wrap-calls", {"function": "fetch", "paths": ["src"]}, constraints={"maxLinesPerFile": 100})

    assert isinstance(answer, ConstraintsViolated)
    assert "src/a.ts" in [violation.path for violation in answer.violations if isinstance(violation, TooManyLines)]


def test_a_change_that_no_pull_request_could_list_is_refused() -> None:
    files = {"package.json": "{}", "src/a.ts": "await fetch(1);\n" * 900}

    assert refused(files, "wrap-calls", function="fetch", paths=["src"]) == [
        "the change: 900 places to edit are more than a pull request can list: ask for fewer files"
    ]


def test_no_two_recipes_share_a_name() -> None:
    names = [recipe.name for recipe in shipped_recipes()]

    assert sorted(set(names)) == names
    assert set(Catalogue(CALLS).names) == set(names)
