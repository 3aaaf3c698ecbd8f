"""What a language is to ACS: data, and five small functions. A further language is one more module like `go.py`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from ast_grep_py import SgNode

SymbolKind = Literal["class", "function", "method", "type", "value"]
Purpose = Literal["format", "lint", "types", "test"]


class Tree(Protocol):
    """The files that an import may lead to."""

    @property
    def paths(self) -> Collection[str]: ...

    def in_folder(self, folder: str) -> Collection[str]:
        """The files directly in a folder, sorted; the root is the empty text."""
        ...

    def text(self, path: str) -> str | None:
        """A small file as text, or `None` where it is none."""
        ...


@dataclass(frozen=True, slots=True)
class Definition:
    """How the grammar writes a definition down: its kind of node, and the fields that its name stands in.

    `holds` says that definitions inside are part of it (a class); inside all others they are nobody else's business.
    `only_with` are the kinds of its field `value` that make it one, where not everything does.
    """

    node: str
    kind: SymbolKind
    name: str = "name"
    holds: bool = False
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A repository chooses a tool by having a file, or by a text in a file that it has for other reasons too."""

    file: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the repository's own. Paths are added to `check` and `fix`; `fix` is empty where it mends nothing."""

    purpose: Purpose
    name: str
    check: tuple[str, ...]
    fix: tuple[str, ...]
    chosen_by: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePack:
    """`grammars` are tree-sitter's names by the ending of a file's name; `names` the kinds of nodes that use a name.

    `imported` yields what a file imports, as it is written there; `targets` the files of the tree that this leads to.
    `subject` is the stem of the code that a test file covers, or `None` where the file is no test. `test_name` is the
    name of the test file for a source file's name; `test_folder` is where the first test of a repository goes, or
    `None` for beside the code. `packages` is what a source or manifest file asks for from outside: `None` in it stands
    for an import that cannot be read.
    """

    name: str
    grammars: Mapping[str, str]
    definitions: tuple[Definition, ...]
    names: tuple[str, ...]
    import_nodes: tuple[str, ...]
    imported: Callable[[SgNode], Iterator[str]]
    targets: Callable[[str, str, Tree], Iterator[str]]
    subject: Callable[[str], str | None]
    test_name: Callable[[str], str]
    test_folder: str | None
    tools: tuple[Tool, ...]
    manifests: tuple[str, ...]
    lock_files: tuple[str, ...]
    packages: Callable[[str, str], frozenset[str | None]]
    declarations_only: tuple[str, ...] = ()

    def reads(self, path: str) -> bool:
        """Whether a file is code of this language."""
        return self.grammar_of(path) is not None

    def grammar_of(self, path: str) -> str | None:
        if path.endswith(self.declarations_only):
            return None
        name = path.rpartition("/")[2]
        return next((grammar for ending, grammar in self.grammars.items() if name.endswith(ending)), None)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition of a file; `name` is qualified (`Loan.due`), lines count from 1, the last one included."""

    name: str
    kind: SymbolKind
    first_line: int
    last_line: int

    @property
    def short_name(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file defines, in order; how often it says which name; and what it imports, as it is written there."""

    symbols: tuple[Symbol, ...]
    names: Mapping[str, int]
    imports: tuple[str, ...]


NOTHING = Outline((), {}, ())
