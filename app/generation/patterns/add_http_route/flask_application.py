"""The Flask application or blueprint of a file: exactly one, or the one that was named."""

from collections.abc import Iterator
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.pattern import Refused
from app.generation.patterns.python.modules import imported_names
from app.generation.patterns.python.names import Names
from app.generation.patterns.source import Source, is_same

_CLASSES = ("Flask", "Blueprint", "APIBlueprint")


@dataclass(frozen=True, slots=True)
class Application:
    """The variable that holds it; `function` makes it, unless the file itself does."""

    name: str
    statement: SgNode
    call: SgNode
    is_blueprint: bool
    function: SgNode | None
    names: Names

    def called(self, call: SgNode) -> str | None:
        """The method of the application that a call calls."""
        function = call.field("function")
        if function is None or function.kind() != "attribute":
            return None
        of, key = function.field("object"), function.field("attribute")
        if of is None or key is None or of.kind() != "identifier" or of.text() != self.name:
            return None
        meant, own = self.names.meaning(of, self.name), self.names.meaning(self.call, self.name)
        return key.text() if meant is not None and own is not None and is_same(meant.scope, own.scope) else None


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
        words = "creates no Flask application or blueprint, with a variable that is given Flask(…) or Blueprint(…)"
        raise Refused(Place(source.path, None, words))
    count = "one" if len(found) == 1 else f"one of {len(found)}"
    words = "name the right one in the parameter application"
    raise Refused(*(source.place(one.call, f"{one.name} is {count}: {words}") for one in found))


def _applications(source: Source, names: Names) -> Iterator[Application]:
    from_flask = imported_names(source, "flask")
    for assignment in source.root.find_all(kind="assignment"):
        name, call, statement = assignment.field("left"), assignment.field("right"), assignment.parent()
        made = call.field("function") if call is not None and call.kind() == "call" else None
        if name is None or name.kind() != "identifier" or call is None or made is None or statement is None:
            continue
        root, _, last = made.text().rpartition(".")
        if last in _CLASSES and (root == "flask" or (not root and last in from_flask)):
            functions = (outer for outer in assignment.ancestors() if outer.kind() == "function_definition")
            yield Application(name.text(), statement, call, last != "Flask", next(functions, None), names)
