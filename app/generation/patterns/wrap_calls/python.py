"""Calls in Python, and whether running them again inside a lambda means the same.

A call that is awaited gets a time-out from outside; one that is not gets it by an argument of its own, because Python
cannot stop it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.pattern import Refused
from app.generation.patterns.python.names import Names
from app.generation.patterns.source import Source, end_of, is_same, is_short, line_of, start_of
from app.generation.patterns.style import Style, indentation_at, style_of
from app.generation.patterns.wrap_calls.found import Found
from app.generation.patterns.wrap_calls.parameters import Parameters

WRAPPER, ASYNC_WRAPPER = "with_retry", "with_retry_async"
ALREADY = "is inside a retry already"
_TAKES_TIMEOUT = re.compile(
    r"(requests|httpx)\.(get|post|put|patch|delete|head|options|request)|(urllib\.request\.)?urlopen"
)
_NO_TIMEOUT = (
    "is not awaited, and Python cannot stop such a call from outside: name in timeout_argument the keyword argument "
    "that takes its time-out in seconds"
)
_EFFECTS = {
    "await": "waits for something",
    "yield": "yields",
    "named_expression": "assigns something",
}
_HARMLESS_CALLS = frozenset(
    ["str", "int", "float", "bool", "len", "dict", "list", "tuple", "json.dumps", "quote", "urljoin"]
)
_HARMLESS_METHODS = frozenset(["format", "isoformat", "strip", "lower", "upper", "encode", "decode", "hex", "copy"])
_OTHER_LOOPS = re.compile(r"(?m)^\s*(?:import|from)\s+(trio|anyio|curio)\b")


@dataclass(frozen=True, slots=True)
class Call:
    node: SgNode
    arguments: SgNode
    is_awaited: bool


def find_in_python(sources: Sequence[Source], wanted: Parameters) -> Iterator[Found]:
    """What is to be done with the calls in each file; the function is asynchronous where any of them is awaited.

    Raises:
        Refused: nothing says how the function takes its time-out.
    """
    is_async = any(
        is_awaited_in(source.root, wanted.function) or _defines_coroutine(source.root, wanted.function)
        for source in sources
    )
    for source in sources:
        found = _find(source, wanted, is_async=is_async)
        if found.edits and not is_async and _timeout_argument(wanted) is None:
            raise Refused(Place(source.path, found.edited[0].line, _NO_TIMEOUT))
        yield found


def is_awaited_in(root: SgNode, function: str) -> bool:
    return any(call.is_awaited for call in calls_of(root, function))


def _find(source: Source, wanted: Parameters, *, is_async: bool) -> Found:
    names, style = Names(source.root), style_of(source)
    edits: list[Edit] = []
    edited: list[Place] = []
    skipped: list[Place] = []
    for call in calls_of(source.root, wanted.function):
        why = why_not(call, source, names, wanted, is_async=is_async)
        if why is not None:
            skipped.append(source.place(call.node, why))
        else:
            edits += _edits(call, source, wanted, style)
            edited.append(source.place(call.node, _wrapped(call, wanted)))
    return Found(source, tuple(edits), tuple(edited), tuple(skipped))


def _wrapped(call: Call, wanted: Parameters) -> str:
    if call.is_awaited:
        return "is awaited, so the retry is awaited instead"
    if _timeout_edit(call, wanted) is None:
        return "is called by the retry, with the time-out that its own arguments give"
    return f"is called by the retry, with {_timeout_argument(wanted)}= as its time-out"


def calls_of(root: SgNode, function: str) -> Iterator[Call]:
    for node in root.find_all(kind="call"):
        callee, arguments, parent = node.field("function"), node.field("arguments"), node.parent()
        if callee is None or arguments is None or not is_short(callee):
            continue
        if re.sub(r"\s", "", callee.text()) == function:
            yield Call(node, arguments, parent is not None and parent.kind() == "await")


def _defines_coroutine(root: SgNode, function: str) -> bool:
    """Whether the file defines a coroutine function of that name."""
    definitions = root.find_all(kind="function_definition")
    return any(
        (name := node.field("name")) is not None and name.text() == function and _is_async(node) for node in definitions
    )


def _timeout_argument(wanted: Parameters) -> str | None:
    """The keyword argument by which the function takes its time-out, as far as that is known."""
    return wanted.timeout_argument or ("timeout" if _TAKES_TIMEOUT.fullmatch(wanted.function) else None)


def why_not(call: Call, source: Source, names: Names, wanted: Parameters, *, is_async: bool) -> str | None:
    """Why the call is left alone, or `None` where it can be wrapped."""
    if _is_wrapped(call.node):
        return ALREADY
    if call.arguments.kind() != "argument_list":
        return "takes a generator expression as its only argument"
    return (
        _means_another(call, names, wanted)
        or (_why_async(call, source) if is_async else _why_sync(call))
        or _why_place(call.node)
        or _why_arguments(call)
    )


def _edits(call: Call, source: Source, wanted: Parameters, style: Style) -> Sequence[Edit]:
    """The edits that put the call into a lambda, with its own bytes left as they are."""
    start, end = start_of(call.node), end_of(call.node)
    timeout = None if call.is_awaited else _timeout_edit(call, wanted)
    options = [f"attempts={wanted.attempts}", f"backoff={_seconds(wanted.backoff_ms)}"]
    if call.is_awaited:
        options.insert(1, f"timeout={_seconds(wanted.timeout_ms)}")
    name = ASYNC_WRAPPER if call.is_awaited else WRAPPER
    line_start, line_end = source.text.rfind("\n", 0, start) + 1, source.text.find("\n", start)
    line = source.text[line_start : line_end if line_end >= 0 else None].rstrip("\r")
    added = len(timeout.text) if timeout else 0
    is_one_line = "\n" not in call.node.text()
    opening, closing = f"{name}(lambda: ", f", {', '.join(options)})"
    if is_one_line and len(line) + added + len(opening) + len(closing) > style.width:
        outer = indentation_at(source.text, start)
        opening = f"{name}(\n{outer}{style.indent}lambda: "
        closing = "".join(f",\n{outer}{style.indent}{option}" for option in options) + f",\n{outer})"
    return [Edit(start, start, opening), *([timeout] if timeout else []), Edit(end, end, closing)]


def _seconds(ms: int) -> str:
    return repr(ms / 1000)


def _is_wrapped(node: SgNode) -> bool:
    functions = (outer.field("function") for outer in node.ancestors() if outer.kind() == "call")
    names = [one.text() for one in functions if one is not None and one.kind() == "identifier"]
    return WRAPPER in names or ASYNC_WRAPPER in names


def _means_another(call: Call, names: Names, wanted: Parameters) -> str | None:
    meaning, root = names.meaning(call.node, wanted.root), wanted.root
    is_dotted = root != wanted.function
    is_of_the_module = not is_dotted or any(binding.is_of_the_module for binding in names.bindings(root))
    if meaning is not None and not meaning.is_of_the_module and is_of_the_module:
        return f"{root} is another one here, bound in line {line_of(meaning.name)}"
    around = _function_around(call.node)
    name = around.field("name") if around is not None and not is_dotted else None
    if name is not None and name.text() == wanted.function:
        return f"is inside {root} itself, whose own calls are tried again"
    return None


def _why_async(call: Call, source: Source) -> str | None:
    if not call.is_awaited:
        return "its coroutine is not awaited here"
    other = _OTHER_LOOPS.search(source.text)
    return f"the file uses {other[1]}, and the retry module works with asyncio" if other else None


def _why_sync(call: Call) -> str | None:
    around = _function_around(call.node)
    if around is not None and _is_async(around):
        return "is not awaited in an async function, where a pause would hold up everything else"
    return None


def _why_place(node: SgNode) -> str | None:
    for outer in node.ancestors():
        match outer.kind():
            case "function_definition" | "lambda" | "module":
                return None
            case "class_definition":
                return "is in the body of a class, whose names a lambda does not see"
            case "decorator":
                return "is part of a decorator"
            case "yield" if outer.text().startswith("yield from"):
                return "its result is run through by yield from"
            case _:
                continue
    return None


def _why_arguments(call: Call) -> str | None:
    for node in _evaluated(call.arguments):
        if node.kind() in _EFFECTS:
            return f"an argument {_EFFECTS[node.kind()]}, again with every attempt: do that in a line before"
        if node.kind() == "call" and not _is_harmless(node):
            function = node.field("function")
            name = re.sub(r"\s+", " ", function.text())[:60] if function is not None else "a function"
            return f"an argument calls {name}, which every attempt would call again: do that in a line before"
    return None


def _evaluated(arguments: SgNode) -> Iterator[SgNode]:
    waiting = arguments.named_children()[::-1]
    while waiting:
        node = waiting.pop()
        if node.kind() != "lambda":
            yield node
            waiting += reversed(node.named_children())


def _is_harmless(call: SgNode) -> bool:
    function = call.field("function")
    if function is None:
        return False
    method = function.field("attribute") if function.kind() == "attribute" else None
    return function.text() in _HARMLESS_CALLS or (method is not None and method.text() in _HARMLESS_METHODS)


def _timeout_edit(call: Call, wanted: Parameters) -> Edit | None:
    """The time-out of the call itself, unless it has one or hands on what may have one."""
    name = _timeout_argument(wanted)
    given = [node for node in call.arguments.named_children() if node.kind() != "comment"]
    for argument in given:
        keyword = argument.field("name") if argument.kind() == "keyword_argument" else None
        if argument.kind() == "dictionary_splat" or (keyword is not None and keyword.text() == name):
            return None
    position = end_of(given[-1]) if given else start_of(call.arguments) + 1
    separator = "" if not given else ", "
    if given and line_of(given[-1]) != line_of(call.arguments):
        lead = _own_line_lead(call.arguments, given[-1])
        separator = f",\n{lead}" if lead is not None else ", "
    return Edit(position, position, f"{separator}{name}={_seconds(wanted.timeout_ms)}")


def _own_line_lead(arguments: SgNode, last: SgNode) -> str | None:
    """The indentation of an argument that begins its line, as in a list with one argument on each."""
    offset = start_of(last) - start_of(arguments)
    line = arguments.text()[:offset].rpartition("\n")[2]
    return line if not line.strip() else None


def _is_async(function: SgNode) -> bool:
    first = function.child(0)
    return first is not None and first.kind() == "async"


def _function_around(node: SgNode) -> SgNode | None:
    kinds = ("function_definition", "lambda")
    return next((outer for outer in node.ancestors() if outer.kind() in kinds and not _is_default(node, outer)), None)


def _is_default(node: SgNode, function: SgNode) -> bool:
    """Defaults of parameters are worked out outside the function."""
    parameters = function.field("parameters")
    return parameters is not None and any(is_same(outer, parameters) for outer in node.ancestors())
