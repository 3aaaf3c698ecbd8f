"""Routes of an Express application or router. https://expressjs.com/en/guide/routing.html"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.add_http_route.express_application import Application, find_application
from app.generation.patterns.add_http_route.express_test import express_test
from app.generation.patterns.add_http_route.json_code import javascript_code
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.add_http_route.routed import Routed, end_with_comment
from app.generation.patterns.editing import Edit
from app.generation.patterns.javascript.modules import is_field, string_value
from app.generation.patterns.javascript.names import FUNCTIONS, Names
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.source import Source, is_same, start_of
from app.generation.patterns.style import Style, indentation_at, style_of

METHODS = ("get", "post", "put", "patch", "delete", "all")
_SETTINGS = ("use", "set", "enable", "disable", "engine", "param")
_EVERYTHING = re.compile(r"(/|)(\*.*|\(\.\*\)|\{\*.*)")
_LAST_WORD = re.compile(r"error|not_?found|fallback|404", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is `None` where it is not written out; `statement` where it stands beside the application itself."""

    method: str
    path: str | None
    call: SgNode
    statement: SgNode | None

    @property
    def takes_everything(self) -> bool:
        return self.path is not None and _EVERYTHING.fullmatch(self.path) is not None


def add_to_express(source: Source, wanted: Parameters, work: Work) -> Routed:
    """The file with the route after the last one, before one that takes everything."""
    if "<" in wanted.path:
        raise Refused(Place("the request", None, f"{wanted.path} is a path of Flask: Express writes parameters as :id"))
    names = Names(source.root)
    application = find_application(source, names, wanted)
    routes = list(_routes(source.root, names, application))
    for route in routes:
        why = _why_taken(route, wanted)
        if why is not None:
            raise Refused(source.place(route.call, why))
    style = style_of(source)
    anchor, is_before = _anchor(application, routes, names)
    indent = indentation_at(source.text, start_of(anchor))
    text = _route_code(application.name, wanted, source, style, indent)
    if is_before:
        edit = Edit(start_of(anchor), start_of(anchor), f"{text}\n\n{indent}")
    else:
        end = end_with_comment(anchor)
        edit = Edit(end, end, f"{_gap(source, routes)}{indent}{text}")
    unread = tuple(
        source.place(route.call, "works out its path, which nobody compared with the new one")
        for route in routes
        if route.path is None
    )
    return Routed(source, (edit,), anchor, express_test(source, application, wanted, work, style), unread)


def _routes(root: SgNode, names: Names, application: Application) -> Iterator[Route]:
    for call in root.find_all(kind="call_expression"):
        key, first = _called_on(call, names, application), _first_argument(call)
        if key in METHODS and first is not None and len(_arguments(call)) > 1:
            yield Route(key, string_value(first), call, _statement_beside(call, application))
        elif key == "route":
            statement = _statement_beside(call, application)
            yield from (Route(method, string_value(first), call, statement) for method in _chained(call))


def _called_on(call: SgNode, names: Names, application: Application) -> str | None:
    """The method of the application that a call calls."""
    function = call.field("function")
    if function is None or function.kind() != "member_expression":
        return None
    of, key = function.field("object"), function.field("property")
    if of is None or key is None or of.kind() != "identifier" or of.text() != application.name:
        return None
    meant = names.meaning(of, application.name)
    return key.text() if meant is not None and is_same(meant.name, application.declarator.field("name")) else None


def _chained(call: SgNode) -> Iterator[str]:
    """The methods of `app.route("/path").get(…).post(…)`."""
    node, outer = call, call.parent()
    while outer is not None and outer.kind() in ("member_expression", "call_expression"):
        key = outer.field("property") if outer.kind() == "member_expression" else None
        if key is not None and is_field(node, outer, "object"):
            yield key.text()
        node, outer = outer, outer.parent()


def _arguments(call: SgNode) -> Sequence[SgNode]:
    arguments = call.field("arguments")
    return [] if arguments is None else [node for node in arguments.named_children() if node.kind() != "comment"]


def _first_argument(call: SgNode) -> SgNode | None:
    return next(iter(_arguments(call)), None)


def _statement_beside(call: SgNode, application: Application) -> SgNode | None:
    """The statement of the call, where it stands in the same block as the application."""
    block = application.statement.parent()
    chain = [call, *call.ancestors()]
    return next(
        (node for node in chain if is_same(node.parent(), block) and node.kind() == "expression_statement"), None
    )


def _why_taken(route: Route, wanted: Parameters) -> str | None:
    if route.path is None or route.takes_everything or route.method not in (wanted.method, "all"):
        return None
    there, new = _segments(route.path), _segments(wanted.path)
    if there == new:
        return f"answers {wanted.route} already"
    if len(there) == len(new) and all(one in (":", other) for one, other in zip(there, new, strict=True)):
        return f"answers {wanted.route} first, with {route.path}: change that route instead"
    return None


def _segments(path: str) -> list[str]:
    """The parts of a path as Express compares them: without case, and without the names of parameters."""
    return [":" if part.startswith(":") else part.lower() for part in path.strip("/").split("/")]


def _anchor(application: Application, routes: Sequence[Route], names: Names) -> tuple[SgNode, bool]:
    """The statement that the route goes beside, and whether before it."""
    beside = [(route, route.statement) for route in routes if route.statement is not None]
    everything = next((statement for route, statement in beside if route.takes_everything), None)
    usual = [
        statement
        for route, statement in beside
        if not route.takes_everything and (everything is None or start_of(statement) < start_of(everything))
    ]
    if usual:
        return usual[-1], False
    if everything is not None:
        return everything, True
    return _last_setting(application, names), False


def _last_setting(application: Application, names: Names) -> SgNode:
    """The last statement that sets the application up, before one that answers whatever is left."""
    last = application.statement
    for statement in application.statement.next_all():
        expression = statement.child(0) if statement.kind() == "expression_statement" else None
        is_setting = expression is not None and _called_on(expression, names, application) in _SETTINGS
        if expression is None or not is_setting:
            continue
        if any(node.kind() in FUNCTIONS or _LAST_WORD.search(node.text()) for node in _arguments(expression)):
            break
        last = statement
    return last


def _gap(source: Source, routes: Sequence[Route]) -> str:
    """An empty line between routes, unless the file has none between its last two."""
    statements = [route.statement for route in routes if route.statement is not None]
    if len(statements) < 2:
        return "\n\n"
    between = source.text[statements[-2].range().end.index : start_of(statements[-1])]
    return "\n\n" if between.count("\n") > 1 else "\n"


def _route_code(name: str, wanted: Parameters, source: Source, style: Style, indent: str) -> str:
    request = "_req" if source.language == "typescript" else "req"
    inner = indent + style.indent
    answer = "res.json(" if wanted.status == 200 else f"res.status({wanted.status}).json("
    room = style.width - len(inner) - len(answer) - 2
    body = javascript_code(wanted.response, style, indent=inner, room=room)
    path = f"{style.quote}{wanted.path}{style.quote}"
    return (
        f"{name}.{wanted.method}({path}, function {wanted.handler}({request}, res) {{\n"
        f"{inner}{answer}{body}){style.semicolon}\n{indent}}}){style.semicolon}"
    )
