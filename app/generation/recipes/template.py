"""A template read from its folder: `template.yml`, an example issue in `example.md`, and sources in `files/`.

Expressions in `template.yml` and the sources are Jinja2, rendered by `rendering.py`. They see every parameter by name,
`repository` (see `repository.py`), `paths` (the output path of each file by its name) and `path` (their own).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from app.domain.change import Language
from app.domain.recipe import TemplateProblem, TemplateSummary
from app.generation.recipes.expectations import did_you_mean
from app.generation.recipes.rendering import Renderer, RenderingFailed
from app.generation.recipes.schema import PARAMETER_TYPES, Line, Parameter, ParameterName, Strict
from app.generation.recipes.yaml_text import Document, Place, UnreadableYaml, read_yaml

MANIFEST = "template.yml"
EXAMPLE = "example.md"
MAX_SOURCE_BYTES = 64 * 1024
TAKEN_NAMES = frozenset({"template", "parameters", "constraints", "repository", "path", "paths"})

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

    manifest: Manifest
    sources: Mapping[str, str]
    example: str
    folder: str
    origin: str

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def summary(self) -> TemplateSummary:
        manifest = self.manifest
        return TemplateSummary(
            name=manifest.name,
            version=manifest.version,
            title=manifest.title,
            description=manifest.description,
            language=manifest.language,
            origin=self.origin,
            example=self.example,
        )


class TemplateFaulty(Exception):
    """A template's own files are wrong; `problems` has all that was found."""

    def __init__(self, problems: tuple[TemplateProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def parse_template(name: str, files: Mapping[str, bytes], *, folder: str, origin: str) -> Template:
    """A template from the files of its folder, by their path inside it; `folder` is where problems point to.

    Raises:
        TemplateFaulty: with every problem found, by file and line.
    """
    texts = {path: _text(path, content, folder) for path, content in files.items()}
    if MANIFEST not in texts:
        raise TemplateFaulty((TemplateProblem(f"{folder}/{MANIFEST}", None, "there is no such file"),))
    document = _document(texts[MANIFEST], folder)
    manifest = _manifest(document, folder)
    sources = {path.removeprefix("files/"): text for path, text in texts.items() if path.startswith("files/")}
    template = Template(manifest, sources, texts.get(EXAMPLE, ""), folder, origin)
    problems = (*_inconsistencies(name, template, document, folder), *_uncompilable(template, document, folder))
    if problems:
        raise TemplateFaulty(problems)
    return template


def _text(path: str, content: bytes, folder: str) -> str:
    if len(content) > MAX_SOURCE_BYTES:
        raise TemplateFaulty((TemplateProblem(f"{folder}/{path}", None, "longer than 64 KiB"),))
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TemplateFaulty((TemplateProblem(f"{folder}/{path}", line, "not UTF-8 text"),)) from error


def _document(text: str, folder: str) -> Document:
    try:
        return read_yaml(text)
    except UnreadableYaml as error:
        raise TemplateFaulty((TemplateProblem(f"{folder}/{MANIFEST}", error.line, error.message),)) from error


def _manifest(document: Document, folder: str) -> Manifest:
    try:
        return Manifest.model_validate(document.value)
    except ValidationError as error:
        path = f"{folder}/{MANIFEST}"
        details = error.errors(include_url=False)
        raise TemplateFaulty(
            tuple(TemplateProblem(path, document.line_of(_place(each, document)), _message(each)) for each in details)
        ) from error


def _place(error: ErrorDetails, document: Document) -> Place:
    """Where the fault is; pydantic also names the variants of a union on the way, which stand nowhere."""
    place: Place = ()
    for part in error["loc"]:
        if (*place, part) in document.lines:
            place = (*place, part)
    return place


def _message(error: ErrorDetails) -> str:
    key = str(error["loc"][-1]) if error["loc"] else "the document"
    match error["type"]:
        case "extra_forbidden":
            return f'unknown key "{key}"' + _meant(key, _KNOWN_KEYS)
        case "missing":
            return f'"{key}" is missing'
        case "union_tag_invalid":
            context = error.get("ctx", {})
            types = str(context.get("expected_tags")).replace("'", "").split(", ")
            return f'{key}: there is no type "{context.get("tag")}"' + _meant(str(context.get("tag")), types)
        case _:
            return f"{key}: {error['msg'].removeprefix('Value error, ')}"


def _meant(word: str, words: Iterable[str]) -> str:
    meant = did_you_mean(word, words)
    return f' (did you mean "{meant}"?)' if meant else ""


_MODELS: tuple[type[BaseModel], ...] = (Manifest, FileSpec, PullRequestSpec, *PARAMETER_TYPES)
_KNOWN_KEYS = frozenset(name for model in _MODELS for name in model.model_fields)


def _inconsistencies(name: str, template: Template, document: Document, folder: str) -> Iterator[TemplateProblem]:
    manifest, path = template.manifest, f"{folder}/{MANIFEST}"
    if manifest.name != name:
        yield TemplateProblem(path, document.line_of(("name",)), f'the name must be that of the folder, "{name}"')
    for key, spec in manifest.files.items():
        if spec.source is not None and spec.source not in template.sources:
            line = document.line_of(("files", key, "source"))
            yield TemplateProblem(path, line, f"there is no file files/{spec.source}")
    if manifest.pull_request.body not in template.sources:
        line = document.line_of(("pull_request", "body"))
        yield TemplateProblem(path, line, f"there is no file files/{manifest.pull_request.body}")
    if not template.example.strip():
        yield TemplateProblem(f"{folder}/{EXAMPLE}", None, "a complete issue to copy is missing")


def _uncompilable(template: Template, document: Document, folder: str) -> Iterator[TemplateProblem]:
    renderer = Renderer()
    for source, text in template.sources.items():
        try:
            renderer.check(text)
        except RenderingFailed as error:
            yield TemplateProblem(f"{folder}/files/{source}", error.line, error.message)
    for place, text in expressions(template.manifest):
        try:
            renderer.check(text)
        except RenderingFailed as error:
            yield TemplateProblem(f"{folder}/{MANIFEST}", document.line_of(place), error.message)


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
