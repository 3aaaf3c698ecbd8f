"""Code that is found by a pattern of ast-grep and rewritten: one match, one result, and nothing left to rewrite."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ast_grep_py import SgNode

from app.domain.change import GeneratedFile, Language
from app.domain.recipe import Place, RecipeProblem
from app.generation.globs import matching
from app.generation.patterns.editing import Edit, edited, with_newlines
from app.generation.patterns.pattern import MANIFEST, Applied, Refused, Work
from app.generation.patterns.source import (
    LANGUAGES,
    Source,
    end_of,
    grammar_of,
    parse,
    position_of,
    read_sources,
    start_of,
)
from app.generation.recipes.manifest import RecipeFaulty

MAX_FILES = 300
MAX_MATCHES = 500
VARIABLE = re.compile(r"\$(\$\$)?([A-Z_][A-Z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` is its place in the manifest."""

    find: str
    replace: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class _Match:
    """`nested` counts what else was found inside of it."""

    rule: Rule
    node: SgNode
    edit: Edit
    nested: int = 0


@dataclass(frozen=True, slots=True)
class Rewriting:
    """All rules of one pattern; `folder` is where its problems point to."""

    title: str
    languages: tuple[Language, ...]
    rules: Sequence[Rule]
    folder: str

    def applied(self, globs: Sequence[str], work: Work) -> Applied:
        """Every match in the files that the globs mean, rewritten.

        Raises:
            Refused: the result would mean something else, or be rewritten again.
            RecipeFaulty: a rule is no pattern of ast-grep.
        """
        sources, unreadable = read_sources(work.base, self._paths(globs, work))
        files: list[GeneratedFile] = []
        places: list[Place] = []
        skipped = [error.place for error in unreadable]
        for source in sources:
            matches, nested = self._outermost(source)
            skipped += nested
            if matches:
                files.append(self._settled(source, matches))
                places += [source.place(match.node, match.rule.reason) for match in matches]
        count = "One place is" if len(places) == 1 else f"{len(places)} places are"
        return Applied(
            files=tuple(files),
            tests=(),
            title=self.title,
            summary=f"{count} rewritten, in {'one file' if len(files) == 1 else f'{len(files)} files'}.",
            edited=tuple(places),
            skipped=tuple(skipped),
        )

    def _paths(self, globs: Sequence[str], work: Work) -> Sequence[str]:
        paths = [path for path in matching(work.base.paths(), globs) if self._is_meant(path)]
        if len(paths) > MAX_FILES:
            words = f"{len(paths)} files, more than the {MAX_FILES} that are looked at in one go"
            raise Refused(Place(", ".join(globs), None, words))
        return paths

    def _is_meant(self, path: str) -> bool:
        grammar = grammar_of(path)
        return grammar is not None and LANGUAGES[grammar] in self.languages and "node_modules/" not in path

    def _outermost(self, source: Source) -> tuple[list[_Match], list[Place]]:
        """What is rewritten in one file, and what stands inside of that and is not."""
        found = sorted(self._matches(source.root), key=lambda one: (start_of(one[1]), -end_of(one[1])))
        if len(found) > MAX_MATCHES:
            words = f"has {len(found)} places to rewrite, more than the {MAX_MATCHES} of one file"
            raise Refused(Place(source.path, None, words))
        matches: list[_Match] = []
        nested: list[Place] = []
        for rule, node in found:
            if matches and start_of(node) < matches[-1].edit.end:
                nested.append(source.place(node, "is inside of what is rewritten here: ask once more afterwards"))
                matches[-1] = replace(matches[-1], nested=matches[-1].nested + 1)
            else:
                text = with_newlines(_replacement(rule, node, source.text), source.newline)
                matches.append(_Match(rule, node, Edit(start_of(node), end_of(node), text)))
        return matches, nested

    def _matches(self, root: SgNode) -> Iterator[tuple[Rule, SgNode]]:
        for rule in self.rules:
            yield from ((rule, node) for node in self._found(root, rule, rule.find, "find"))

    def _found(self, root: SgNode, rule: Rule, pattern: str, key: str) -> Sequence[SgNode]:
        try:
            return root.find_all(pattern=pattern)
        except RuntimeError as error:
            message = f"rewrite, item {rule.number}, {key}: this is no pattern of ast-grep"
            raise RecipeFaulty((RecipeProblem(f"{self.folder}/{MANIFEST}", None, message),)) from error

    def _settled(self, source: Source, matches: Sequence[_Match]) -> GeneratedFile:
        """The edited file, in which every part means what it did and nothing is left to be rewritten."""
        file = edited(source, [match.edit for match in matches])
        root = parse(file.path, file.content.removeprefix("\ufeff"), source.grammar)
        again = sorted(position_of(node)[:2] for _, node in self._matches(root))
        written = {rule.number: self._written(root, rule) for rule in self.rules}
        shift = 0
        for match in matches:
            start = match.edit.start + shift
            end = start + len(match.edit.text)
            shift = end - match.edit.end
            if sum(start <= at[0] and at[1] <= end for at in again) > match.nested:
                words = "would be rewritten again with every run: let find be narrower than what replace gives"
                raise Refused(source.place(match.node, words))
            here = written[match.rule.number].get((start, end))
            if not _keeps_its_parts(match, here):
                words = "would mean something else beside its neighbours: put parentheses into replace"
                raise Refused(source.place(match.node, words))
        return file

    def _written(self, root: SgNode, rule: Rule) -> Mapping[tuple[int, int], SgNode]:
        """Where the result of a rule stands as an expression or statement of its own."""
        if VARIABLE.search(rule.replace) is None:
            return {}
        found = self._found(root, rule, rule.replace, "replace")
        return {(start_of(node), end_of(node)): node for node in found}


def _keeps_its_parts(match: _Match, written: SgNode | None) -> bool:
    """Whether the new text is an expression of its own, with everything that was taken over whole in it."""
    names = VARIABLE.findall(match.rule.replace)
    if not names:
        return True
    return written is not None and all(_taken(written, *name) == _taken(match.node, *name) for name in names)


def _taken(node: SgNode, many: str, name: str) -> str:
    """The text that a name stands for in a match."""
    if many:
        return " ".join(each.text() for each in node.get_multiple_matches(name))
    found = node.get_match(name)
    return found.text() if found is not None else ""


def _replacement(rule: Rule, node: SgNode, text: str) -> str:
    def matched(variable: re.Match[str]) -> str:
        if variable[1]:
            nodes = node.get_multiple_matches(variable[2])
            return text[start_of(nodes[0]) : end_of(nodes[-1])] if nodes else ""
        found = node.get_match(variable[2])
        return found.text() if found is not None else variable[0]

    return VARIABLE.sub(matched, rule.replace)
