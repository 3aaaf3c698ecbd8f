"""The recipes a repository can use: those shipped with ACS, and its own, read at the base SHA."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeAlias

from app.domain.change import ReadItem
from app.domain.recipe import BrokenRecipe, RecipeProblem, RecipeSummary
from app.generation.patterns.pattern import Pattern
from app.generation.patterns.shipped import shipped_patterns
from app.generation.recipes.manifest import RecipeFaulty
from app.generation.recipes.template import Template, parse_template
from app.ports.checkouts import Checkout

Recipe: TypeAlias = Template | Pattern

FOLDER = ".github/acs/templates"
SHIPPED = "shipped with ACS"
MAX_FILES = 60
MAX_TEMPLATES = 50


class Catalogue:
    """One repository's recipes, which share one set of names; its own one wins over a shipped one of the same name."""

    def __init__(self, base: Checkout) -> None:
        self._base = base
        self._own = _by_template(base.paths(FOLDER))
        self._shipped = {recipe.name: recipe for recipe in shipped_recipes()}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*list(self._own)[:MAX_TEMPLATES], *self._shipped}))

    def load(self, name: str) -> Recipe | BrokenRecipe | None:
        """The recipe of that name, what is wrong with it, or `None` where there is no such recipe."""
        if name not in self._own:
            return self._shipped.get(name)
        try:
            return self._load_own(name)
        except RecipeFaulty as fault:
            return BrokenRecipe(name, fault.problems)

    def summaries(self) -> tuple[RecipeSummary, ...]:
        """All recipes that can be used."""
        return tuple(recipe.summary for recipe in self.recipes())

    def recipes(self) -> tuple[Recipe, ...]:
        return tuple(loaded for loaded in map(self.load, self.names) if isinstance(loaded, Template | Pattern))

    def read_item(self, recipe: Recipe) -> ReadItem:
        what = f"{recipe.kind} {recipe.name} {recipe.manifest.version} ({recipe.origin})"
        if recipe.name in self._own and recipe.name in self._shipped:
            return ReadItem(what, "the issue names it; it stands in for the one of that name shipped with ACS")
        return ReadItem(what, "the issue names it")

    def _load_own(self, name: str) -> Template:
        folder = f"{FOLDER}/{name}"
        paths = self._own[name]
        if len(paths) > MAX_FILES:
            raise RecipeFaulty((RecipeProblem(folder, None, f"more than {MAX_FILES} files"),))
        content = {path.removeprefix(f"{folder}/"): self._base.read(path) or b"" for path in paths}
        return parse_template(name, content, folder=folder, origin=f"{folder} at {self._base.sha[:7]}")


def _by_template(paths: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        name, slash, _ = path.removeprefix(f"{FOLDER}/").partition("/")
        if slash:
            found.setdefault(name, []).append(path)
    return found


def shipped_recipes() -> tuple[Recipe, ...]:
    """The recipes that come with ACS, by name."""
    return tuple(sorted((*shipped_templates(), *shipped_patterns()), key=lambda recipe: recipe.name))


def shipped_templates() -> tuple[Template, ...]:
    """The templates that come with ACS, by name."""
    return tuple(shipped_template(name) for name in sorted(folder.name for folder in _shipped_folder().iterdir()))


@cache
def shipped_template(name: str) -> Template:
    """Parsed once in a process: what ACS ships does not change while it runs."""
    return parse_template(name, _contents(_shipped_folder().joinpath(name)), folder=name, origin=SHIPPED)


def _shipped_folder() -> Traversable:
    return files("app.generation").joinpath("templates")


def _contents(folder: Traversable, prefix: str = "") -> Mapping[str, bytes]:
    contents: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            contents |= _contents(entry, f"{prefix}{entry.name}/")
        else:
            contents[f"{prefix}{entry.name}"] = entry.read_bytes()
    return contents
