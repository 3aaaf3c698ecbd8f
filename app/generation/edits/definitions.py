"""The functions, methods and classes of a file by their qualified names, and the parts that each one consists of."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.generation.patterns.source import Grammar, end_of, line_of, start_of

_OVERLOAD = re.compile(r"@(?:\w+\.)*overload\b")
_PYTHON = frozenset(["function_definition", "class_definition"])
_PYTHON_AROUND = re.compile(r"block$|_statement$|_clause$")
_NAMED = frozenset(
    [
        *("function_declaration", "generator_function_declaration", "function_signature"),
        *("class_declaration", "abstract_class_declaration", "interface_declaration", "enum_declaration"),
        *("method_definition", "method_signature", "abstract_method_signature", "type_alias_declaration"),
    ]
)
_SIGNATURES = frozenset(["function_signature", "method_signature", "abstract_method_signature"])
_VARIABLES = frozenset(["lexical_declaration", "variable_declaration"])
_FIELDS = frozenset(["public_field_definition", "field_definition"])
_FUNCTIONS = frozenset(["arrow_function", "function_expression", "generator_function", "class", "call_expression"])


@dataclass(frozen=True, slots=True)
class Definition:
    """Positions in the text: the comment above, decorators, `export`, the definition itself, its end; none is apart."""

    name: str
    comment: int
    decorators: int
    export: int
    core: int
    end: int
    line: int
    is_signature: bool


def definitions(root: SgNode, text: str, grammar: Grammar) -> Iterator[Definition]:
    """All definitions, those in others after them; a name may be there several times."""
    return _WALKS[grammar](root, text, "")


def _python(node: SgNode, text: str, prefix: str) -> Iterator[Definition]:
    for outer in node.named_children():
        inner = outer.field("definition") if outer.kind() == "decorated_definition" else outer
        if inner is None or inner.kind() not in _PYTHON:
            if _PYTHON_AROUND.search(outer.kind()):
                yield from _python(outer, text, prefix)
            continue
        decorators = text[start_of(outer) : start_of(inner)]
        name = prefix + _text(inner, "name")
        core = start_of(inner)
        positions = (_comment_start(outer, text), start_of(outer), core, core, end_of(inner))
        yield Definition(name, *positions, line_of(inner), _OVERLOAD.search(decorators) is not None)
        yield from _inside(_python, inner, text, name)


def _javascript(node: SgNode, text: str, prefix: str) -> Iterator[Definition]:
    for outer in node.named_children():
        inner = _declared(outer)
        name = _javascript_name(inner) if inner is not None else None
        if inner is None or name is None:
            continue
        first = _first_decorator(outer)
        export, core = _after_decorators(outer), _after_decorators(inner)
        positions = (_comment_start(first, text), start_of(first), export, core, end_of(outer))
        yield Definition(prefix + name, *positions, line_of(inner), inner.kind() in _SIGNATURES)
        holder = inner if inner.kind() not in _VARIABLES | _FIELDS else _value(inner) or inner
        yield from _inside(_javascript, holder, text, prefix + name)


def _inside(
    walk: Callable[[SgNode, str, str], Iterator[Definition]], node: SgNode, text: str, name: str
) -> Iterator[Definition]:
    body = node.field("body")
    if body is not None:
        yield from walk(body, text, f"{name}.")


def _declared(outer: SgNode) -> SgNode | None:
    if outer.kind() == "export_statement":
        return outer.field("declaration")
    if outer.kind() == "ambient_declaration":
        return next((child for child in outer.named_children() if child.kind() in _NAMED), None)
    return outer


def _javascript_name(node: SgNode) -> str | None:
    if node.kind() in _NAMED:
        return _text(node, "name")
    value = _value(node)
    if value is None or value.kind() not in _FUNCTIONS:
        return None
    return _text(_declarator(node) or node, "name") or _text(node, "property")


def _value(node: SgNode) -> SgNode | None:
    """What the one variable of a declaration, or a field of a class, is set to."""
    if node.kind() in _FIELDS:
        return node.field("value")
    declarator = _declarator(node)
    return declarator.field("value") if declarator is not None else None


def _declarator(node: SgNode) -> SgNode | None:
    if node.kind() not in _VARIABLES:
        return None
    found = [child for child in node.named_children() if child.kind() == "variable_declarator"]
    return found[0] if len(found) == 1 else None


def _first_decorator(outer: SgNode) -> SgNode:
    """In a class of TypeScript the decorators of a method stand before it."""
    first = outer
    while (before := first.prev()) is not None and before.kind() == "decorator":
        first = before
    return first


def _after_decorators(node: SgNode) -> int:
    inner = next((child for child in node.children() if child.kind() != "decorator"), node)
    return start_of(inner)


def _comment_start(first: SgNode, text: str) -> int:
    """Where the comment begins that stands right above, on lines of its own."""
    start = start_of(first)
    while (before := first.prev()) is not None and before.kind() == "comment":
        gap = text[end_of(before) : start]
        line_start = text.rfind("\n", 0, start_of(before)) + 1
        if gap.strip() or gap.count("\n") > 1 or text[line_start : start_of(before)].strip():
            break
        first, start = before, start_of(before)
    return start


def _text(node: SgNode, field: str) -> str:
    found = node.field(field)
    return found.text() if found is not None else ""


_WALKS: Mapping[Grammar, Callable[[SgNode, str, str], Iterator[Definition]]] = {
    "typescript": _javascript,
    "tsx": _javascript,
    "javascript": _javascript,
    "python": _python,
}
