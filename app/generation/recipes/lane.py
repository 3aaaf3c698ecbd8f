"""The recipe lane: an issue becomes a plan or an answer, and a plan becomes a change, without any model.

Nothing is read but the issue, the base and the templates, and nothing is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.change import Change, Constraints, GeneratedFile, GenerationMetadata, ReadItem
from app.domain.recipe import (
    BrokenTemplate,
    ConstraintsViolated,
    NoTemplate,
    NotGenerated,
    NotPlanned,
    PathsTaken,
    UnknownTemplate,
    UnreadableRequest,
    WrongParameters,
)
from app.generation.constraints import violations
from app.generation.recipes.catalogue import Catalogue
from app.generation.recipes.expectations import did_you_mean, shown
from app.generation.recipes.fitting import fitting
from app.generation.recipes.issue_body import FromBlock, FromForm, Unreadable, read_request
from app.generation.recipes.output import Output, make_output
from app.generation.recipes.parameters import Value
from app.generation.recipes.reading import read_given
from app.generation.recipes.repository import Repository, describe
from app.generation.recipes.requirements import missing_packages
from app.generation.recipes.template import Template, TemplateFaulty
from app.ports.checkouts import Checkout


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything a change is made of: the same `Ready` on the same base makes the same change."""

    template: Template
    parameters: Mapping[str, Value]
    constraints: Constraints
    repository: Repository
    read: tuple[ReadItem, ...]


def plan_recipe(title: str, body: str, base: Checkout) -> Ready | NotPlanned:
    """What the issue asks for, complete and checked, or the one answer its author needs.

    Raises:
        RepoError: a file of the base that must be read is too large.
    """
    request = read_request(body)
    catalogue, repository = Catalogue(base), describe(base)
    match request:
        case None:
            return NoTemplate(fitting(catalogue, repository, f"{title}\n{body}"))
        case Unreadable(problems=problems):
            return UnreadableRequest(problems, fitting(catalogue, repository, f"{title}\n{body}"))
        case FromBlock() | FromForm():
            return _plan(request, catalogue, repository, base)


def generate(ready: Ready, base: Checkout, *, monotonic: Callable[[], float]) -> Change | NotGenerated:
    """The change, within its constraints and beside what is there, or why there is none; nothing is overwritten.

    `monotonic` reads a clock in seconds, for the metadata.

    Raises:
        RepoError: a file that a line is to be added to cannot be read.
    """
    started = monotonic()
    template = ready.template
    try:
        output = make_output(template, ready.parameters, ready.repository, base)
    except TemplateFaulty as fault:
        return BrokenTemplate(template.name, fault.problems)
    refusal = _refusal(ready, output, base)
    if refusal is not None:
        return refusal
    metadata = GenerationMetadata(
        tokens_used=0,
        generation_time_ms=round((monotonic() - started) * 1000),
        model=f"recipe:{template.name}@{template.manifest.version}",
    )
    return Change(output.files, output.tests, output.description, metadata, output.title, ready.read)


def _plan(
    request: FromBlock | FromForm, catalogue: Catalogue, repository: Repository, base: Checkout
) -> Ready | NotPlanned:
    template = catalogue.load(request.template)
    if template is None:
        meant = did_you_mean(request.template, catalogue.names)
        return UnknownTemplate(shown(request.template), meant, catalogue.summaries())
    if isinstance(template, BrokenTemplate):
        return template
    missing = missing_packages(template, base)
    if missing is not None:
        return missing
    try:
        given = read_given(request, template, repository)
    except TemplateFaulty as fault:
        return BrokenTemplate(template.name, fault.problems)
    if given.problems:
        return WrongParameters(template.summary, given.problems)
    read = (
        ReadItem("the issue", "it names the template and gives the parameters"),
        catalogue.read_item(template),
        ReadItem("the names of all files, package.json, tsconfig.json, two tests", "how code and tests are laid out"),
    )
    return Ready(template, given.parameters, given.constraints, repository, read)


def _refusal(ready: Ready, output: Output, base: Checkout) -> NotGenerated | None:
    files = (*output.files, *output.tests)
    broken = violations(files, ready.constraints, before=base.read, base_paths=base.paths())
    if broken:
        return ConstraintsViolated(ready.template.name, broken)
    taken = _taken(files, base)
    return PathsTaken(ready.template.name, taken) if taken else None


def _taken(files: tuple[GeneratedFile, ...], base: Checkout) -> tuple[str, ...]:
    """Paths to create that are at the base already, or there in another case."""
    there = {path.casefold() for path in base.paths()}
    return tuple(file.path for file in files if file.operation == "create" and file.path.casefold() in there)
