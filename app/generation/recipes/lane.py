"""The recipe lane: an issue becomes a plan or an answer, and a plan becomes a change, without any model.

Nothing is read but the issue, the base and the recipes, and nothing is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.change import Change, Constraints, GeneratedFile, GenerationMetadata, ReadItem
from app.domain.did_you_mean import did_you_mean
from app.domain.recipe import (
    BrokenRecipe,
    ConstraintsViolated,
    NoRecipe,
    NotGenerated,
    NotPlanned,
    PathsTaken,
    UnknownRecipe,
    UnreadableRequest,
    WrongParameters,
)
from app.domain.yaml_text import shown
from app.generation.constraints import violations, within
from app.generation.patterns.applying import apply_pattern
from app.generation.patterns.pattern import Pattern, Work
from app.generation.recipes.brief import read_brief
from app.generation.recipes.catalogue import Catalogue, Recipe
from app.generation.recipes.fitting import fitting
from app.generation.recipes.issue_body import FromBlock, FromForm, Unreadable, read_request
from app.generation.recipes.manifest import RecipeFaulty
from app.generation.recipes.output import Output, make_output
from app.generation.recipes.parameters import Value
from app.generation.recipes.reading import read_given
from app.generation.recipes.repository import Repository, describe
from app.generation.recipes.requirements import missing_packages, read_items
from app.ports.checkouts import Checkout

NO_LIMITS = Constraints()


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything a change is made of: the same `Ready` on the same base makes the same change."""

    recipe: Recipe
    parameters: Mapping[str, Value]
    constraints: Constraints
    repository: Repository
    read: tuple[ReadItem, ...]


def plan_recipe(title: str, body: str, base: Checkout, *, limits: Constraints = NO_LIMITS) -> Ready | NotPlanned:
    """What the issue asks for within the repository's limits, complete and checked, or the answer its author needs.

    Raises:
        RepoError: a file of the base that must be read is too large.
    """
    request = read_request(body)
    catalogue, repository = Catalogue(base), describe(base)
    match request:
        case None if (brief := read_brief(body)) and brief.problems:
            return UnreadableRequest(brief.problems, fitting(catalogue, repository, f"{title}\n{body}"))
        case None:
            return NoRecipe(fitting(catalogue, repository, f"{title}\n{body}"))
        case Unreadable(problems=problems):
            return UnreadableRequest(problems, fitting(catalogue, repository, f"{title}\n{body}"))
        case FromBlock() | FromForm():
            return _plan(request, catalogue, repository, base, limits)


def generate(ready: Ready, base: Checkout, *, monotonic: Callable[[], float]) -> Change | NotGenerated:
    """The change, within its constraints and beside what is there, or why there is none; nothing is overwritten.

    `monotonic` reads a clock in seconds, for the metadata.

    Raises:
        RepoError: a file that a line is to be added to cannot be read.
    """
    started = monotonic()
    made = _made(ready, base)
    if not isinstance(made, Output):
        return made
    refusal = _refusal(ready, made, base)
    if refusal is not None:
        return refusal
    metadata = GenerationMetadata(
        tokens_used=0,
        generation_time_ms=round((monotonic() - started) * 1000),
        model=f"recipe:{ready.recipe.name}@{ready.recipe.manifest.version}",
    )
    return Change(made.files, made.tests, made.description, metadata, made.title, ready.read)


def _made(ready: Ready, base: Checkout) -> Output | NotGenerated:
    recipe = ready.recipe
    if isinstance(recipe, Pattern):
        return apply_pattern(recipe, Work(ready.parameters, ready.repository, base))
    try:
        return make_output(recipe, ready.parameters, ready.repository, base)
    except RecipeFaulty as fault:
        return BrokenRecipe(recipe.name, fault.problems)


def _plan(
    request: FromBlock | FromForm, catalogue: Catalogue, repository: Repository, base: Checkout, limits: Constraints
) -> Ready | NotPlanned:
    recipe = catalogue.load(request.recipe)
    if recipe is None:
        meant = did_you_mean(request.recipe, catalogue.names)
        return UnknownRecipe(shown(request.recipe), meant, catalogue.summaries())
    if isinstance(recipe, BrokenRecipe):
        return recipe
    missing = None if isinstance(recipe, Pattern) else missing_packages(recipe, base)
    if missing is not None:
        return missing
    try:
        given = read_given(request, recipe, repository)
    except RecipeFaulty as fault:
        return BrokenRecipe(recipe.name, fault.problems)
    if given.problems:
        return WrongParameters(recipe.summary, given.problems)
    read = (
        ReadItem("the issue", f"it names the {recipe.kind} and gives the parameters"),
        catalogue.read_item(recipe),
        ReadItem("the names of all files, package.json, tsconfig.json, two tests", "how code and tests are laid out"),
        *(() if isinstance(recipe, Pattern) else read_items(recipe)),
    )
    return Ready(recipe, given.parameters, within(given.constraints, limits), repository, read)


def _refusal(ready: Ready, output: Output, base: Checkout) -> NotGenerated | None:
    files = (*output.files, *output.tests)
    broken = violations(files, ready.constraints, before=base.read, base_paths=base.paths())
    if broken:
        return ConstraintsViolated(ready.recipe.name, broken)
    taken = _taken(files, base)
    return PathsTaken(ready.recipe.name, taken) if taken else None


def _taken(files: tuple[GeneratedFile, ...], base: Checkout) -> tuple[str, ...]:
    """Paths to create that are at the base already, or there in another case."""
    there = {path.casefold() for path in base.paths()}
    return tuple(file.path for file in files if file.operation == "create" and file.path.casefold() in there)
