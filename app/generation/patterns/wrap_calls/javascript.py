"""Calls in JavaScript and TypeScript, and whether running them again inside an arrow function means the same.

A promise that nobody waits for, a name that means something else, an argument that would be worked out anew with
another result: such calls are left alone, with the reason.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.javascript.modules import is_field, operator_of
from app.generation.patterns.javascript.names import FUNCTIONS, Names
from app.generation.patterns.source import Source, end_of, is_short, line_of, start_of
from app.generation.patterns.style import Style, indentation_at, style_of
from app.generation.patterns.wrap_calls.found import Found
from app.generation.patterns.wrap_calls.parameters import Parameters

WRAPPER = "withRetry"
ALREADY = "is inside withRetry already"
_GLOBALS = frozenset(["fetch", "globalThis", "window", "self", "navigator", "crypto", "process"])

Use = Literal["awaited", "returned", "kept", "dropped", "other"]

_TRANSPARENT = frozenset(
    ["parenthesized_expression", "non_null_expression", "as_expression", "satisfies_expression", "type_assertion"]
)
_HELD_BY: dict[str, tuple[str, Use]] = {
    "variable_declarator": ("value", "kept"),
    "assignment_expression": ("right", "kept"),
    "pair": ("value", "kept"),
    "public_field_definition": ("value", "kept"),
    "field_definition": ("value", "kept"),
    "export_statement": ("value", "kept"),
    "arrow_function": ("body", "returned"),
}
_HOLDS_ANYWHERE: dict[str, Use] = {
    "return_statement": "returned",
    "await_expression": "awaited",
    "arguments": "kept",
    "array": "kept",
    "yield_expression": "kept",
    "expression_statement": "dropped",
}
_WRAPPED: dict[Use, str] = {
    "awaited": "is awaited, so the retry is awaited instead",
    "returned": "its promise is returned, so that of the retry is returned instead",
    "kept": "its promise is used further, so that of the retry is used instead",
}
_CHAINS = ("then", "catch", "finally")
_LOGICAL = frozenset(["&&", "||", "??"])
_EFFECTS = {
    "await_expression": "waits for something",
    "yield_expression": "yields",
    "update_expression": "changes a variable",
    "assignment_expression": "assigns something",
    "augmented_assignment_expression": "changes a variable",
}
_HARMLESS_CALLS = frozenset(
    [
        *("JSON.stringify", "String", "Number", "Boolean", "encodeURIComponent", "encodeURI", "Object.fromEntries"),
        *("Object.keys", "Object.entries", "Object.values", "Array.from", "Math.max", "Math.min", "Math.round", "btoa"),
    ]
)
_HARMLESS_METHODS = frozenset(
    [
        "toString",
        "toISOString",
        "toJSON",
        "trim",
        "toLowerCase",
        "toUpperCase",
        "slice",
        "concat",
        "padStart",
        "toFixed",
    ]
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the function; `node` may begin with `await`, which the grammar puts inside where there are types."""

    node: SgNode
    callee: SgNode
    arguments: SgNode
    is_awaited_inside: bool


def find_in_javascript(sources: Iterable[Source], wanted: Parameters) -> Iterator[Found]:
    """What is to be done with the calls in each file."""
    for source in sources:
        names, style = Names(source.root), style_of(source)
        edits: list[Edit] = []
        edited: list[Place] = []
        skipped: list[Place] = []
        for call in calls_of(source.root, wanted.function):
            why = why_not(call, names, wanted)
            if why is not None:
                skipped.append(source.place(call.callee, why))
            else:
                edits += _edits(call, source, names, wanted, style)
                edited.append(source.place(call.callee, _WRAPPED[_use_of(call)]))
        yield Found(source, tuple(edits), tuple(edited), tuple(skipped))


def calls_of(root: SgNode, function: str) -> Iterator[Call]:
    """The calls of a function by its name as written, `client?.send` counting as `client.send`."""
    for node in root.find_all(kind="call_expression"):
        callee, arguments = node.field("function"), node.field("arguments")
        if callee is None or arguments is None:
            continue
        inside = callee.kind() == "await_expression"
        if inside:
            callee = callee.named_children()[0]
        if is_short(callee) and re.sub(r"\s", "", callee.text()).replace("?.", ".") == function:
            yield Call(node, callee, arguments, inside)


def why_not(call: Call, names: Names, wanted: Parameters) -> str | None:
    """Why the call is left alone, or `None` where it can be wrapped."""
    if _is_wrapped(call.node):
        return ALREADY
    if "?." in call.callee.text() or any(child.kind() == "optional_chain" for child in call.node.children()):
        return "is called with ?., so there may be nothing to call"
    if call.arguments.kind() != "arguments":
        return "is the tag of a template"
    return _means_another(call, names, wanted) or _why_use(call, names) or _why_arguments(call)


def _edits(call: Call, source: Source, names: Names, wanted: Parameters, style: Style) -> Sequence[Edit]:
    """The edits that put the call into an arrow function, with its own bytes left as they are."""
    signal = _signal_edit(call, source, names, wanted)
    start, end = start_of(call.callee), end_of(call.node)
    opening = f"{WRAPPER}(({'signal' if signal else ''}) => "
    options = {"attempts": wanted.attempts, "timeoutMs": wanted.timeout_ms, "backoffMs": wanted.backoff_ms}
    line_start = source.text.rfind("\n", 0, end) + 1
    line_end = source.text.find("\n", end)
    rest = source.text[line_start : line_end if line_end >= 0 else None].rstrip("\r")
    added = [edit for edit in (signal,) if edit]
    inline = ", ".join(f"{name}: {value}" for name, value in options.items())
    grown = len(rest) + sum(len(edit.text) for edit in added) + (len(opening) if start >= line_start else 0)
    if grown + len(f", {{ {inline} }})") <= style.width:
        closing = f", {{ {inline} }})"
    else:
        outer = indentation_at(source.text, start)
        lines = "".join(f"{outer}{style.indent}{name}: {value},\n" for name, value in options.items())
        closing = f", {{\n{lines}{outer}}})"
    return [Edit(start, start, opening), *added, Edit(end, end, closing)]


def _is_wrapped(node: SgNode) -> bool:
    for outer in node.ancestors():
        function = outer.field("function") if outer.kind() == "call_expression" else None
        if function is not None and is_short(function) and function.text().removeprefix("await ") == WRAPPER:
            return True
    return False


def _means_another(call: Call, names: Names, wanted: Parameters) -> str | None:
    meaning, root = names.meaning(call.callee, wanted.root), wanted.root
    is_dotted = root != wanted.function
    is_of_the_module = not is_dotted or root in _GLOBALS or names.of_the_module(root) is not None
    if meaning is not None and not meaning.is_of_the_module and is_of_the_module:
        return f"{root} is another one here, declared in line {line_of(meaning.name)}"
    for outer in () if is_dotted else call.node.ancestors():
        holder = outer if outer.kind() in ("function_declaration", "generator_function_declaration") else outer.parent()
        name = holder.field("name") if holder is not None and outer.kind() in FUNCTIONS else None
        if name is not None and name.text() == root:
            return f"is inside {root} itself, whose own calls are tried again"
    return None


def _why_use(call: Call, names: Names) -> str | None:
    use = _use_of(call)
    if use == "dropped":
        return "its promise is not awaited here: await it first, if its failure matters"
    if use == "other":
        return "its result is not used as a promise here"
    if use == "kept":
        changing = {node.text() for node in _evaluated(call.arguments) if node.kind() == "identifier"}
        again = sorted(name for name in changing if names.assignments(name))
        if again:
            return f"{again[0]} may have another value at the next attempt: it is assigned more than once in this file"
    return None


def _use_of(call: Call) -> Use:
    if call.is_awaited_inside:
        return "awaited"
    node, is_chained = call.node, False
    for outer in call.node.ancestors():
        if not _passes_on(node, outer):
            held = _HELD_BY.get(outer.kind())
            if held is not None:
                return held[1] if is_field(node, outer, held[0]) else "other"
            if outer.kind() == "unary_expression":
                return "dropped" if operator_of(outer) == "void" and not is_chained else "other"
            use = _HOLDS_ANYWHERE.get(outer.kind(), "other")
            return "kept" if use == "dropped" and is_chained else use
        is_chained = is_chained or (outer.kind() == "member_expression" and _property(outer) == "then")
        node = outer
    return "other"


def _passes_on(node: SgNode, outer: SgNode) -> bool:
    """Whether the outer expression gives the promise itself, or one that hangs on it."""
    match outer.kind():
        case "ternary_expression":
            return not is_field(node, outer, "condition")
        case "binary_expression":
            return operator_of(outer) in _LOGICAL and is_field(node, outer, "right")
        case "sequence_expression":
            return is_field(node, outer, "right") or end_of(node) == end_of(outer)
        case "member_expression":
            return is_field(node, outer, "object") and _property(outer) in _CHAINS
        case "call_expression":
            return node.kind() == "member_expression" and is_field(node, outer, "function")
        case kind:
            return kind in _TRANSPARENT


def _property(member: SgNode) -> str:
    found = member.field("property")
    return found.text() if found is not None else ""


def _why_arguments(call: Call) -> str | None:
    for node in _evaluated(call.arguments):
        if node.kind() in _EFFECTS:
            return f"an argument {_EFFECTS[node.kind()]}, again with every attempt: do that in a line before"
        if node.kind() == "call_expression" and not _is_harmless(node):
            function = node.field("function")
            name = re.sub(r"\s+", " ", function.text())[:60] if function is not None else "a function"
            return f"an argument calls {name}, which every attempt would call again: do that in a line before"
    return None


def _evaluated(arguments: SgNode) -> Iterator[SgNode]:
    """Everything in the arguments that is worked out with each attempt; the bodies of functions in it are not."""
    waiting = arguments.named_children()[::-1]
    while waiting:
        node = waiting.pop()
        if node.kind() in FUNCTIONS or node.kind() == "class":
            continue
        yield node
        waiting += reversed(node.named_children())


def _is_harmless(call: SgNode) -> bool:
    function = call.field("function")
    if function is None:
        return False
    if function.kind() == "member_expression" and _property(function) in _HARMLESS_METHODS:
        return True
    return function.text() in _HARMLESS_CALLS


def _signal_edit(call: Call, source: Source, names: Names, wanted: Parameters) -> Edit | None:
    """The global `fetch` takes a signal, so that a request that takes too long is really given up."""
    if wanted.function != "fetch" or names.meaning(call.callee, "fetch") is not None:
        return None
    if any(node.text() == "signal" for node in _evaluated(call.arguments)):
        return None
    given = [node for node in call.arguments.named_children() if node.kind() != "comment"]
    if len(given) == 1 and given[0].kind() != "spread_element":
        return Edit(end_of(given[0]), end_of(given[0]), ", { signal }")
    if len(given) != 2 or given[1].kind() != "object":
        return None
    return _with_property(given[1], source)


def _with_property(options: SgNode, source: Source) -> Edit | None:
    members = [node for node in options.named_children() if node.kind() != "comment"]
    if not members:
        return Edit(start_of(options), end_of(options), "{ signal }") if options.text().strip("{} \t") == "" else None
    if any(member.kind() == "spread_element" for member in members):
        return None
    last = end_of(members[-1])
    if line_of(members[0]) == line_of(options):
        return Edit(last, last, ", signal")
    return Edit(last, last, f",\n{indentation_at(source.text, start_of(members[-1]))}signal")
