"""Which templates and patterns an issue that names none may have meant."""

import re

from app.domain.recipe import RecipeSummary
from app.generation.recipes.catalogue import Catalogue, Recipe
from app.generation.recipes.repository import Repository

_WORD = re.compile(r"[a-z][a-z0-9-]+")
_MAX_CHARS = 64 * 1024


def fitting(catalogue: Catalogue, repository: Repository, text: str) -> tuple[RecipeSummary, ...]:
    """Recipes in a language of the repository, those first whose words the issue uses most; all for an empty one."""
    asked = _words(text[:_MAX_CHARS])
    recipes = [recipe for recipe in catalogue.recipes() if _speaks(recipe, repository)]
    ranked = sorted(
        recipes, key=lambda recipe: (-len(asked & _words_of(recipe)), recipe.kind == "pattern", recipe.name)
    )
    return tuple(recipe.summary for recipe in ranked)


def _speaks(recipe: Recipe, repository: Repository) -> bool:
    return not repository.languages or not set(recipe.languages).isdisjoint(repository.languages)


def _words_of(recipe: Recipe) -> frozenset[str]:
    manifest = recipe.manifest
    return _words(" ".join((manifest.title, manifest.description, *manifest.words)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
