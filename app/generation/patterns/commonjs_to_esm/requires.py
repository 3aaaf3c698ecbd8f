"""What a CommonJS file requires, and in which form. https://nodejs.org/api/modules.html#requireid"""

from collections.abc import Iterator

from ast_grep_py import SgNode

from app.generation.patterns.commonjs_to_esm.effects import EffectsBefore
from app.generation.patterns.commonjs_to_esm.model import (
    Bare,
    CommonJsFile,
    Configured,
    Destructured,
    Form,
    Inline,
    Named,
    Property,
    Require,
    Whole,
    is_require_call,
)
from app.generation.patterns.javascript.modules import is_field, statements, string_value
from app.generation.patterns.javascript.names import FUNCTIONS
from app.generation.patterns.source import Position, is_same, line_of, position_of

_UNCONDITIONAL = frozenset(
    [
        *("variable_declarator", "lexical_declaration", "variable_declaration", "expression_statement", "program"),
        *("call_expression", "arguments", "member_expression", "subscript_expression", "assignment_expression"),
        *("object", "pair", "array", "spread_element", "new_expression", "parenthesized_expression"),
    ]
)


_NAMED_EXPORT = ("exports.", "module.exports.")


def read_requires(file: CommonJsFile) -> None:
    """Add every `require` of the file to it, or the reason why there is no import for it."""
    effects = EffectsBefore(statements(file.source.root))
    done: set[Position] = set()
    for node in file.free("require"):
        _read_require(file, node, effects, done)
    _check_constants(file)


def _read_require(file: CommonJsFile, node: SgNode, effects: EffectsBefore, done: set[Position]) -> None:
    call = node.parent()
    if call is not None and call.kind() == "member_expression":
        _read_require_property(file, call)
        return
    if call is None or call.kind() != "call_expression" or not is_field(node, call, "function"):
        file.problem(node, "uses require as a value: call it with the name of a file or package")
        return
    arguments = call.field("arguments")
    given = arguments.named_children() if arguments is not None else []
    specifier = string_value(given[0]) if len(given) == 1 else None
    if specifier is None:
        file.problem(call, "works out what it requires: write the name out, or load it with await import()")
        return
    statement = _statement_of(call)
    if statement is None:
        file.problem(call, _why_late(call))
        return
    earlier = effects.before(statement, specifier)
    if earlier is not None:
        words = f"is required after line {line_of(earlier)} did something, and an import would come before that"
        file.problem(call, f"{words}: move it to the top")
        return
    if position_of(call) not in done:
        _read_form(file, call, statement, done)


def _read_require_property(file: CommonJsFile, member: SgNode) -> None:
    outer = member.parent()
    if outer is not None and member.text() == "require.resolve" and outer.kind() == "call_expression":
        file.resolves.append(outer)
    elif outer is not None and member.text() == "require.main" and _is_main_check(outer):
        file.main_checks.append(outer)
    else:
        file.problem(member, f"{member.text()[:60]} has no counterpart in an ES module")


def _is_main_check(comparison: SgNode) -> bool:
    operator = comparison.field("operator")
    sides = [side.text() for side in (comparison.field("left"), comparison.field("right")) if side is not None]
    equality = ("===", "==", "!==", "!=")
    return operator is not None and operator.text() in equality and sorted(sides) == ["module", "require.main"]


def _statement_of(call: SgNode) -> SgNode | None:
    """The statement of the file itself in which the call always runs, once."""
    chain = call.ancestors()
    if any(outer.kind() not in _UNCONDITIONAL for outer in chain):
        return None
    return chain[-2] if len(chain) > 1 else None


def _why_late(call: SgNode) -> str:
    if any(outer.kind() in FUNCTIONS for outer in call.ancestors()):
        return "is required only when a function runs: move it to the top of the file, or load it with await import()"
    return "is required only under a condition: move it to the top of the file, or load it with await import()"


def _read_form(file: CommonJsFile, call: SgNode, statement: SgNode, done: set[Position]) -> None:
    """The one require of the statement, or all of them where it declares several."""
    declarators = [node for node in statement.children() if node.kind() == "variable_declarator"]
    forms = [_declared_form(declarator) for declarator in declarators]
    if not any(forms):
        file.requires.append(Require(_specifier(call), _expression_form(call, statement), call, statement))
        return
    calls = [next(_require_calls(declarator), None) for declarator in declarators]
    done.update(position_of(each) for each in calls if each is not None)
    if not all(forms):
        file.problem(statement, "declares what it requires together with something else: use two statements")
        return
    for declarator, form, each in zip(declarators, forms, calls, strict=True):
        if form is not None and each is not None:
            file.requires.append(Require(_specifier(each), form, each, statement))
            file.imported |= frozenset(_names_in(declarator.field("name")))


def _require_calls(node: SgNode) -> Iterator[SgNode]:
    for call in node.find_all(kind="call_expression"):
        function = call.field("function")
        if function is not None and function.text() == "require":
            yield call


def _specifier(call: SgNode) -> str:
    arguments = call.field("arguments")
    return (string_value(arguments.named_children()[0]) if arguments is not None else None) or ""


def _declared_form(declarator: SgNode) -> Form | None:
    name, value = declarator.field("name"), declarator.field("value")
    if name is None or value is None:
        return None
    if is_require_call(value):
        if name.kind() == "identifier":
            return Whole(name.text())
        pairs = _simple_pairs(name) if name.kind() == "object_pattern" else None
        return Destructured(name.text()) if pairs is None else Named(pairs, name.text())
    key = value.field("property") if value.kind() == "member_expression" else None
    if key is not None and is_require_call(value.field("object")) and name.kind() == "identifier":
        return Property(key.text(), name.text()) if key.kind() == "property_identifier" else None
    return None


def _simple_pairs(pattern: SgNode) -> tuple[tuple[str, str], ...] | None:
    pairs: list[tuple[str, str]] = []
    for part in (node for node in pattern.named_children() if node.kind() != "comment"):
        if part.kind() == "shorthand_property_identifier_pattern":
            pairs.append((part.text(), part.text()))
            continue
        key, value = part.field("key"), part.field("value")
        if part.kind() != "pair_pattern" or key is None or value is None:
            return None
        if key.kind() != "property_identifier" or value.kind() != "identifier":
            return None
        pairs.append((key.text(), value.text()))
    return tuple(pairs)


def _expression_form(call: SgNode, statement: SgNode) -> Form:
    expression = statement.child(0)
    if statement.kind() == "expression_statement" and is_same(expression, call):
        return Bare()
    if statement.text().rstrip(";") in ('require("dotenv").config()', "require('dotenv').config()"):
        return Configured()
    assigned = statement.child(0)
    target = assigned.field("left") if assigned is not None else None
    if target is not None and is_same(call.parent(), assigned) and target.text().startswith(_NAMED_EXPORT):
        return Inline(target.text().rpartition(".")[2])
    pair = call.parent()
    key = pair.field("key") if pair is not None and pair.kind() == "pair" else None
    is_member = key is not None and key.kind() == "property_identifier" and _exported_object(statement) is not None
    is_direct = is_member and pair is not None and is_same(pair.parent(), _exported_object(statement))
    return Inline(key.text() if is_direct and key is not None else None)


def _exported_object(statement: SgNode) -> SgNode | None:
    assignment = statement.child(0) if statement.kind() == "expression_statement" else None
    if assignment is None or assignment.kind() != "assignment_expression":
        return None
    left, right = assignment.field("left"), assignment.field("right")
    is_whole = left is not None and left.text() == "module.exports"
    return right if is_whole and right is not None and right.kind() == "object" else None


def _check_constants(file: CommonJsFile) -> None:
    """What is imported cannot be given another value, nor be declared again."""
    for name in sorted(file.imported):
        of_the_module = [binding for binding in file.names.bindings(name) if binding.is_of_the_module]
        meant = file.names.of_the_module(name)
        assigned = [node for node in file.names.assignments(name) if file.names.meaning(node, name) is meant]
        again = [*assigned, *(binding.name for binding in of_the_module[1:])]
        if again:
            file.problem(again[0], f"gives {name} another value, which an import cannot have: use another name")


def _names_in(target: SgNode | None) -> Iterator[str]:
    if target is None:
        return
    if target.is_leaf():
        yield target.text()
    for kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield from (node.text() for node in target.find_all(kind=kind))
