"""What a file does before it requires something: as an import that would come first."""

from collections.abc import Iterator, Sequence

from ast_grep_py import SgNode

from app.generation.languages.javascript_packages import is_built_in_to_node
from app.generation.patterns.javascript.names import FUNCTIONS
from app.generation.patterns.source import start_of

_DECLARATIONS = frozenset(
    [
        *("function_declaration", "generator_function_declaration", "class_declaration", "empty_statement"),
        *("lexical_declaration", "variable_declaration", "hash_bang_line"),
    ]
)
_ACTS = frozenset(
    [
        *("await_expression", "yield_expression", "update_expression", "augmented_assignment_expression"),
        *("assignment_expression", "new_expression", "call_expression"),
    ]
)
_HARMLESS_CALLS = frozenset(
    [
        *(
            "require",
            "jest.mock",
            "jest.unmock",
            "express",
            "express.Router",
            "Router",
            "Symbol",
            "promisify",
            "util.promisify",
            "Object.freeze",
        ),
        *(
            "path.join",
            "path.resolve",
            "require('debug')",
            'require("debug")',
            "Object.keys",
            "Object.entries",
            "Object.fromEntries",
        ),
        *("Object.create", "JSON.stringify", "String", "Number", "RegExp"),
    ]
)
_FIRST_ANYWAY = ("require", "jest.mock", "jest.unmock")
_HARMLESS_CLASSES = frozenset(["Map", "Set", "WeakMap", "WeakSet", "URL", "RegExp", "Date", "Error"])


class EffectsBefore:
    """The first statement of a file that does something which what is required later could notice."""

    def __init__(self, statements: Sequence[SgNode]) -> None:
        self._first = next((node for node in statements if acts(node)), None)

    def before(self, statement: SgNode, specifier: str) -> SgNode | None:
        """What comes before a statement that requires; what Node.js brings along notices nothing."""
        if self._first is None or is_built_in_to_node(specifier):
            return None
        return self._first if start_of(self._first) < start_of(statement) else None


def acts(statement: SgNode) -> bool:
    """Whether a statement of the file itself does more than declare, require and export."""
    if statement.kind() in _DECLARATIONS:
        return any(_is_act(node) for node in _evaluated(statement))
    if statement.kind() != "expression_statement":
        return True
    expression = statement.child(0)
    if expression is None or expression.kind() == "string":
        return False
    left, right = expression.field("left"), expression.field("right")
    is_export = expression.kind() == "assignment_expression" and left is not None and _is_exports(left.text())
    inside = right if is_export and right is not None else expression
    return (not is_export and not _comes_first_anyway(expression)) or any(_is_act(node) for node in _evaluated(inside))


def _is_exports(target: str) -> bool:
    return target.startswith(("module.exports", "exports."))


def _comes_first_anyway(expression: SgNode) -> bool:
    """Whether the expression becomes an import itself, or is put before all imports by Babel's plugin for Jest."""
    function = expression.field("function") if expression.kind() == "call_expression" else None
    if function is not None and function.text() in _FIRST_ANYWAY:
        return True
    return expression.text() in ('require("dotenv").config()', "require('dotenv').config()")


def _is_act(node: SgNode) -> bool:
    if node.kind() == "call_expression":
        function = node.field("function")
        return function is None or function.text() not in _HARMLESS_CALLS
    if node.kind() == "new_expression":
        made = node.field("constructor")
        return made is None or made.text() not in _HARMLESS_CLASSES
    return node.kind() in _ACTS


def _evaluated(node: SgNode) -> Iterator[SgNode]:
    """Everything that runs with the statement itself; the bodies of functions do not."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.kind() in FUNCTIONS:
            continue
        yield current
        waiting += current.named_children()
