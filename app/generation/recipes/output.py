"""The files that a template makes of its parameters, beside those that are there."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.change import GeneratedFile, GeneratedTest
from app.domain.recipe import RecipeProblem
from app.errors import RepoError
from app.generation.constraints import why_forbidden
from app.generation.recipes.rendering import Renderer, RenderingFailed
from app.generation.recipes.repository import Repository
from app.generation.recipes.template import MANIFEST, FileSpec, RecipeFaulty, Template
from app.ports.checkouts import Checkout


@dataclass(frozen=True, slots=True)
class Output:
    """`description` is Markdown for the pull request."""

    files: tuple[GeneratedFile, ...]
    tests: tuple[GeneratedTest, ...]
    title: str
    description: str


def make_output(template: Template, parameters: Mapping[str, object], repository: Repository, base: Checkout) -> Output:
    """Render every file that the parameters ask for. Paths are not judged here.

    Raises:
        RecipeFaulty: the template fails for these parameters.
        RepoError: a file that a line is to be added to cannot be read.
    """
    return _Making(template, parameters, repository, base).output()


class _Making:
    def __init__(
        self, template: Template, parameters: Mapping[str, object], repository: Repository, base: Checkout
    ) -> None:
        self._template, self._base = template, base
        self._renderer = Renderer()
        self._variables: dict[str, object] = {**parameters, "repository": repository}
        specs = template.manifest.files
        self._specs = {name: spec for name, spec in specs.items() if self._is_asked_for(name, spec)}
        self._paths = {name: self._expression(f"files, {name}, path", spec.path) for name, spec in self._specs.items()}
        self._variables["paths"] = self._paths

    def output(self) -> Output:
        made = {name: self._file(name, spec) for name, spec in self._specs.items()}
        changed = {name: file for name, file in made.items() if file is not None}
        pull_request = self._template.manifest.pull_request
        return Output(
            files=tuple(file for file in changed.values() if not isinstance(file, GeneratedTest)),
            tests=tuple(file for file in changed.values() if isinstance(file, GeneratedTest)),
            title=" ".join(self._expression("pull_request, title", pull_request.title).split()),
            description=self._source(pull_request.body, ""),
        )

    def _is_asked_for(self, name: str, spec: FileSpec) -> bool:
        return self._expression(f"files, {name}, when", spec.when).strip().lower() == "true"

    def _file(self, name: str, spec: FileSpec) -> GeneratedFile | None:
        path = self._paths[name]
        if spec.append_line is not None:
            line = self._expression(f"files, {name}, append_line", spec.append_line, path)
            return _with_line(path, line, self._base)
        content = self._source(spec.source or "", path)
        if spec.role != "test":
            return GeneratedFile(path, content, "create")
        framework = self._expression(f"files, {name}, framework", spec.framework)
        covers = tuple(self._paths[covered] for covered in spec.covers if covered in self._paths)
        return GeneratedTest(path, content, "create", framework=framework, covers=covers)

    def _source(self, source: str, path: str) -> str:
        return self._render(f"files/{source}", "", self._template.sources[source], path)

    def _expression(self, place: str, text: str, path: str = "") -> str:
        return self._render(MANIFEST, f"{place}: ", text, path)

    def _render(self, file: str, place: str, text: str, path: str) -> str:
        try:
            return self._renderer.render(text, {**self._variables, "path": path})
        except RenderingFailed as failure:
            line = failure.line if file != MANIFEST else None
            problem = RecipeProblem(f"{self._template.folder}/{file}", line, f"{place}{failure.message}")
            raise RecipeFaulty((problem,)) from failure


def _with_line(path: str, line: str, base: Checkout) -> GeneratedFile | None:
    """The file with the line at its end, or `None` where it has that line already."""
    line = " ".join(line.split())
    before = None if why_forbidden(path) else base.read(path)
    if before is None:
        return GeneratedFile(path, f"{line}\n", "create")
    try:
        text = before.decode()
    except UnicodeDecodeError as error:
        raise RepoError(f"{path}: not UTF-8 text, so no line can be added to it; save it as UTF-8") from error
    if line in (existing.strip() for existing in text.splitlines()):
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    ended = text if not text or text.endswith("\n") else text + newline
    return GeneratedFile(path, f"{ended}{line}{newline}", "modify")
