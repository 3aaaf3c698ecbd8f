"""Requests for each shipped template on its sample repository: what is answered before anything is made."""

import time

import pytest

from app.domain.recipe import NotGenerated, NotPlanned, PackagesMissing, PathsTaken, WrongParameters
from app.generation.recipes.catalogue import shipped_template, shipped_templates
from app.generation.recipes.lane import Ready, generate, plan_recipe
from app.generation.recipes.reading import title_of
from tests.contract.generation.workshop import example_of, fill_in, sample_for
from tests.contract.validation.bench import files_of
from tests.fakes.checkout import FakeCheckout

TEMPLATES = [template.name for template in shipped_templates()]
MANIFESTS = ("package.json", "package-lock.json", "requirements.txt", "requirements.in", "pyproject.toml")


def plan(template: str, body: str) -> Ready | NotPlanned:
    return plan_recipe("A request", body, FakeCheckout(files_of(sample_for(template))))


@pytest.mark.parametrize("template", TEMPLATES)
def test_its_form_filled_in_with_its_own_examples_is_complete(template: str) -> None:
    sections = [f"### Template\n\n{template}"]
    for name, spec in shipped_template(template).manifest.parameters.items():
        given = f"```yaml\n{spec.example}\n```" if "\n" in spec.example else spec.example
        sections.append(f"### {title_of(name, spec)}\n\n{given or '_No response_'}")

    assert isinstance(plan(template, "\n\n".join(sections)), Ready)


@pytest.mark.parametrize("template", TEMPLATES)
def test_files_that_are_there_are_not_overwritten(template: str) -> None:
    made = fill_in(template, example_of(template))
    base = FakeCheckout({**files_of(sample_for(template)), **made})
    ready = plan_recipe("A request", example_of(template), base)
    assert isinstance(ready, Ready)

    answer: object | NotGenerated = generate(ready, base, monotonic=time.monotonic)

    assert answer == PathsTaken(template, tuple(made))


@pytest.mark.parametrize("template", TEMPLATES)
def test_packages_that_are_missing_are_asked_for_first(template: str) -> None:
    files = {path: text for path, text in files_of(sample_for(template)).items() if path not in MANIFESTS}

    answer = plan_recipe("A request", f"```yaml\ntemplate: {template}\n```", FakeCheckout(files))

    assert isinstance(answer, PackagesMissing)
    assert [" | ".join(group) for group in answer.groups] == list(shipped_template(template).manifest.requires)


WRONG = {
    "typescript-module": (
        "{module: ../x, functions: [], export_from_index: maybe}",
        ["module", "description", "functions", "export_from_index"],
    ),
    "typescript-http-service": (
        "{service: Parcels, port: 99999, routes: [{name: route, path: x}], sorce_folder: src}",
        [
            "parameters",
            "service",
            "description",
            "port",
            "routes, item 1, name",
            "routes, item 1, path",
            "routes, item 1, description",
            "routes, item 1, response",
        ],
    ),
    "javascript-cli": (
        "{command: Parcel, bin_folder: .github/workflows, table: {name: main, inputs: [json], output: x}}",
        ["command", "table, name", "table, description", "table, inputs, item 1, name", "bin_folder"],
    ),
    "python-module": (
        "{module: class, package: my-shop, functions: [{name: camelCase, inputs: [request], output: least}]}",
        [
            "module",
            "description",
            "functions, item 1, name",
            "functions, item 1, description",
            "functions, item 1, inputs, item 1, name",
            "functions, item 1, output, name",
            "package",
        ],
    ),
    "flask-service": (
        "{service: rooms-api, description: x, port: five, routes: [{name: body, path: /metrics, response: []}]}",
        [
            "service",
            "port",
            "routes, item 1, name",
            "routes, item 1, description",
            "routes, item 1, response",
        ],
    ),
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_everything_that_is_wrong_is_answered_at_once(template: str) -> None:
    parameters, places = WRONG[template]

    answer = plan(template, f"```yaml\ntemplate: {template}\nparameters: {parameters}\n```")

    assert isinstance(answer, WrongParameters)
    assert [problem.where for problem in answer.problems] == places


def test_functions_whose_types_would_share_a_name_are_refused() -> None:
    table = "inputs: [x], output: {}, description: d, examples: [{{x: 1, {}: 1}}, {{x: 2, {}: 2}}]"
    functions = f"[{{name: a_b, {table.format('c', 'c', 'c')}}}, {{name: a, {table.format('b_c', 'b_c', 'b_c')}}}]"
    parameters = f"{{module: m, description: d, functions: {functions}}}"

    answer = plan("python-module", f"```yaml\ntemplate: python-module\nparameters: {parameters}\n```")

    assert isinstance(answer, WrongParameters)
    assert [(problem.where, problem.given) for problem in answer.problems] == [("functions", "a")]


@pytest.mark.parametrize("value", ["\\0", "\\e[31m", "\\u202e", "two\\nlines", "\\ud800"])
def test_a_command_takes_only_what_can_be_typed(value: str) -> None:
    body = example_of("javascript-cli").replace("zone: europe", f'zone: "{value}"')

    answer = plan("javascript-cli", body)

    assert isinstance(answer, WrongParameters)
    assert [problem.where for problem in answer.problems] == ["table, examples, row 4, zone"]
    assert answer.problems[0].expected.startswith("printable text on one line")
