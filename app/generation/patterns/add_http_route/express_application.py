"""The Express application or router of a file: exactly one, or the one that was named."""

from collections.abc import Iterator
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.javascript.modules import string_value
from app.generation.patterns.javascript.names import Names
from app.generation.patterns.pattern import Refused
from app.generation.patterns.source import Source


@dataclass(frozen=True, slots=True)
class Application:
    """The variable that holds it; `is_router` for one that is mounted into another."""

    name: str
    declarator: SgNode
    statement: SgNode
    is_router: bool


def find_application(source: Source, names: Names, wanted: Parameters) -> Application:
    """The application that the route is added to.

    Raises:
        Refused: there is none, or more than one, each with its line.
    """
    found = list(_applications(source, names))
    chosen = [one for one in found if wanted.application in (None, one.name)]
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        words = "creates no Express application or router, with a variable that is given express() or Router()"
        raise Refused(Place(source.path, None, words))
    count = "one" if len(found) == 1 else f"one of {len(found)}"
    raise Refused(
        *(
            source.place(one.declarator, f"{one.name} is {count}: name the right one in the parameter application")
            for one in found
        )
    )


def _applications(source: Source, names: Names) -> Iterator[Application]:
    for declarator in source.root.find_all(kind="variable_declarator"):
        name, value, statement = declarator.field("name"), declarator.field("value"), declarator.parent()
        function = value.field("function") if value is not None and value.kind() == "call_expression" else None
        if name is None or name.kind() != "identifier" or function is None or statement is None:
            continue
        made = function.text()
        outer = statement.parent()
        if outer is not None and outer.kind() == "export_statement":
            statement = outer
        root = made.partition(".")[0]
        binding = names.meaning(function, root)
        origin = _imported_from(binding.name) if binding is not None else None
        if origin == "express" and (made == root or made == f"{root}.Router"):
            is_router = made.endswith(".Router") or root == "Router"
            yield Application(name.text(), declarator, statement, is_router)


def _imported_from(name: SgNode) -> str | None:
    """The package that a name is imported from, or required from."""
    for outer in name.ancestors():
        if outer.kind() == "import_statement":
            clause = next((node for node in outer.children() if node.kind() == "import_require_clause"), None)
            return string_value(outer.field("source") or (clause.field("source") if clause is not None else None))
        if outer.kind() == "variable_declarator":
            call = outer.field("value")
            while call is not None and call.kind() == "member_expression":
                call = call.field("object")
            arguments = call.field("arguments") if call is not None and call.text().startswith("require(") else None
            return string_value(arguments.named_children()[0]) if arguments is not None else None
    return None
