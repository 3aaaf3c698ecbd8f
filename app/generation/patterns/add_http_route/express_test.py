"""The test of an Express route: the application is started on a port of its own and asked."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.change import GeneratedTest
from app.generation.patterns.add_http_route.express_application import Application
from app.generation.patterns.add_http_route.json_code import javascript_code
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.javascript.modules import (
    extension_for,
    is_es_module,
    relative_specifier,
    statements,
)
from app.generation.patterns.javascript.names import FUNCTIONS
from app.generation.patterns.javascript.packages import package_of
from app.generation.patterns.own_files import in_quotes, own_file
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.source import Source
from app.generation.patterns.style import Style

_STYLE = Style('"', ";", "  ", 80)
_WHOLE = ("module.exports", "exports = module.exports")


@dataclass(frozen=True, slots=True)
class Exported:
    """What another file imports to reach the application: under this name, or as the whole module."""

    name: str
    is_whole: bool
    is_factory: bool


def express_test(
    source: Source, application: Application, wanted: Parameters, work: Work, style: Style
) -> GeneratedTest:
    """A test that asks for the route in the repository's framework.

    Raises:
        Refused: a test cannot reach the application, or would open its port by importing it.
    """
    _check_import(source)
    exported = _exported(source, application)
    paths = frozenset(work.base.paths())
    package = package_of(source.path, work.base, paths)
    is_module = is_es_module(source, package_is_module=package.is_module)
    repository, folder = work.repository, posixpath.dirname(source.path)
    stem, extension = posixpath.splitext(posixpath.basename(source.path))
    beside = repository.test_folder == repository.source_folder
    test = posixpath.join(folder if beside else repository.test_folder, f"{stem}.{wanted.handler}.test{extension}")
    usual = repository.import_extension
    ending = extension_for(source, is_module=is_module, package_is_module=package.is_module, usual=usual)
    variables = {
        "is_module": is_module,
        "is_typed": source.language == "typescript",
        "has_supertest": package.json.needs("supertest"),
        "test_imports": repository.test_imports,
        "module_path": relative_specifier(source.path, test, ending),
        "imported": exported.name,
        "is_whole": exported.is_whole,
        "is_factory": exported.is_factory,
        "is_router": application.is_router,
        "name": application.name,
        "route": wanted.route,
        "method": wanted.method,
        "requested_path": wanted.requested_path,
        "status": wanted.status,
        "expected": javascript_code(wanted.response, _STYLE, indent="    ", room=_STYLE.width - 40),
    }
    content = in_quotes(own_file("add_http_route", "express.test", variables), style.quote, source.grammar)
    return GeneratedTest(test, content, "create", framework=repository.test_framework, covers=(source.path,))


def _check_import(source: Source) -> None:
    for call in source.root.find_all(kind="call_expression"):
        function = call.field("function")
        key = function.field("property") if function is not None else None
        late = FUNCTIONS | {"if_statement", "class_body"}
        if key is not None and key.text() == "listen" and not any(outer.kind() in late for outer in call.ancestors()):
            words = (
                "opens a port as soon as a test imports the file: do that in another file, or only when it is started"
            )
            raise Refused(source.place(call, words))


def _exported(source: Source, application: Application) -> Exported:
    function = _factory(source, application)
    if function is not None and _is_exported_itself(function):
        own = function.field("name")
        return Exported(own.text() if own is not None else f"create{application.name.capitalize()}", True, True)
    name = _name_of(function) if function is not None else application.name
    found = next((one for statement in statements(source.root) for one in _exports_in(statement, name)), None)
    if found is None:
        words = f"{name} is not exported, so no test can reach it: export it first"
        raise Refused(source.place(application.declarator, words))
    return Exported(name if found == "default" else found, found == "default", function is not None)


def _factory(source: Source, application: Application) -> SgNode | None:
    """The function that makes the application, or `None` where the file itself does."""
    function = next((outer for outer in application.declarator.ancestors() if outer.kind() in FUNCTIONS), None)
    if function is None:
        return None
    parameters = function.field("parameters")
    needed = [] if parameters is None else [one for one in parameters.named_children() if _is_required(one)]
    returns = [node.text().rstrip(";") for node in function.find_all(kind="return_statement")]
    if needed or f"return {application.name}" not in returns:
        words = "is made by a function that a test cannot simply call: give its parameters defaults and return it"
        raise Refused(source.place(application.declarator, words))
    return function


def _name_of(function: SgNode) -> str:
    """What a function is called, by itself or by the variable that holds it; empty for one without a name."""
    holder = function.parent()
    is_held = holder is not None and holder.kind() == "variable_declarator"
    name = function.field("name") or (holder.field("name") if holder is not None and is_held else None)
    return name.text() if name is not None else ""


def _is_exported_itself(function: SgNode) -> bool:
    """Whether the function is what `module.exports` is set to, or the default export."""
    around = function.parent()
    if around is None:
        return False
    left = around.field("left") if around.kind() == "assignment_expression" else None
    is_default = around.kind() == "export_statement" and any(child.kind() == "default" for child in around.children())
    return is_default or (left is not None and left.text() in _WHOLE)


def _is_required(parameter: SgNode) -> bool:
    optional = parameter.kind() in ("assignment_pattern", "optional_parameter", "rest_pattern", "comment")
    return not optional and parameter.field("value") is None


def _exports_in(statement: SgNode, name: str) -> Iterator[str]:
    """The names under which a statement exports a name of the file; `default` is the whole module."""
    if statement.kind() == "export_statement":
        yield from _es_exports(statement, name)
    assignment = statement.child(0) if statement.kind() == "expression_statement" else None
    left = assignment.field("left") if assignment is not None else None
    right = assignment.field("right") if assignment is not None else None
    if left is None or right is None:
        return
    if left.text() in _WHOLE and right.text() == name:
        yield "default"
    elif left.text() in _WHOLE and right.kind() == "object":
        yield from _members(right, name)
    elif left.text().startswith(("module.exports.", "exports.")) and right.text() == name:
        yield left.text().rpartition(".")[2]


def _es_exports(statement: SgNode, name: str) -> Iterator[str]:
    value, declaration = statement.field("value"), statement.field("declaration")
    is_default = any(child.kind() == "default" for child in statement.children())
    if is_default and value is not None and value.text() == name:
        yield "default"
    if declaration is not None and name in _declared(declaration):
        yield "default" if is_default else name
    for specifier in statement.find_all(kind="export_specifier"):
        local, alias = specifier.field("name"), specifier.field("alias")
        if local is not None and local.text() == name and statement.field("source") is None:
            yield alias.text() if alias is not None else name


def _declared(declaration: SgNode) -> list[str]:
    own = declaration.field("name")
    declarators = [node for node in declaration.children() if node.kind() == "variable_declarator"]
    names = [own, *(node.field("name") for node in declarators)]
    return [node.text() for node in names if node is not None]


def _members(value: SgNode, name: str) -> Iterator[str]:
    for member in value.named_children():
        if member.kind() == "shorthand_property_identifier" and member.text() == name:
            yield name
        key, given = member.field("key"), member.field("value")
        if key is not None and given is not None and given.text() == name:
            yield key.text()
