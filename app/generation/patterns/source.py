"""A file of the base and its syntax tree, within limits: what is read here was written by anybody.

The trees are tree-sitter's, by ast-grep (https://ast-grep.github.io/reference/api.html#python-api). They are made in
the worker itself, so the size and the depth of what is parsed are bounded.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from ast_grep_py import SgNode

from app.domain.change import Language, Mode
from app.domain.recipe import Place
from app.errors import RepoError
from app.generation.languages.syntax import MAX_FILE_BYTES, Unparsed, tree, tree_problems
from app.ports.checkouts import Checkout

Position: TypeAlias = tuple[int, int, str]
Grammar = Literal["typescript", "tsx", "javascript", "python"]

MAX_CHARS_TOGETHER = 2 * 1024 * 1024
GRAMMARS: Mapping[str, Grammar] = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".py": "python",
}
LANGUAGES: Mapping[Grammar, Language] = {
    "typescript": "typescript",
    "tsx": "typescript",
    "javascript": "javascript",
    "python": "python",
}
_BOM = "\ufeff"


class NotEditable(Exception):
    """A file cannot be read or changed as code; `place` says where and why."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


@dataclass(frozen=True, slots=True)
class Source:
    """Code that parses. Positions in its tree are those of characters in `text`, which has no byte order mark."""

    path: str
    text: str
    mode: Mode
    grammar: Grammar
    has_bom: bool
    root: SgNode = field(repr=False, compare=False)

    @property
    def language(self) -> Language:
        return LANGUAGES[self.grammar]

    @property
    def newline(self) -> str:
        """How most of its lines end."""
        return "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"

    def place(self, node: SgNode, words: str) -> Place:
        return Place(self.path, line_of(node), words)


def grammar_of(path: str) -> Grammar | None:
    """How a file is parsed; declarations only (`.d.ts`) are no code."""
    if re.search(r"\.d\.[cm]?ts$", path):
        return None
    return GRAMMARS.get(PurePosixPath(path).suffix)


def grammars_of(languages: Collection[Language]) -> Iterator[Grammar]:
    """How the files of these languages are parsed."""
    for grammar in sorted(set(GRAMMARS.values())):
        if LANGUAGES[grammar] in languages:
            yield grammar


def read_source(base: Checkout, path: str) -> Source:
    """A file of the base as code.

    Raises:
        NotEditable: it is no code, too large, nested too deeply, not UTF-8, or does not parse.
    """
    grammar = grammar_of(path)
    if grammar is None:
        raise NotEditable(Place(path, None, "is not JavaScript, TypeScript or Python"))
    text = read_text(base, path)
    has_bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    return Source(path, text, base.mode(path), grammar, has_bom, parse(path, text, grammar))


def read_sources(
    base: Checkout, paths: Iterable[str], *, mentioning: str = ""
) -> tuple[list[Source], list[NotEditable]]:
    """The files that hold a text, as code, and those that cannot be read; together they are at most 2 MiB.

    Raises:
        NotEditable: they are more.
    """
    sources: list[Source] = []
    unreadable: list[NotEditable] = []
    for path in _within_limits(base, paths, mentioning):
        try:
            sources.append(read_source(base, path))
        except NotEditable as error:
            unreadable.append(error)
    return sources, unreadable


def _within_limits(base: Checkout, paths: Iterable[str], mentioning: str) -> list[str]:
    wanted: list[str] = []
    total = 0
    for path in paths:
        with suppress(NotEditable):
            text = read_text(base, path)
            if mentioning not in text:
                continue
            total += len(text)
        if total > MAX_CHARS_TOGETHER:
            raise NotEditable(Place(path, None, "and the files before it are more code than is looked at in one go"))
        wanted.append(path)
    return wanted


def read_text(base: Checkout, path: str) -> str:
    """A file of the base as text, at most 512 KiB.

    Raises:
        NotEditable: it is not there, larger, or not UTF-8.
    """
    try:
        content = base.read(path)
    except RepoError as error:
        raise NotEditable(Place(path, None, "is larger than ACS reads")) from error
    if content is None:
        raise NotEditable(Place(path, None, "is not there"))
    if len(content) > MAX_FILE_BYTES:
        raise NotEditable(Place(path, None, f"is larger than the {MAX_FILE_BYTES // 1024} KiB that ACS edits"))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotEditable(Place(path, line, "is not UTF-8 text: save it as UTF-8")) from error


def parse(path: str, text: str, grammar: Grammar | Literal["json"]) -> SgNode:
    """The root of the syntax tree of a text without errors.

    Raises:
        NotEditable: there is a syntax error, a line of great length, or code that is nested too deeply.
    """
    try:
        root = tree(path, text, grammar)
    except Unparsed as error:
        raise NotEditable(error.place) from error
    wrong = next(tree_problems(path, root), None)
    if wrong is not None:
        raise NotEditable(wrong)
    return root


def line_of(node: SgNode) -> int:
    return node.range().start.line + 1


def start_of(node: SgNode) -> int:
    return node.range().start.index


def end_of(node: SgNode) -> int:
    return node.range().end.index


def position_of(node: SgNode) -> Position:
    """What tells a node from all others of its tree."""
    return start_of(node), end_of(node), node.kind()


def is_short(node: SgNode) -> bool:
    """Whether the text of a node can be a name; that of a function that is called at once can be the whole file."""
    return end_of(node) - start_of(node) <= 400


def is_same(one: SgNode | None, other: SgNode | None) -> bool:
    """Whether two nodes stand at the same place of one tree."""
    if one is None or other is None:
        return False
    return position_of(one) == position_of(other)


def is_inside(node: SgNode, outer: SgNode) -> bool:
    return start_of(outer) <= start_of(node) and end_of(node) <= end_of(outer)
