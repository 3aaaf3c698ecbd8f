"""A request and its recipe become parameters and constraints, or every problem with them at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from app.domain.change import Constraints
from app.domain.did_you_mean import did_you_mean
from app.domain.recipe import Problem, RecipeProblem
from app.domain.yaml_text import UnreadableYaml, Yaml, plain_scalar, read_yaml, shown
from app.generation.recipes.catalogue import Recipe
from app.generation.recipes.issue_body import FromBlock, FromForm, fenced_content
from app.generation.recipes.manifest import RecipeFaulty
from app.generation.recipes.parameters import ParameterReader, Value
from app.generation.recipes.rendering import Renderer, RenderingFailed
from app.generation.recipes.repository import Repository
from app.generation.recipes.schema import (
    EnumParameter,
    IdentifierParameter,
    IntegerParameter,
    ListParameter,
    Parameter,
    PathParameter,
    StringParameter,
    TableParameter,
)

CONSTRAINTS = "constraints"
_LIMITS: Mapping[str, Parameter] = {
    "maxFiles": IntegerParameter(type="integer", minimum=1, optional=True),
    "maxLinesPerFile": IntegerParameter(type="integer", minimum=1, optional=True),
    "allowedDependencies": ListParameter(
        type="list", items=StringParameter(type="string", max_length=214), min_items=0, max_items=500, optional=True
    ),
}
_TEXT = StringParameter | IdentifierParameter | PathParameter | EnumParameter


@dataclass(frozen=True, slots=True)
class Given:
    parameters: Mapping[str, Value]
    constraints: Constraints
    problems: tuple[Problem, ...]


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel)

    max_files: int | None
    max_lines_per_file: int | None
    allowed_dependencies: tuple[str, ...] | None


def read_given(request: FromBlock | FromForm, recipe: Recipe, repository: Repository) -> Given:
    """The typed parameters and constraints; they mean nothing when there are problems.

    Raises:
        RecipeFaulty: a default in the recipe cannot be worked out.
    """
    reader = ParameterReader()
    match request:
        case FromBlock(parameters=given, constraints=limits):
            reader.problems += request.problems
        case FromForm():
            given, limits = _from_sections(request, recipe, reader.problems)
    parameters = reader.read_fields(_with_defaults(recipe, repository), given)
    return Given(parameters, _constraints(limits, reader), tuple(reader.problems))


def title_of(name: str, spec: Parameter) -> str:
    """What a form calls a parameter."""
    return spec.title or name.replace("_", " ").capitalize()


def _with_defaults(recipe: Recipe, repository: Repository) -> dict[str, Parameter]:
    specs = dict(recipe.manifest.parameters)
    for name, spec in specs.items():
        if isinstance(spec.default, str) and "{{" in spec.default:
            specs[name] = spec.model_copy(update={"default": _worked_out(name, spec.default, recipe, repository)})
    return specs


def _worked_out(name: str, default: str, recipe: Recipe, repository: Repository) -> Yaml:
    try:
        return plain_scalar(Renderer().render(default, {"repository": repository}))
    except RenderingFailed as failure:
        message = f"parameters, {name}, default: {failure.message}"
        raise RecipeFaulty((RecipeProblem(recipe.manifest_path, None, message),)) from failure


def read_limits(text: str) -> tuple[Constraints, tuple[Problem, ...]]:
    """The limits of a section on constraints, and what is wrong with them."""
    problems: list[Problem] = []
    given = _yaml(CONSTRAINTS, text, problems) if text else None
    reader = ParameterReader()
    return _constraints(given, reader), (*problems, *reader.problems)


def _constraints(given: Yaml, reader: ParameterReader) -> Constraints:
    if given is None:
        return Constraints()
    if not isinstance(given, dict):
        reader.problems.append(Problem(CONSTRAINTS, shown(given), "an object with " + ", ".join(_LIMITS)))
        return Constraints()
    before = len(reader.problems)
    values = reader.read_fields(_LIMITS, given, CONSTRAINTS)
    if len(reader.problems) > before:
        return Constraints()
    limits = _Limits.model_validate(values)
    return Constraints(limits.max_files, limits.max_lines_per_file, limits.allowed_dependencies)


def _from_sections(form: FromForm, recipe: Recipe, problems: list[Problem]) -> tuple[dict[str, Yaml], Yaml]:
    """The sections that are parameters. Other headings are the requester's own, unless they look misspelt."""
    specs = recipe.manifest.parameters
    headings = {heading: name for name, spec in specs.items() for heading in (name, title_of(name, spec).lower())}
    given: dict[str, Yaml] = {}
    limits: Yaml = None
    for heading, text in form.sections.items():
        meant = did_you_mean(heading, headings)
        if heading == CONSTRAINTS:
            limits = _yaml(heading, text, problems)
        elif heading in headings:
            name = headings[heading]
            given[name] = _section_value(name, specs[name], text, problems)
        elif meant is not None and title_of(headings[meant], specs[headings[meant]]).lower() not in form.sections:
            problems.append(Problem(heading, None, "a heading that the template knows", meant))
    problems += [Problem(heading, "two sections", "one section of that name") for heading in form.repeated]
    return given, limits


def _section_value(name: str, spec: Parameter, text: str, problems: list[Problem]) -> Yaml:
    content = fenced_content(text).strip("\n")
    if isinstance(spec, _TEXT):
        return content.strip()
    if isinstance(spec, TableParameter) and content.lstrip().startswith("|"):
        return content
    return _yaml(name, content, problems)


def _yaml(name: str, text: str, problems: list[Problem]) -> Yaml:
    try:
        return read_yaml(fenced_content(text)).value
    except UnreadableYaml as error:
        problems.append(Problem(name, f"line {error.line}: {error.message}", "YAML"))
        return None
