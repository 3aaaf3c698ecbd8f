"""Jinja2 for templates that ACS did not write: no loader, no methods, few filters, and a budget for all work.

https://jinja.palletsprojects.com/en/stable/sandbox/ says what the sandbox leaves open: time and memory. Here every
turn of a loop, macro call, filter and joined text is paid for, so that a template ends whatever it says.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sized
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.environment import Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from app.generation.recipes.filters import FILTERS, FUNCTIONS

MAX_SOURCE_CHARS = 64 * 1024
MAX_TEXT_CHARS = 256 * 1024
MAX_WORK = 2_000_000
MAX_NUMBER = 10**15
_COST_OF_A_STEP = 50

_BUILT_IN = (
    *("default", "first", "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr"),
    *("reverse", "select", "selectattr", "sort", "trim", "unique", "upper"),
)
_REFUSED = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport, nodes.Block, nodes.CallBlock)
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}
_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
_COMPILER_FAULTS = (SyntaxError, RecursionError, MemoryError)

P = ParamSpec("P")
R = TypeVar("R")


class RenderingFailed(Exception):
    """A template cannot be compiled or rendered; `line` counts from 1, where it is known."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Renderer:
    """Renders the sources of one template out of one budget, so that many files cannot take many times as long."""

    def __init__(self) -> None:
        self._environment = _Bounded()

    def check(self, source: str) -> None:
        """Compile a source without rendering it.

        Raises:
            RenderingFailed: it is not a template, or uses what templates here may not.
        """
        self._compile(source)

    def render(self, source: str, variables: Mapping[str, object]) -> str:
        """Render a source; a variable that is not there is an error, never empty text.

        Raises:
            RenderingFailed: the source is at fault, or the work was more than the budget.
        """
        template = self._compile(source)
        try:
            return template.render(variables)
        except _FAULTS as error:
            raise RenderingFailed(_words(error), _line(error)) from error

    def _compile(self, source: str) -> Template:
        if len(source) > MAX_SOURCE_CHARS:
            raise RenderingFailed(f"longer than {MAX_SOURCE_CHARS // 1024} KiB", None)
        try:
            tree = _PayForWork().visit(self._environment.parse(source))
            compiled = self._environment.compile(tree, filename=_FILENAME)
        except TemplateSyntaxError as error:
            raise RenderingFailed(error.message or "not a Jinja template", error.lineno) from error
        except _COMPILER_FAULTS as error:
            raise RenderingFailed("nested too deeply", None) from error
        return Template.from_code(self._environment, compiled, {**FUNCTIONS})


_FILENAME = "<template>"


class _Bounded(ImmutableSandboxedEnvironment):
    """Every way to repeat or to grow something goes through `spend`.

    `concat`, `call_binop`, `getattr` and the `is_safe_…` methods are called by compiled templates.
    """

    intercepted_binops = frozenset({*_ARITHMETIC, "**"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        self._work_left = MAX_WORK
        self.concat = self._concat
        filters = {**{name: self.filters[name] for name in _BUILT_IN}, **FILTERS, "join": _join}
        self.filters = {name: self._paid(function) for name, function in filters.items()}
        self.globals = {}

    def spend(self, work: int = _COST_OF_A_STEP) -> bool:
        self._work_left -= work
        if self._work_left < 0:
            raise SecurityError("more work than a template may do; use shorter loops and texts")
        return True

    def is_safe_callable(self, obj: object) -> bool:
        if isinstance(obj, Macro) or obj == self.spend or obj in FUNCTIONS.values():
            return True
        raise SecurityError("only macros and functions can be called here, no methods; use a filter")

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, Mapping):  # a key, never a method of the mapping
            return self.getitem(obj, attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            self.spend(len(left) + len(right))
            return _small(left + right)
        if not (isinstance(left, int | float) and isinstance(right, int | float)) or operator not in _ARITHMETIC:
            raise SecurityError(f"{operator!r} works on numbers only here (+ also joins two texts)")
        result = _ARITHMETIC[operator](left, right)
        if abs(result) > MAX_NUMBER:
            raise SecurityError("a number too large")
        return result

    def _concat(self, parts: Iterable[str]) -> str:
        pieces: list[str] = []
        for part in parts:
            self.spend(len(part) + 1)
            pieces.append(part)
        return _small("".join(pieces))

    def _paid(self, function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def paid(*args: P.args, **kwargs: P.kwargs) -> R:
            self.spend(_COST_OF_A_STEP + sum(map(_size, args)))
            return _small(function(*args, **kwargs))

        return paid


class _PayForWork(NodeTransformer):
    """Refuses statements that recur outside loops and macros, and makes each turn of those pay first."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        if isinstance(node, _REFUSED):
            raise TemplateSyntaxError(f"{type(node).__name__.lower()} is not available here", node.lineno)
        return super().generic_visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 (Jinja's name)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_spend(), lineno=node.lineno))
        if node.test is not None:
            node.test = nodes.And(_spend(), node.test, lineno=node.lineno)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 (Jinja's name)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_spend(), lineno=node.lineno))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 (Jinja's name)
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes), "join", [], [], None, None, lineno=node.lineno)


def _spend() -> nodes.Expr:
    return nodes.Call(nodes.EnvironmentAttribute("spend"), [], [], None, None)


def _join(values: Iterable[object], separator: str = "") -> str:
    texts = [str(value) for value in values]
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_TEXT_CHARS:
        raise SecurityError("a text too long")
    return separator.join(texts)


def _small(value: R) -> R:
    if isinstance(value, str) and len(value) > MAX_TEXT_CHARS:
        raise SecurityError(f"a text longer than {MAX_TEXT_CHARS // 1024} KiB")
    if _size(value) > MAX_TEXT_CHARS:
        raise SecurityError(f"a list longer than {MAX_TEXT_CHARS} items")
    return value


def _size(value: object) -> int:
    return len(cast("Sized", value)) if isinstance(value, str | list | tuple | dict) else 0


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _line(error: BaseException) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == _FILENAME), None)
