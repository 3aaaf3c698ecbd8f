"""Issues in plain words that come from a form: what they ask for."""

import pytest

from app.domain.brief import Brief, BriefKind
from app.domain.change import Constraints
from app.domain.recipe import NoRecipe, Problem, UnreadableRequest
from app.domain.yaml_text import read_yaml
from app.generation.recipes.brief import FIELDS, read_brief
from app.generation.recipes.issue_form import brief_form
from app.generation.recipes.lane import plan_recipe
from tests.fakes.checkout import FakeCheckout

STORY = """### As a

shopper

### I want

to see the postage

### So that

I know the price

### Acceptance criteria

- [ ] DE costs 4 €
2. FR costs 7 €

others cost 12 €

### Context

`src/price.ts` has the prices.

### Language

TypeScript

### Constraints

```yaml
maxFiles: 4
```"""
REQUIREMENT = """### What must hold

Requests time out after 2 s.

### Why

_No response_

### Acceptance criteria

A request that hangs ends.

### Language

_No response_"""


def test_a_user_story_is_read_by_its_fields() -> None:
    assert read_brief(STORY) == Brief(
        kind="user story",
        statement="As a shopper, I want to see the postage, so that I know the price.",
        acceptance=("DE costs 4 €", "FR costs 7 €", "others cost 12 €"),
        context="`src/price.ts` has the prices.",
        language="typescript",
        constraints=Constraints(max_files=4),
    )


def test_what_was_not_filled_in_is_not_there() -> None:
    assert read_brief(REQUIREMENT) == Brief(
        kind="technical requirement",
        statement="Requests time out after 2 s.",
        acceptance=("A request that hangs ends.",),
        context="",
        language=None,
        constraints=Constraints(),
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("As a shopper I want to see the postage", id="words without a form"),
        pytest.param(STORY.replace("### Acceptance criteria", "### Notes"), id="no criteria"),
        pytest.param(f"```\n{STORY}\n```", id="a form in code"),
        pytest.param(STORY + "x" * 65_536, id="more than an issue holds"),
    ],
)
def test_other_issues_are_no_form(body: str) -> None:
    assert read_brief(body) is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(
            STORY.replace("maxFiles: 4", "maxFiles: many"),
            Problem("constraints, maxFiles", "many", "a whole number, at least 1"),
            id="a limit",
        ),
        pytest.param(
            STORY.replace("TypeScript", "Cobol"),
            Problem("language", "Cobol", "one of TypeScript, JavaScript, Python"),
            id="a language",
        ),
        pytest.param(
            STORY.replace("to see the postage", "_No response_"),
            Problem("i want", None, "what they want to do"),
            id="a field that is needed",
        ),
        pytest.param(
            f"{STORY}\n\n### Context\n\nmore",
            Problem("context", "two sections", "one section of that name"),
            id="twice",
        ),
    ],
)
def test_what_is_wrong_in_a_form_is_told_before_anything_is_made(body: str, problem: Problem) -> None:
    planned = plan_recipe("Postage", body, FakeCheckout({"package.json": "{}"}))

    assert isinstance(planned, UnreadableRequest)
    assert planned.problems == (problem,)


def test_a_form_without_a_recipe_is_told_which_recipes_fit() -> None:
    assert isinstance(plan_recipe("Postage", STORY, FakeCheckout({"package.json": "{}"})), NoRecipe)


@pytest.mark.parametrize("kind", FIELDS)
def test_a_form_that_was_filled_in_is_read_again(kind: BriefKind) -> None:
    form = read_yaml(brief_form(kind)).value
    assert isinstance(form, dict)
    fields = form["body"]
    assert isinstance(fields, list)
    answers = {"Language": "Python", "Constraints": "maxFiles: 3"}
    sections: list[str] = []
    for field in fields:
        assert isinstance(field, dict)
        attributes = field["attributes"]
        assert isinstance(attributes, dict)
        label = str(attributes["label"])
        sections.append(f"### {label}\n\n{answers.get(label, f'the {label}')}")

    brief = read_brief("\n\n".join(sections))

    assert form["labels"] == ["acs"]
    assert brief is not None
    assert (brief.kind, brief.language, brief.constraints.max_files, brief.problems) == (kind, "python", 3, ())
    assert brief.acceptance == ("the Acceptance criteria",)
