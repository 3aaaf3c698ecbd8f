"""A CommonJS file as it was read: what it requires, in which form, and what it exports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.javascript.names import Names
from app.generation.patterns.source import Source


@dataclass(frozen=True, slots=True)
class Bare:
    """`require("x");`"""


@dataclass(frozen=True, slots=True)
class Whole:
    """`const name = require("x");`"""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """`const { a, b: c } = require("x");` as pairs of the name there and the name here, and the pattern as written."""

    names: tuple[tuple[str, str], ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Destructured:
    """`const { a = 1, ...rest } = require("x");`: any pattern that an import cannot have."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Property:
    """`const name = require("x").key;`"""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Inline:
    """`use(require("x"))`: any other expression; `exported_as` is its key in `module.exports = { … }`."""

    exported_as: str | None


@dataclass(frozen=True, slots=True)
class Configured:
    """`require("dotenv").config();`, for which dotenv has a module of its own."""


Form: TypeAlias = Bare | Whole | Named | Destructured | Property | Inline | Configured


@dataclass(frozen=True, slots=True)
class Require:
    specifier: str
    form: Form
    call: SgNode
    statement: SgNode


@dataclass(frozen=True, slots=True)
class Member:
    """One property of `module.exports = { … }`: `local` is the name it has in the file, `call` the `require` it is."""

    name: str
    local: str | None
    node: SgNode
    call: SgNode | None = None


@dataclass(frozen=True, slots=True)
class WholeExport:
    """`module.exports = value;`; `members` is `None` where they could not be exports of their own."""

    statement: SgNode
    value: SgNode
    members: tuple[Member, ...] | None


@dataclass(frozen=True, slots=True)
class NamedExport:
    """`exports.name = value;`; `local` is what the file calls it already."""

    name: str
    local: str | None
    statement: SgNode
    value: SgNode


@dataclass(slots=True)
class CommonJsFile:
    """One file, read: `imported` are the names its requires declare, `reads` its uses of its own exports by name."""

    source: Source
    names: Names
    requires: list[Require] = field(default_factory=list[Require])
    imported: set[str] = field(default_factory=set[str])
    whole: WholeExport | None = None
    named: dict[str, NamedExport] = field(default_factory=dict[str, NamedExport])
    reads: list[tuple[str, SgNode]] = field(default_factory=list[tuple[str, SgNode]])
    main_checks: list[SgNode] = field(default_factory=list[SgNode])
    resolves: list[SgNode] = field(default_factory=list[SgNode])
    problems: list[Place] = field(default_factory=list[Place])

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def is_touched(self) -> bool:
        return bool(self.requires or self.whole or self.named or self.main_checks or self.resolves or self.folder_names)

    @property
    def folder_names(self) -> tuple[str, ...]:
        """Which of `__dirname` and `__filename` it uses."""
        return tuple(name for name in ("__dirname", "__filename") if any(self.free(name)))

    def free(self, name: str) -> Iterator[SgNode]:
        """Where a name stands that the file itself does not declare."""
        return (node for node in self.names.occurrences(name) if self.names.meaning(node, name) is None)

    def problem(self, node: SgNode, words: str) -> None:
        self.problems.append(self.source.place(node, words))


def is_require_call(node: SgNode | None) -> bool:
    function = node.field("function") if node is not None and node.kind() == "call_expression" else None
    return function is not None and function.kind() == "identifier" and function.text() == "require"
