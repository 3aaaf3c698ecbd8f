"""Patterns of a repository's own: code to look for and code to put in its place, as data.

`find` is a pattern of ast-grep, where `$NAME` stands for one expression and `$$$NAME` for any number of them; `replace`
may use the same names: https://ast-grep.github.io/guide/pattern-syntax.html. Both, and `paths`, are Jinja2 expressions
that see the parameters.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from app.domain.recipe import RecipeProblem
from app.generation.patterns.pattern import MANIFEST, Applied, Apply, Pattern, PatternManifest, Work, read_pattern
from app.generation.patterns.rewriting import VARIABLE, Rewriting, Rule
from app.generation.patterns.source import NotEditable, grammars_of, parse
from app.generation.recipes.manifest import RecipeFaulty
from app.generation.recipes.rendering import Renderer, RenderingFailed
from app.generation.recipes.schema import Line, Strict

_CODE = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
_MAX_LISTS = 3


class Rewrite(Strict):
    find: _CODE
    replace: Annotated[str, StringConstraints(max_length=1_000)]
    reason: Line

    @model_validator(mode="after")
    def _uses_what_it_finds(self) -> "Rewrite":
        found = set(VARIABLE.findall(self.find))
        unknown = sorted(f"${many}{name}" for many, name in set(VARIABLE.findall(self.replace)) - found)
        if unknown:
            raise ValueError(f"replace uses {', '.join(unknown)}, which find does not have")
        if sum(bool(many) for many, _ in found) > _MAX_LISTS:
            raise ValueError(f"find has more than {_MAX_LISTS} names with $$$")
        return self


class OwnManifest(PatternManifest):
    """`pattern.yml` of a repository's own pattern."""

    paths: tuple[_CODE, ...] = Field(min_length=1, max_length=20)
    rewrite: tuple[Rewrite, ...] = Field(min_length=1, max_length=10)


def parse_own_pattern(name: str, files: Mapping[str, bytes], *, folder: str, origin: str) -> Pattern:
    """A pattern of a repository's own, from the files of its folder.

    Raises:
        RecipeFaulty: with every problem found, by file and line.
    """
    manifest, example = read_pattern(name, files, OwnManifest, (Rewrite,), folder=folder)
    return Pattern(manifest, example, folder, origin, _rewriting(manifest, folder))


def _rewriting(manifest: OwnManifest, folder: str) -> Apply:

    def apply(work: Work) -> Applied:
        expressions = _Expressions(manifest, work.parameters, folder)
        paths = [expressions.text(f"paths, item {n}", glob) for n, glob in enumerate(manifest.paths, start=1)]
        rules = [expressions.rule(n, rewrite) for n, rewrite in enumerate(manifest.rewrite, start=1)]
        return Rewriting(manifest.title, manifest.languages, rules, folder).applied(paths, work)

    return apply


@dataclass(frozen=True, slots=True)
class _Expressions:
    manifest: OwnManifest
    parameters: Mapping[str, object]
    folder: str

    def rule(self, number: int, rewrite: Rewrite) -> Rule:
        find = self.text(f"rewrite, item {number}, find", rewrite.find)
        given = self.text(f"rewrite, item {number}, replace", rewrite.replace)
        if not self._is_code(find):
            message = f"rewrite, item {number}, find: this is no code that can stand alone"
            raise RecipeFaulty((RecipeProblem(f"{self.folder}/{MANIFEST}", None, message),))
        return Rule(find, given, rewrite.reason, number)

    def _is_code(self, find: str) -> bool:
        """Whether the pattern parses; ast-grep itself takes what does not, and finds nothing with it."""
        for grammar in grammars_of(self.manifest.languages):
            with suppress(NotEditable):
                parse(MANIFEST, VARIABLE.sub(r"\2", find), grammar)
                return True
        return False

    def text(self, place: str, expression: str) -> str:
        try:
            return Renderer().render(expression, self.parameters)
        except RenderingFailed as failure:
            raise RecipeFaulty((RecipeProblem(f"{self.folder}/{MANIFEST}", None, f"{place}: {failure}"),)) from failure
