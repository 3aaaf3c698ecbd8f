"""A pattern: `pattern.yml` with its name and typed parameters, an example issue, and what it does to a repository."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, StringConstraints, field_validator

from app.domain.change import GeneratedFile, GeneratedTest, Language
from app.domain.recipe import Place, RecipeKind, RecipeProblem, RecipeSummary
from app.generation.recipes.manifest import EXAMPLE, document_of, manifest_of, text_of
from app.generation.recipes.parameters import Value
from app.generation.recipes.repository import Repository
from app.generation.recipes.schema import Line, Parameter, ParameterName, Strict
from app.generation.recipes.template import TAKEN_NAMES, RecipeFaulty
from app.ports.checkouts import Checkout

MANIFEST = "pattern.yml"


class Refused(Exception):
    """The pattern does not fit the code; nothing may be changed. `places` has all that stands in its way."""

    def __init__(self, *places: Place) -> None:
        super().__init__("; ".join(map(str, places)))
        self.places = places


@dataclass(frozen=True, slots=True)
class Work:
    """What a pattern is applied to, and with which parameters."""

    parameters: Mapping[str, Value]
    repository: Repository
    base: Checkout


@dataclass(frozen=True, slots=True)
class Applied:
    """The changed and added files, and why: every place that was edited, and every one that was left alone.

    `summary` is a sentence of Markdown, `notes` are what a reader must know besides. Without files there was nothing
    to do.
    """

    files: tuple[GeneratedFile, ...]
    tests: tuple[GeneratedTest, ...]
    title: str
    summary: str
    edited: tuple[Place, ...]
    skipped: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()


Apply: TypeAlias = Callable[[Work], Applied]
"""Raises `Refused` where the pattern does not fit, and `NotEditable` where a single file cannot be edited."""


class PatternManifest(Strict):
    """`pattern.yml`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,49}$")]
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
    title: Line
    description: Line
    languages: tuple[Language, ...] = Field(min_length=1)
    words: tuple[Line, ...] = Field(default=(), max_length=50)
    parameters: dict[ParameterName, Parameter] = Field(default={}, max_length=50)

    @field_validator("parameters")
    @classmethod
    def _has_free_names(cls, parameters: dict[str, Parameter]) -> dict[str, Parameter]:
        taken = sorted((TAKEN_NAMES - {"path", "paths"}) & parameters.keys())
        if taken:
            raise ValueError(f"{', '.join(taken)} cannot name a parameter: the word means something else here")
        return parameters


@dataclass(frozen=True, slots=True)
class Pattern:
    """`folder` is where its problems point to, `origin` where it was read, in words."""

    kind: ClassVar[RecipeKind] = "pattern"

    manifest: PatternManifest
    example: str
    folder: str
    origin: str
    apply: Apply

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def manifest_path(self) -> str:
        return f"{self.folder}/{MANIFEST}"

    @property
    def languages(self) -> tuple[Language, ...]:
        return self.manifest.languages

    @property
    def summary(self) -> RecipeSummary:
        manifest = self.manifest
        return RecipeSummary(
            name=manifest.name,
            version=manifest.version,
            title=manifest.title,
            description=manifest.description,
            languages=manifest.languages,
            origin=self.origin,
            example=self.example,
        )


def parse_pattern(name: str, files: Mapping[str, bytes], apply: Apply, *, folder: str, origin: str) -> Pattern:
    """A pattern from the files of its folder; `folder` is where problems point to.

    Raises:
        RecipeFaulty: with every problem found, by file and line.
    """
    path = f"{folder}/{MANIFEST}"
    if MANIFEST not in files:
        raise RecipeFaulty((RecipeProblem(path, None, "there is no such file"),))
    document = document_of(text_of(path, files[MANIFEST]), path)
    manifest = manifest_of(document, path, PatternManifest, ())
    pattern = Pattern(manifest, text_of(f"{folder}/{EXAMPLE}", files.get(EXAMPLE, b"")), folder, origin, apply)
    problems: list[RecipeProblem] = []
    if manifest.name != name:
        message = f'the name must be that of the folder, "{name}"'
        problems.append(RecipeProblem(path, document.line_of(("name",)), message))
    if not pattern.example.strip():
        problems.append(RecipeProblem(f"{folder}/{EXAMPLE}", None, "a complete issue to copy is missing"))
    if problems:
        raise RecipeFaulty(tuple(problems))
    return pattern
