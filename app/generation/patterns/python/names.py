"""What a name stands for in Python code: where it is bound, and for how much of the file.

https://docs.python.org/3/reference/executionmodel.html#naming-and-binding
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.generation.patterns.source import Position, is_same, position_of

_COMPREHENSIONS = ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
SCOPES = frozenset(["module", "function_definition", "lambda", "class_definition", *_COMPREHENSIONS])
_TARGETS = frozenset(
    [
        *("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern"),
        *("as_pattern_target", "tuple", "list", "typed_parameter", "dotted_name", "case_pattern"),
    ]
)
_BINDING_FIELDS = {
    "assignment": "left",
    "augmented_assignment": "left",
    "named_expression": "name",
    "for_statement": "left",
    "for_in_clause": "left",
    "as_pattern": "alias",
    "default_parameter": "name",
    "typed_default_parameter": "name",
    "aliased_import": "alias",
    "function_definition": "name",
    "class_definition": "name",
}
_WHOLE = frozenset(
    ["parameters", "lambda_parameters", "import_statement", "import_from_statement", "dict_pattern", "case_clause"]
)


@dataclass(frozen=True, slots=True)
class Binding:
    name: SgNode
    scope: SgNode

    @property
    def is_of_the_module(self) -> bool:
        return self.scope.kind() == "module"


class Names:
    """The bindings of single names in one file."""

    def __init__(self, root: SgNode) -> None:
        self._by_text: dict[str, list[SgNode]] = {}
        self._bindings: dict[str, tuple[Binding, ...]] = {}
        self._by_scope: dict[str, dict[Position, Binding]] = {}
        for node in root.find_all(kind="identifier"):
            if not _is_attribute(node):
                self._by_text.setdefault(node.text(), []).append(node)

    def occurrences(self, name: str) -> Sequence[SgNode]:
        return self._by_text.get(name, ())

    def bindings(self, name: str) -> tuple[Binding, ...]:
        if name not in self._bindings:
            scopes = [(node, binding_scope(node)) for node in self.occurrences(name)]
            found = tuple(Binding(node, scope) for node, scope in scopes if scope is not None)
            self._bindings[name] = found
            self._by_scope[name] = {position_of(binding.scope): binding for binding in reversed(found)}
        return self._bindings[name]

    def meaning(self, node: SgNode, name: str) -> Binding | None:
        """What the name stands for at a node, or `None` where the file does not bind it.

        A name of a class body is not seen from the functions in it; `global` and `nonlocal` are taken for a binding.
        """
        if not self.bindings(name):
            return None
        scopes = [outer for outer in (node, *node.ancestors()) if outer.kind() in SCOPES]
        seen = [scope for at, scope in enumerate(scopes) if at == 0 or scope.kind() != "class_definition"]
        around = (self._by_scope[name].get(position_of(scope)) for scope in seen)
        return next((binding for binding in around if binding is not None), None)


def binding_scope(node: SgNode) -> SgNode | None:
    """The part of the file in which the name is bound by this node, or `None` where it only uses it."""
    child, parent = node, node.parent()
    while parent is not None and parent.kind() in _TARGETS:
        if parent.kind() == "dotted_name" and not is_same(parent.child(0), child):
            return None  # `b` of `import a.b`
        child, parent = parent, parent.parent()
    if parent is None:
        return None
    kind = parent.kind()
    if kind in ("global_statement", "nonlocal_statement"):
        return _scope_around(node)
    if kind in _WHOLE:
        is_module_name = is_same(parent.field("module_name"), child)
        return None if is_module_name else _scope_around(node)
    if kind not in _BINDING_FIELDS or not is_same(parent.field(_BINDING_FIELDS[kind]), child):
        return None
    return _scope_around(parent)


def _scope_around(node: SgNode) -> SgNode | None:
    return next((outer for outer in node.ancestors() if outer.kind() in SCOPES), None)


def _is_attribute(node: SgNode) -> bool:
    parent = node.parent()
    if parent is None:
        return False
    is_member = parent.kind() == "attribute" and is_same(parent.field("attribute"), node)
    return is_member or (parent.kind() == "keyword_argument" and is_same(parent.field("name"), node))
