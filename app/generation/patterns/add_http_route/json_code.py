"""A JSON value as code, laid out as Prettier and Black do it: on one line where it fits."""

import re
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from app.generation.patterns.style import Style
from app.generation.recipes.literals import javascript, python

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_Scalar = str | int | float | bool | None


def javascript_code(value: JsonValue, style: Style, *, indent: str, room: int) -> str:
    """A literal for JavaScript; `room` are the columns left on its first line, `indent` begins its last one."""

    def scalar(given: _Scalar) -> str:
        return _in_quotes(javascript(given), style)

    def key(name: str) -> str:
        if name == "__proto__":
            return f"[{scalar(name)}]"  # without brackets it would set the prototype
        return name if _NAME.fullmatch(name) else scalar(name)

    return _Layout(scalar, key, style.indent, style.width, ("{ ", " }")).code(value, indent, room)


def python_code(value: JsonValue, style: Style, *, indent: str, room: int) -> str:
    """A literal for Python."""

    def scalar(given: _Scalar) -> str:
        return _in_quotes(python(given), style)

    return _Layout(scalar, scalar, style.indent, style.width, ("{", "}")).code(value, indent, room)


def _in_quotes(literal: str, style: Style) -> str:
    """A string in the quotes of the file, where there are no quotes in it."""
    can_swap = style.quote == "'" and literal.startswith('"') and not set("'\\") & set(literal)
    return f"'{literal[1:-1]}'" if can_swap else literal


class _Layout:
    def __init__(
        self,
        scalar: Callable[[_Scalar], str],
        key: Callable[[str], str],
        unit: str,
        width: int,
        braces: tuple[str, str],
    ) -> None:
        self._scalar, self._key, self._unit, self._width, self._braces = scalar, key, unit, width, braces

    def code(self, value: JsonValue, indent: str, room: int) -> str:
        flat = self._flat(value)
        if len(flat) <= room or not isinstance(value, dict | list) or not value:
            return flat
        inner = indent + self._unit
        open_, close = ("{", "}") if isinstance(value, dict) else ("[", "]")
        lines: list[str] = []
        for lead, each in self._parts(value):
            lines.append(f"{inner}{lead}{self.code(each, inner, self._width - len(inner) - len(lead) - 1)},\n")
        return f"{open_}\n{''.join(lines)}{indent}{close}"

    def _parts(self, value: Mapping[str, JsonValue] | list[JsonValue]) -> list[tuple[str, JsonValue]]:
        if isinstance(value, list):
            return [("", each) for each in value]
        return [(f"{self._key(name)}: ", each) for name, each in value.items()]

    def _flat(self, value: JsonValue) -> str:
        if isinstance(value, list):
            return f"[{', '.join(self._flat(each) for each in value)}]"
        if isinstance(value, dict):
            inner = ", ".join(f"{lead}{self._flat(each)}" for lead, each in self._parts(value))
            return f"{self._braces[0]}{inner}{self._braces[1]}" if inner else "{}"
        return self._scalar(value)
