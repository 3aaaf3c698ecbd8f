"""What a name stands for in JavaScript and TypeScript code: where it is declared, and for how much of the file.

https://tc39.es/ecma262/#sec-syntax-directed-operations-scope-analysis
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.generation.patterns.source import Position, is_same, position_of

FUNCTIONS = frozenset(
    [
        *("function_declaration", "function_expression", "arrow_function", "method_definition"),
        *("generator_function", "generator_function_declaration"),
    ]
)
_NAMES = ("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier", "type_identifier")
_PATTERNS = frozenset(
    [
        "object_pattern",
        "array_pattern",
        "rest_pattern",
        "pair_pattern",
        "assignment_pattern",
        "object_assignment_pattern",
    ]
)
_NAMED_DECLARATIONS = frozenset(
    [
        *("function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration"),
        *("enum_declaration", "internal_module", "module", "function_signature"),
    ]
)
_NAMED_EXPRESSIONS = frozenset(["function_expression", "generator_function", "class"])
_IMPORTS = frozenset(["import_clause", "namespace_import", "import_specifier", "import_require_clause"])
_BLOCKS = FUNCTIONS | {
    *("statement_block", "program", "for_statement", "for_in_statement", "switch_body", "catch_clause"),
    "class_static_block",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """One declaration of a name; it stands for it everywhere inside `scope`, unless declared again further in."""

    name: SgNode
    scope: SgNode

    @property
    def is_of_the_module(self) -> bool:
        return self.scope.kind() == "program"

    @property
    def is_imported(self) -> bool:
        parent = self.name.parent()
        return parent is not None and parent.kind() in _IMPORTS


class Names:
    """All names of one file, by their text; each question takes as long as the file is deep, not as it is long."""

    def __init__(self, root: SgNode) -> None:
        self._root = root
        self._by_text: dict[str, list[SgNode]] = {}
        self._bindings: dict[str, tuple[Binding, ...]] = {}
        self._by_scope: dict[str, dict[Position, Binding]] = {}
        self._assignments: dict[str, Sequence[SgNode]] = {}
        for node in (node for kind in _NAMES if _knows(root, kind) for node in root.find_all(kind=kind)):
            if not _is_name_elsewhere(node):
                self._by_text.setdefault(node.text(), []).append(node)

    @property
    def all(self) -> frozenset[str]:
        return frozenset(self._by_text)

    def occurrences(self, name: str) -> Sequence[SgNode]:
        """Every place where the name stands as a name of its own (no property, no word in a string)."""
        return self._by_text.get(name, ())

    def bindings(self, name: str) -> tuple[Binding, ...]:
        if name not in self._bindings:
            scopes = [(node, declaration_scope(node)) for node in self.occurrences(name)]
            found = tuple(Binding(node, scope) for node, scope in scopes if scope is not None)
            self._bindings[name] = found
            self._by_scope[name] = {position_of(binding.scope): binding for binding in reversed(found)}
        return self._bindings[name]

    def meaning(self, node: SgNode, name: str) -> Binding | None:
        """What the name stands for at a node, or `None` where the file does not declare it."""
        if not self.bindings(name):
            return None
        by_scope = self._by_scope[name]
        around = (by_scope.get(position_of(outer)) for outer in (node, *node.ancestors()))
        return next((binding for binding in around if binding is not None), None)

    def of_the_module(self, name: str) -> Binding | None:
        """What the name stands for in the file at large."""
        return self.meaning(self._root, name)

    def uses(self, binding: Binding) -> Iterator[SgNode]:
        """The places that mean this declaration, without itself."""
        name = binding.name.text()
        for node in self.occurrences(name):
            if not is_same(node, binding.name) and self.meaning(node, name) is binding:
                yield node

    def assignments(self, name: str) -> Sequence[SgNode]:
        """Where a variable of that name is given another value after its declaration, in any scope."""
        if name not in self._assignments:
            self._assignments[name] = [node for node in self.occurrences(name) if is_assigned(node)]
        return self._assignments[name]


def _knows(root: SgNode, kind: str) -> bool:
    """JavaScript has no type names; asking a grammar for a kind that it lacks is an error."""
    if kind != "type_identifier":
        return True
    try:
        root.find(kind=kind)
    except RuntimeError:
        return False
    return True


def _is_name_elsewhere(node: SgNode) -> bool:
    """`a` of `import { a as b }` and `b` of `export { a as b }` are names of the other module only."""
    parent = node.parent()
    if parent is None or parent.field("alias") is None:
        return False
    other = {"import_specifier": "name", "export_specifier": "alias"}.get(parent.kind())
    return other is not None and is_same(parent.field(other), node)


def declaration_scope(node: SgNode) -> SgNode | None:
    """The part of the file in which the name is declared by this node, or `None` where it only uses it."""
    child, parent = _out_of_patterns(node)
    if parent is None:
        return None
    kind, around = parent.kind(), parent.parent()
    if kind == "variable_declarator" and is_same(parent.field("name"), child):
        is_var = around is not None and around.kind() == "variable_declaration"
        return _function_around(parent) if is_var else _block_around(parent)
    if kind in _NAMED_DECLARATIONS and is_same(parent.field("name"), child):
        return _block_around(parent)
    if kind in _NAMED_EXPRESSIONS and is_same(parent.field("name"), child):
        return parent
    if kind in ("required_parameter", "optional_parameter") and is_same(parent.field("pattern"), child):
        return around.parent() if around else None
    if kind == "formal_parameters":
        return around
    if (kind == "arrow_function" or kind == "catch_clause") and is_same(parent.field("parameter"), child):
        return parent
    if kind == "for_in_statement" and parent.field("kind") and is_same(parent.field("left"), child):
        is_var = (declared := parent.field("kind")) is not None and declared.text() == "var"
        return _function_around(parent) if is_var else parent
    if kind in _IMPORTS and is_same(parent.field("alias") or child, child):
        return _block_around(parent)
    return None


def _out_of_patterns(node: SgNode) -> tuple[SgNode, SgNode | None]:
    """The outermost destructuring pattern that the node is a target of, or itself, and what is around that."""
    child, parent = node, node.parent()
    while parent is not None and parent.kind() in _PATTERNS:
        if is_same(parent.field("right"), child) or is_same(parent.field("key"), child):
            return node, None
        child, parent = parent, parent.parent()
    return child, parent


def is_assigned(node: SgNode) -> bool:
    child, parent = _out_of_patterns(node)
    if parent is None:
        return False
    if parent.kind() == "update_expression":
        return True
    is_target = parent.kind() in ("assignment_expression", "augmented_assignment_expression", "for_in_statement")
    return is_target and is_same(parent.field("left"), child) and parent.field("kind") is None


def _block_around(node: SgNode) -> SgNode | None:
    return next((outer for outer in node.ancestors() if outer.kind() in _BLOCKS), None)


def _function_around(node: SgNode) -> SgNode | None:
    kinds = FUNCTIONS | {"program", "class_static_block"}
    return next((outer for outer in node.ancestors() if outer.kind() in kinds), None)
