"""Is a file what its name says? Within limits, because what is parsed was written by anybody.

The trees are tree-sitter's, by ast-grep (https://ast-grep.github.io/reference/api.html#python-api). They are made in
the worker itself, so the size and the depth of what is parsed are bounded.
"""

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from ast_grep_py import SgNode, SgRoot
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.domain.recipe import Place
from app.generation.languages.shipped import grammar_of

MAX_FILE_BYTES = 512 * 1024
MAX_DEPTH = 300
MAX_LINE_CHARS = 10_000
MAX_PROBLEMS = 10
_WITH_COMMENTS = re.compile(r"(^|/)(tsconfig|jsconfig)[^/]*\.json$|(^|/)\.(vscode|devcontainer)/|(^|/)\.\w+rc\.json$")
_TOML_LINE = re.compile(r"at line (\d+)")


class Unparsed(Exception):
    """A text is beyond what is parsed; `place` says where and why."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


def syntax_problems(path: str, content: bytes) -> tuple[Place, ...]:
    """What is wrong with a file of code, JSON, YAML or TOML as such, by line, at most ten; other files have nothing.

    A file that could not be parsed before a change either is not the fault of that change: `new_syntax_problems`.
    """
    check = _check_of(path)
    if check is None:
        return ()
    if len(content) > MAX_FILE_BYTES:
        return (Place(path, None, f"is larger than the {MAX_FILE_BYTES // 1024} KiB whose syntax is checked"),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return (Place(path, line, "is not UTF-8 text: save it as UTF-8"),)
    return tuple(islice(check(path, text), MAX_PROBLEMS))


def new_syntax_problems(path: str, before: bytes | None, after: bytes) -> tuple[Place, ...]:
    """The problems of a changed file, unless it had some before: not every `.yaml` is YAML (templates, for example)."""
    if before is not None and syntax_problems(path, before):
        return ()
    return syntax_problems(path, after)


def tree(path: str, text: str, grammar: str) -> SgNode:
    """The root of a text's syntax tree, with or without errors in it.

    Raises:
        Unparsed: there is a line of great length, or code that is nested too deeply.
    """
    longest = max(text.split("\n"), key=len)
    if len(longest) > MAX_LINE_CHARS:  # finding out the place of a node takes as long as its line is
        line = text.count("\n", 0, text.index(longest)) + 1
        raise Unparsed(Place(path, line, f"is longer than {MAX_LINE_CHARS:,} characters: nobody wrote it by hand"))
    root = SgRoot(text, grammar).root()
    for node, depth in _walk(root):  # first, because what follows takes as long as the tree is deep
        if depth > MAX_DEPTH:
            raise Unparsed(Place(path, _line_of(node), f"is nested deeper than {MAX_DEPTH} levels"))
    return root


def tree_problems(path: str, root: SgNode) -> Iterator[Place]:
    """Where a tree has errors, once a line, in no order."""
    lines: set[int] = set()
    for node in _wrong(root):
        line = _line_of(node)
        if line not in lines:
            lines.add(line)
            yield Place(path, line, "cannot be parsed here")


def _wrong(root: SgNode) -> Iterator[SgNode]:
    if root.kind() == "ERROR":
        yield root
    yield from root.find_all(kind="ERROR")
    # tree-sitter puts an empty token where one is missing; an empty file is not missing anything
    yield from (node for node in root.find_all(regex="^$") if node.is_leaf() and node.parent() is not None)


def _walk(root: SgNode) -> Iterator[tuple[SgNode, int]]:
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.named_children()]


def _line_of(node: SgNode) -> int:
    return node.range().start.line + 1


def _code(path: str, text: str) -> Iterator[Place]:
    grammar = grammar_of(path)
    if grammar is None:
        return
    try:
        problems = sorted(tree_problems(path, tree(path, text, grammar)), key=lambda place: place.line or 0)
    except Unparsed as error:
        problems = [error.place]
    yield from (tuple(_wrong_indentation(path, text)) if grammar == "python" else ()) or problems


def _wrong_indentation(path: str, text: str) -> Iterator[Place]:
    """The grammar forgives wrong indentation, Python does not; whatever else Python says depends on its version."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is written there is not for us to judge
            ast.parse(text)
    except IndentationError as error:
        yield Place(path, error.lineno, f"is not Python: {error.msg}")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _json(path: str, text: str) -> Iterator[Place]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        yield Place(path, error.lineno, f"is not JSON: {error.msg}")
    except RecursionError:
        yield Place(path, None, "is nested too deeply")


def _yaml(path: str, text: str) -> Iterator[Place]:
    """Only its events are read, so that no alias is ever expanded. https://yaml.org/spec/1.2.2/#31-processes"""
    try:
        for _ in YAML(typ="safe", pure=True).parse(text):  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]  # untyped library
            pass
    except MarkedYAMLError as error:
        mark = error.problem_mark  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]  # untyped library
        line = int(mark.line) + 1 if mark is not None else None  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]  # untyped library
        yield Place(path, line, f"is not YAML: {error.problem}")  # pyright: ignore[reportUnknownMemberType]  # untyped library
    except (YAMLError, ValueError, RecursionError):
        yield Place(path, None, "is not YAML")


def _toml(path: str, text: str) -> Iterator[Place]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        yield Place(path, int(line[1]) if line else None, f"is not TOML: {str(error).partition(' (at ')[0]}")
    except RecursionError:
        yield Place(path, None, "is nested too deeply")


Check = Callable[[str, str], Iterator[Place]]
_OTHERS: Mapping[str, Check] = {".json": _json, ".yml": _yaml, ".yaml": _yaml, ".toml": _toml}


def _check_of(path: str) -> Check | None:
    if grammar_of(path) is not None:
        return _code
    if _WITH_COMMENTS.search(path):  # such files may have comments and trailing commas
        return None
    return next((check for ending, check in _OTHERS.items() if path.endswith(ending)), None)
