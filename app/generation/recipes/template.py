"""A template read from its folder: `template.yml`, an example issue in `example.md`, and sources in `files/`.

Expressions in `template.yml` and the sources are Jinja2, rendered by `rendering.py`. They see every parameter by name,
`repository` (see `repository.py`), `paths` (the output path of each file by its name) and `path` (their own).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, field_validator, model_validator

from app.domain.change import Language
from app.domain.recipe import RecipeKind, RecipeProblem, RecipeSummary
from app.domain.yaml_text import Document, Place
from app.generation.recipes.manifest import EXAMPLE, RecipeFaulty, document_of, manifest_of, text_of
from app.generation.recipes.rendering import Renderer, RenderingFailed
from app.generation.recipes.schema import Line, Parameter, ParameterName, Strict

MANIFEST = "template.yml"
TAKEN_NAMES = frozenset({"template", "pattern", "parameters", "constraints", "repository", "path", "paths"})

Role: TypeAlias = Literal["code", "test", "docs"]
Expression = Annotated[str, StringConstraints(max_length=1_000)]
PackageNames = Annotated[str, StringConstraints(pattern=r"^[@a-z0-9][a-z0-9@/._-]*( \| [@a-z0-9][a-z0-9@/._-]*)*$")]
Source = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]


class FileSpec(Strict):
    """A file the template makes from `source`, or one line it adds to a file that may be there (`append_line`)."""

    path: Expression
    role: Role
    source: Source | None = None
    append_line: Expression | None = None
    framework: Expression = ""
    covers: tuple[str, ...] = ()
    when: Expression = "true"

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if (self.source is None) == (self.append_line is None):
            raise ValueError("a file needs either source or append_line")
        if (self.role == "test") != bool(self.framework and self.covers):
            raise ValueError("framework and covers belong to files with the role test, both of them")
        return self


class PullRequestSpec(Strict):
    title: Expression
    body: Source


class Manifest(Strict):
    """`template.yml`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,49}$")]
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
    title: Line
    description: Line
    language: Language
    words: tuple[Line, ...] = Field(default=(), max_length=50)
    requires: tuple[PackageNames, ...] = Field(default=(), max_length=20)
    """Packages the repository must have; of `jest | vitest` either one."""
    parameters: dict[ParameterName, Parameter] = Field(min_length=1, max_length=50)
    files: dict[ParameterName, FileSpec] = Field(min_length=1, max_length=50)
    pull_request: PullRequestSpec

    @field_validator("parameters")
    @classmethod
    def _has_free_names(cls, parameters: dict[str, Parameter]) -> dict[str, Parameter]:
        taken = sorted(TAKEN_NAMES & parameters.keys())
        if taken:
            raise ValueError(f"{', '.join(taken)} cannot name a parameter: the word means something else here")
        return parameters

    @model_validator(mode="after")
    def _covers_its_own_files(self) -> Self:
        unknown = sorted({name for spec in self.files.values() for name in spec.covers} - self.files.keys())
        if unknown:
            raise ValueError(f"covers names files that are not here: {', '.join(unknown)}")
        return self


@dataclass(frozen=True, slots=True)
class Template:
    """`folder` is where its problems point to, `origin` where it was read, in words."""

    kind: ClassVar[RecipeKind] = "template"

    manifest: Manifest
    sources: Mapping[str, str]
    example: str
    folder: str
    origin: str

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def manifest_path(self) -> str:
        return f"{self.folder}/{MANIFEST}"

    @property
    def languages(self) -> tuple[Language, ...]:
        return (self.manifest.language,)

    @property
    def summary(self) -> RecipeSummary:
        manifest = self.manifest
        return RecipeSummary(
            name=manifest.name,
            version=manifest.version,
            title=manifest.title,
            description=manifest.description,
            languages=self.languages,
            origin=self.origin,
            example=self.example,
        )


def parse_template(name: str, files: Mapping[str, bytes], *, folder: str, origin: str) -> Template:
    """A template from the files of its folder, by their path inside it; `folder` is where problems point to.

    Raises:
        RecipeFaulty: with every problem found, by file and line.
    """
    texts = {path: text_of(f"{folder}/{path}", content) for path, content in files.items()}
    if MANIFEST not in texts:
        raise RecipeFaulty((RecipeProblem(f"{folder}/{MANIFEST}", None, "there is no such file"),))
    document = document_of(texts[MANIFEST], f"{folder}/{MANIFEST}")
    manifest = manifest_of(document, f"{folder}/{MANIFEST}", Manifest, (FileSpec, PullRequestSpec))
    sources = {path.removeprefix("files/"): text for path, text in texts.items() if path.startswith("files/")}
    template = Template(manifest, sources, texts.get(EXAMPLE, ""), folder, origin)
    problems = (*_inconsistencies(name, template, document, folder), *_uncompilable(template, document, folder))
    if problems:
        raise RecipeFaulty(problems)
    return template


def _inconsistencies(name: str, template: Template, document: Document, folder: str) -> Iterator[RecipeProblem]:
    manifest, path = template.manifest, f"{folder}/{MANIFEST}"
    if manifest.name != name:
        yield RecipeProblem(path, document.line_of(("name",)), f'the name must be that of the folder, "{name}"')
    for key, spec in manifest.files.items():
        if spec.source is not None and spec.source not in template.sources:
            line = document.line_of(("files", key, "source"))
            yield RecipeProblem(path, line, f"there is no file files/{spec.source}")
    if manifest.pull_request.body not in template.sources:
        line = document.line_of(("pull_request", "body"))
        yield RecipeProblem(path, line, f"there is no file files/{manifest.pull_request.body}")
    if not template.example.strip():
        yield RecipeProblem(f"{folder}/{EXAMPLE}", None, "a complete issue to copy is missing")


def _uncompilable(template: Template, document: Document, folder: str) -> Iterator[RecipeProblem]:
    renderer = Renderer()
    for source, text in template.sources.items():
        try:
            renderer.check(text)
        except RenderingFailed as error:
            yield RecipeProblem(f"{folder}/files/{source}", error.line, error.message)
    for place, text in expressions(template.manifest):
        try:
            renderer.check(text)
        except RenderingFailed as error:
            yield RecipeProblem(f"{folder}/{MANIFEST}", document.line_of(place), error.message)


def expressions(manifest: Manifest) -> Iterator[tuple[Place, str]]:
    """Every expression in `template.yml`, with its place."""
    yield ("pull_request", "title"), manifest.pull_request.title
    for name, parameter in manifest.parameters.items():
        if isinstance(parameter.default, str):
            yield ("parameters", name, "default"), parameter.default
    for name, spec in manifest.files.items():
        for key in ("path", "append_line", "framework", "when"):
            text: str | None = getattr(spec, key)
            if text is not None:
                yield ("files", name, key), text
