"""Routes of a Flask application or blueprint. https://flask.palletsprojects.com/en/stable/quickstart/#routing"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.add_http_route.flask_application import Application, find_application
from app.generation.patterns.add_http_route.flask_test import flask_test
from app.generation.patterns.add_http_route.json_code import python_code
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.add_http_route.routed import Routed, end_with_comment
from app.generation.patterns.editing import Edit
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.python.names import Names
from app.generation.patterns.python.text import string_value
from app.generation.patterns.source import Source, is_same, start_of
from app.generation.patterns.style import Style, indentation_at, style_of

METHODS = ("get", "post", "put", "patch", "delete")
_PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is `None` where it is not written out, `methods` where they are not."""

    path: str | None
    methods: tuple[str, ...] | None
    is_by_method: bool
    call: SgNode
    statement: SgNode | None


def add_to_flask(source: Source, wanted: Parameters, work: Work) -> Routed:
    """The file with the route after the last one of the application."""
    if ":" in wanted.path and "<" not in wanted.path:
        words = f"{wanted.path} is a path of Express: Flask writes parameters as <id>"
        raise Refused(Place("the request", None, words))
    names = Names(source.root)
    application = find_application(source, names, wanted)
    routes = list(_routes(source.root, application))
    for route in routes:
        if _is_taken(route, wanted):
            raise Refused(source.place(route.call, f"answers {wanted.route} already"))
    bound = names.bindings(wanted.handler)
    if bound:
        raise Refused(
            source.place(bound[0].name, f"{wanted.handler} means something here already: choose another name")
        )
    style = style_of(source)
    beside = [route.statement for route in routes if route.statement is not None]
    anchor = beside[-1] if beside else _last_use(application)
    indent = indentation_at(source.text, start_of(application.statement))
    end = end_with_comment(anchor)
    gap = "\n\n" if indent else "\n\n\n"
    has_rest = bool(source.text[end:].strip()) and not source.text[end:].startswith(gap)
    text = _route_code(application.name, wanted, routes, style, indent)
    edit = Edit(end, end, f"{gap}{text}{_missing_lines(source.text[end:], gap) if has_rest else ''}")
    unread = tuple(
        source.place(route.call, "works out its path or methods, which nobody compared with the new one")
        for route in routes
        if route.path is None or route.methods is None
    )
    return Routed(source, (edit,), anchor, flask_test(source, application, wanted, work), unread)


def _missing_lines(rest: str, gap: str) -> str:
    """What is still missing of the empty lines between the route and the code that follows."""
    there = len(rest) - len(rest.lstrip("\r\n"))
    return "\n" * max(0, gap.count("\n") - rest[:there].count("\n"))


def _routes(root: SgNode, application: Application) -> Iterator[Route]:
    for call in root.find_all(kind="call"):
        key = application.called(call)
        if key in METHODS:
            yield Route(_path(call), (key,), True, call, _definition_beside(call, application))
        elif key in ("route", "add_url_rule"):
            yield Route(_path(call), _methods(call), False, call, _definition_beside(call, application))


def _path(call: SgNode) -> str | None:
    given = _arguments(call)
    return string_value(given[0]) if given else None


def _arguments(call: SgNode) -> Sequence[SgNode]:
    arguments = call.field("arguments")
    return [] if arguments is None else [node for node in arguments.named_children() if node.kind() != "comment"]


def _methods(call: SgNode) -> tuple[str, ...] | None:
    for argument in _arguments(call):
        name, value = argument.field("name"), argument.field("value")
        if argument.kind() == "dictionary_splat":
            return None
        if name is not None and value is not None and name.text() == "methods":
            given = [string_value(node) for node in value.named_children()]
            known = tuple(one.lower() for one in given if one is not None)
            return known if len(known) == len(given) and value.kind() in ("list", "tuple", "set") else None
    return ("get",)


def _definition_beside(call: SgNode, application: Application) -> SgNode | None:
    """The decorated function of a route, where it stands in the same block as the application."""
    block = application.statement.parent()
    return next((node for node in call.ancestors() if is_same(node.parent(), block)), None)


def _is_taken(route: Route, wanted: Parameters) -> bool:
    if route.path is None or _comparable(route.path) != _comparable(wanted.path):
        return False
    return route.methods is None or wanted.method in route.methods


def _comparable(path: str) -> str:
    return _PARAMETER.sub("<>", path).rstrip("/")


def _last_use(application: Application) -> SgNode:
    """The last statement beside the application that sets it up."""
    last = application.statement
    for statement in application.statement.next_all():
        is_setup = statement.kind() == "expression_statement" and statement.text().startswith(f"{application.name}.")
        last = statement if is_setup else last
    return last


def _route_code(name: str, wanted: Parameters, routes: Sequence[Route], style: Style, indent: str) -> str:
    quote, inner = style.quote, indent + style.indent
    path = f"{quote}{wanted.path}{quote}"
    by_method = not routes or any(route.is_by_method for route in routes)
    methods = "" if wanted.method == "get" else f", methods=[{quote}{wanted.method.upper()}{quote}]"
    decorator = f"@{name}.{wanted.method}({path})" if by_method else f"@{name}.route({path}{methods})"
    status = "" if wanted.status == 200 else f", {wanted.status}"
    room = style.width - len(inner) - len("return ") - len(status)
    body = python_code(wanted.response, style, indent=inner, room=room)
    parameters = ", ".join(_PARAMETER.findall(wanted.path))
    return f"{indent}{decorator}\n{indent}def {wanted.handler}({parameters}):\n{inner}return {body}{status}"
