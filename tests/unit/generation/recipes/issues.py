"""Issue bodies, and what they become on a base."""

import json

from app.domain.change import Change
from app.domain.recipe import NotGenerated, NotPlanned, WrongParameters
from app.domain.yaml_text import Yaml
from app.generation.recipes.lane import Ready, generate, plan_recipe
from tests.fakes.checkout import FakeCheckout

WITH_JEST = {"package.json": '{"devDependencies": {"jest": "30"}}'}
FUNCTION: dict[str, Yaml] = {
    "name": "rate",
    "description": "The rate of a country.",
    "inputs": ["country"],
    "output": "percent",
    "examples": [{"country": "DE", "percent": 19}, {"country": "FR", "percent": 20}],
}


def block(**fields: Yaml) -> str:
    """An issue that asks for a module; `fields` replace or add parameters, or the constraints."""
    constraints = fields.pop("constraints", None)
    parameters: dict[str, Yaml] = {"module": "vat", "description": "VAT rates.", "functions": [FUNCTION], **fields}
    given = {"template": "typescript-module", "parameters": parameters, "constraints": constraints}
    return f"```acs\n{json.dumps(given)}\n```"


def function(**fields: Yaml) -> list[Yaml]:
    return [{**FUNCTION, **fields}]


def plan(body: str, base: FakeCheckout | None = None, title: str = "A title") -> Ready | NotPlanned:
    return plan_recipe(title, body, base or FakeCheckout(WITH_JEST))


def make(body: str, base: FakeCheckout | None = None) -> Change | NotGenerated:
    ready = plan(body, base)
    assert isinstance(ready, Ready), ready
    return generate(ready, base or FakeCheckout(WITH_JEST), monotonic=lambda: 1.0)


def made(body: str, base: FakeCheckout | None = None) -> dict[str, str]:
    """The files of the change, which must be one, by path."""
    change = make(body, base)
    assert isinstance(change, Change), change
    return {file.path: file.content for file in change}


def wrong(body: str, base: FakeCheckout | None = None) -> list[tuple[str, str | None, str, str | None]]:
    """What is wrong with the parameters: where, what was given, what is expected, what was probably meant."""
    answer = plan(body, base)
    assert isinstance(answer, WrongParameters), answer
    return [(problem.where, problem.given, problem.expected, problem.did_you_mean) for problem in answer.problems]
