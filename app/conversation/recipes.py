"""What ACS answers when an issue cannot become a change by a recipe: what is wrong, and an example to copy.

Text from issues and repositories stands in code or is made inert: see `quoting.py`.
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

from app.conversation.constraints import violation_in_words
from app.conversation.quoting import code, fenced, inert
from app.domain.change import Language
from app.domain.recipe import (
    BrokenRecipe,
    CannotEdit,
    ConstraintsViolated,
    NoRecipe,
    NothingToEdit,
    PackagesMissing,
    PathsTaken,
    Place,
    Problem,
    RecipeProblem,
    RecipeRefusal,
    RecipeSummary,
    UnknownRecipe,
    UnreadableRequest,
    WrongParameters,
)

MAX_PROBLEMS = 30
MAX_RECIPES = 20
AGAIN = "Edit the issue, then remove the label and add it again."
MODEL = (
    "ACS has no model here: it fills in templates and applies patterns. With a model, which whoever operates ACS "
    "configures by `OPENAI_API_KEY` or `OPENAI_BASE_URL`, it also takes requests in plain words."
)


def recipe_answer(refusal: RecipeRefusal) -> str:
    """Markdown for the issue: why there is no change, everything at once, and what to do next."""
    match refusal:
        case NoRecipe(fitting=fitting):
            return _no_recipe(fitting)
        case UnknownRecipe():
            return _unknown_recipe(refusal)
        case UnreadableRequest(problems=problems, fitting=fitting):
            said = _paragraphs("ACS could not read what this issue asks for:", _problems(problems), AGAIN)
            return _paragraphs(said, _examples(fitting[:1]))
        case WrongParameters(recipe=recipe, problems=problems):
            return _wrong_parameters(recipe, problems)
        case BrokenRecipe(name=name, problems=problems):
            return _broken_recipe(name, problems)
        case PackagesMissing():
            return _packages_missing(refusal)
        case PathsTaken(paths=paths):
            lead = "These files are there already, and ACS does not overwrite them:"
            return _paragraphs(lead, _list(_path(path) for path in paths), f"Choose another name or folder. {AGAIN}")
        case ConstraintsViolated(violations=violations):
            lead = "The change was made and then refused, because it breaks these limits:"
            return _paragraphs(
                lead, _list(map(violation_in_words, violations)), f"Change the limits or ask for less. {AGAIN}"
            )
        case CannotEdit(pattern=name, places=places):
            lead = f"The pattern {code(name)} does not fit the code, and nothing was changed. What stands in its way:"
            return _paragraphs(lead, _places(places), f"Mend it, or ask for something else. {AGAIN}")
        case NothingToEdit(pattern=name, skipped=skipped):
            return _nothing_to_edit(name, skipped)
        case _:
            assert_never(refusal)


def _no_recipe(fitting: Sequence[RecipeSummary]) -> str:
    if not fitting:
        lead = "This issue names no template or pattern, and none fits the languages of this repository."
        own = "Templates of your own go into `.github/acs/templates`, patterns into `.github/acs/patterns`."
        return _paragraphs(lead, own, MODEL)
    lead = "This issue names no template or pattern. These fit this repository:"
    return _paragraphs(lead, _recipes(fitting), _examples(fitting[:1]), AGAIN, MODEL)


def _unknown_recipe(refusal: UnknownRecipe) -> str:
    meant = f" Did you mean {code(refusal.did_you_mean)}?" if refusal.did_you_mean else ""
    lead = f"There is no template or pattern {code(refusal.name)}.{meant}"
    if not refusal.available:
        return _paragraphs(lead, AGAIN)
    nearest = [one for one in refusal.available if one.name == refusal.did_you_mean] or refusal.available[:1]
    return _paragraphs(lead, "There are:", _recipes(refusal.available), _examples(nearest), AGAIN)


def _wrong_parameters(recipe: RecipeSummary, problems: Sequence[Problem]) -> str:
    count = "one thing" if len(problems) == 1 else f"{len(problems)} things"
    lead = f"The request for {code(recipe.name)} is not complete yet: {count} to mend."
    return _paragraphs(lead, _problems(problems), AGAIN, _examples((recipe,)))


def _broken_recipe(name: str, problems: Sequence[RecipeProblem]) -> str:
    lead = f"The recipe {code(name)} is broken; your issue is not at fault. Those who keep it must mend:"
    shown = [f"{code(_place(problem), 300)}: {inert(problem.message)}" for problem in problems[:MAX_PROBLEMS]]
    return _paragraphs(lead, _list(shown, more=len(problems) - MAX_PROBLEMS))


def _nothing_to_edit(name: str, skipped: Sequence[Place]) -> str:
    if not skipped:
        return _paragraphs(f"The pattern {code(name)} finds nothing to change here.", AGAIN)
    lead = f"The pattern {code(name)} finds nothing to change here. It looked at these places and left them alone:"
    return _paragraphs(lead, _places(skipped), AGAIN)


def _places(places: Sequence[Place]) -> str:
    return _list(map(place_in_words, places[:MAX_PROBLEMS]), more=len(places) - MAX_PROBLEMS)


def place_in_words(place: Place) -> str:
    """`path:line`, and what there is to say of it."""
    at = place.path if place.line is None else f"{place.path}:{place.line}"
    return f"{code(at, 300)}: {inert(place.words)}"


def _packages_missing(refusal: PackagesMissing) -> str:
    lead = f"The template {code(refusal.template)} builds on packages that this repository does not have:"
    listed = _list(" or ".join(map(code, group)) for group in refusal.groups)
    names = [group[0] for group in refusal.groups]
    return _paragraphs(lead, listed, _add_packages(names, refusal.language), "Then remove the label and add it again.")


def _add_packages(names: Sequence[str], language: Language) -> str:
    if language == "python":
        command = "uv pip compile --generate-hashes requirements.in --output-file requirements.txt"
        return (
            f"Add them on the default branch first: put {', '.join(map(code, names))} into `requirements.in`, run "
            f"`{command}` and commit both files. Where the tests have a `requirements-dev.txt`, it is that one."
        )
    command = code(f"npm install --save-dev {' '.join(names)}", 300)
    return f"Add them on the default branch first: run {command}, and commit `package.json` and `package-lock.json`."


def _place(problem: RecipeProblem) -> str:
    return problem.path if problem.line is None else f"{problem.path}:{problem.line}"


def _problems(problems: Sequence[Problem]) -> str:
    return _list(map(_problem, problems[:MAX_PROBLEMS]), more=len(problems) - MAX_PROBLEMS)


def _problem(problem: Problem) -> str:
    found = "missing" if problem.given is None else f"found {code(problem.given)}"
    meant = f"; did you mean {code(problem.did_you_mean)}?" if problem.did_you_mean else ""
    return f"**{inert(problem.where)}**: {found}, expected {inert(problem.expected)}{meant}"


def _path(path: str) -> str:
    return code(path, 250)


def _recipes(recipes: Sequence[RecipeSummary]) -> str:
    lines = [
        f"{code(recipe.name)} {code(recipe.version)}: {inert(recipe.description)}" for recipe in recipes[:MAX_RECIPES]
    ]
    return _list(lines, more=len(recipes) - MAX_RECIPES)


def _examples(recipes: Iterable[RecipeSummary]) -> str:
    return "\n\n".join(
        f"A complete issue for {code(recipe.name)} to copy:\n\n{fenced(recipe.example, 'markdown')}"
        for recipe in recipes
    )


def _list(items: Iterable[str], *, more: int = 0) -> str:
    lines = [f"- {item}" for item in items]
    return "\n".join([*lines, f"- and {more} more"] if more > 0 else lines)


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
