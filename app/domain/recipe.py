"""What came of an issue that may name a recipe: the closed list of answers people are told about.

A recipe is a template, which makes new files from sources, or a pattern, which edits the files that are there. Both
have a typed parameter schema and an example. `origin` says where it was read: `shipped with ACS`, or its folder in
the repository.
"""

from dataclasses import dataclass
from typing import Literal

from app.domain.change import Language, Violation

RecipeKind = Literal["template", "pattern"]


@dataclass(frozen=True, slots=True)
class RecipeSummary:
    """One template or pattern as a requester sees it; `example` is a complete issue body to copy."""

    name: str
    version: str
    title: str
    description: str
    languages: tuple[Language, ...]
    origin: str
    example: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in an issue. `given` is what stands there, shortened; `None` means that nothing does."""

    where: str
    given: str | None
    expected: str
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class RecipeProblem:
    """One thing to mend in a recipe's own files, by those who keep them."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, or a whole file, and what there is to say of it."""

    path: str
    line: int | None
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}" if self.line else f"{self.path}: {self.words}"


@dataclass(frozen=True, slots=True)
class NoRecipe:
    """The issue names no recipe; `fitting` ones come best first."""

    fitting: tuple[RecipeSummary, ...]


@dataclass(frozen=True, slots=True)
class UnknownRecipe:
    name: str
    did_you_mean: str | None
    available: tuple[RecipeSummary, ...]


@dataclass(frozen=True, slots=True)
class UnreadableRequest:
    """The issue seems to name a recipe, but what it says cannot be read."""

    problems: tuple[Problem, ...]
    fitting: tuple[RecipeSummary, ...]


@dataclass(frozen=True, slots=True)
class WrongParameters:
    """All that is wrong with the parameters and constraints, at once."""

    recipe: RecipeSummary
    problems: tuple[Problem, ...]

    @property
    def example(self) -> str:
        return self.recipe.example


@dataclass(frozen=True, slots=True)
class BrokenRecipe:
    """The recipe itself is at fault, not the issue."""

    name: str
    problems: tuple[RecipeProblem, ...]


@dataclass(frozen=True, slots=True)
class PathsTaken:
    """Files that the change would have to create are there already; nothing is overwritten."""

    recipe: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConstraintsViolated:
    """The change was made and refused: it breaks limits that the requester or ACS set."""

    recipe: str
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class CannotEdit:
    """A pattern does not fit the code at these places; nothing was changed anywhere."""

    pattern: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class NothingToEdit:
    """A pattern looked at the code and left all of it alone, at these places for the reasons given."""

    pattern: str
    skipped: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PackagesMissing:
    """The template builds on packages that the repository does not name; any one of each group would do."""

    template: str
    language: Language
    groups: tuple[tuple[str, ...], ...]


NotPlanned = NoRecipe | UnknownRecipe | UnreadableRequest | WrongParameters | BrokenRecipe | PackagesMissing
NotGenerated = BrokenRecipe | PathsTaken | ConstraintsViolated | CannotEdit | NothingToEdit
RecipeRefusal = NotPlanned | NotGenerated
