"""Code laid out the way Prettier lays it out by default: flat where it fits into 80 columns, broken where not.

https://prettier.io/docs/rationale says why objects keep the form they were written in; tables rely on that.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.conversation.quoting import code
from app.domain.yaml_text import Scalar
from app.generation.recipes.literals import display_width, javascript, json_text, python

WIDTH = 80
_LONG_NAME = 5
_WORD = re.compile(r"[A-Za-z0-9_./+-]+")


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A value that the type of its place does not admit, for tests of what callers without types may pass."""

    value: Scalar


Cell = Scalar | Unlisted | None


def plain(value: Cell) -> Scalar | None:
    """The value without the mark of a type that does not admit it."""
    return value.value if isinstance(value, Unlisted) else value


def fit(*forms: str) -> str:
    """The first form whose lines all fit, or the last."""
    return next((form for form in forms if _fits(form)), forms[-1])


def typescript(value: Cell) -> str:
    """A value as a TypeScript expression."""
    if isinstance(value, Unlisted):
        return f"{javascript(value.value)} as never"
    return javascript(value)


def python_literal(value: Cell) -> str:
    """A value as a Python expression, whether or not the type of its place admits it."""
    return python(plain(value))


def named_value(value: Cell) -> str:
    """How generated code names a value in a message: `JSON.stringify` of text, `String` of anything else."""
    match plain(value):
        case str(text):
            return json_text(text)
        case float(other) if math.isnan(other):
            return "NaN"
        case other:
            return javascript(other)


def naming(row: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """The row with one more column, `named`: all its values as a message names them."""
    return {**row, "named": ", ".join(f"{name} {named_value(value)}" for name, value in row.items())}


def with_value(row: Mapping[str, Cell], name: str, value: Cell) -> Mapping[str, Cell]:
    """The row with one more column."""
    return {**row, name: value}


def typeable(rows: Sequence[Mapping[str, Cell]]) -> list[Mapping[str, Cell]]:
    """The rows that a person could type: no NaN, and no mark of a type that does not admit the value."""
    unmarked = ({name: plain(cell) for name, cell in row.items()} for row in rows)
    return [row for row in unmarked if not any(isinstance(cell, float) and math.isnan(cell) for cell in row.values())]


def without_quoting(rows: Sequence[Mapping[str, Cell]], output: str) -> list[Mapping[str, Cell]]:
    """The rows that every shell takes as they stand, each input for one word, and whose output fits in a code block."""
    return [
        row
        for row in rows
        if all(_WORD.fullmatch(str(cell)) for name, cell in row.items() if name != output)
        and "`" not in str(row[output])
    ]


def columns(lines: Sequence[str]) -> list[str]:
    """Lines of two cells with a tab between, indented and aligned for a terminal."""
    cells = [line.partition("\t") for line in lines]
    width = max((display_width(left) for left, *_ in cells), default=0)
    return [f"  {left}{' ' * (width - display_width(left))}  {right}".rstrip() for left, _, right in cells]


def import_from(names: Sequence[str], module: str) -> str:
    """An import of names; Prettier breaks one only where there are several."""
    source = f" }} from {javascript(module)};"
    if len(names) == 1:
        return f"import {{ {names[0]}{source}"
    broken = "".join(f"  {name},\n" for name in names)
    return fit(f"import {{ {', '.join(names)}{source}", f"import {{\n{broken}{source.lstrip()}")


def wrapped(
    parts: Sequence[str], before: str, after: str, indent: int = 0, glue: str = ",", *, trailing: bool = True
) -> str:
    """The parts between `before` and `after`: on one line, or each on its own with `glue` behind it.

    A space inside the brackets, as in `{ a, b }`, is for the one line only.
    """
    margin = " " * indent
    flat = f"{margin}{before}{f'{glue} '.join(parts)}{after}"
    lines = [f"{margin}  {part}{glue}" for part in parts[:-1]]
    last = f"{margin}  {parts[-1]}{glue if trailing else ''}"
    return fit(flat, "\n".join([f"{margin}{before.rstrip()}", *lines, last, f"{margin}{after.lstrip()}"]))


def typescript_rows(rows: Sequence[Mapping[str, Cell]], before: str, after: str, indent: int = 0) -> str:
    """An array of objects between `before` (up to its bracket) and `after` (from its bracket), one row a line."""
    margin = " " * indent
    lines = [_object(row, margin + "  ") for row in rows]
    broken = "\n".join([f"{margin}{before}", *(f"{line}," for line in lines), f"{margin}{after}"])
    if len(rows) == 1 and "\n" not in lines[0]:
        # Prettier joins an array of a single object with its brackets where it can
        return fit(f"{margin}{before}{lines[0].strip()}{after}", broken)
    return broken


def markdown_table(
    rows: Sequence[Mapping[str, Cell]], header: Sequence[str], language: Literal["typescript", "python"] = "typescript"
) -> str:
    """A table with its columns aligned; the header's cells are Markdown already, in the order of the rows' columns."""
    literal = python_literal if language == "python" else typescript
    cells = [list(header), *([_markdown_value(literal(value)) for value in row.values()] for row in rows)]
    widths = [max(3, *map(display_width, column)) for column in zip(*cells, strict=True)]
    first, *others = [_table_row(row, widths) for row in cells]
    return "\n".join([first, _table_row(["-" * width for width in widths], widths), *others])


def _markdown_value(literal: str) -> str:
    """A value as a code span in a cell of a table: as the code writes it, whole."""
    return code(literal, limit=8_000).replace("|", "\\|")


def _object(row: Mapping[str, Cell], margin: str) -> str:
    entries = [f"{name}: {typescript(value)}" for name, value in row.items()]
    flat = f"{margin}{{ {', '.join(entries)} }}"
    if _fits(f"{flat},"):
        return flat
    lines = [_entry(name, value, margin + "  ") for name, value in row.items()]
    return "\n".join([f"{margin}{{", *lines, f"{margin}}}"])


def typescript_entry(value: Cell, name: str, indent: int = 0) -> str:
    """A property of an object that stands on lines of its own."""
    return _entry(name, value, " " * indent)


def _entry(name: str, value: Cell, margin: str) -> str:
    """A property on its own line; Prettier moves long text below its name, unless the name is short as well."""
    flat = f"{margin}{name}: {typescript(value)},"
    is_text = isinstance(plain(value), str)
    if len(name) < _LONG_NAME or not is_text:
        return flat
    return fit(flat, f"{margin}{name}:\n{margin}  {typescript(value)},")


def _fits(text: str) -> bool:
    return all(display_width(line) <= WIDTH for line in text.split("\n"))


def _table_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
