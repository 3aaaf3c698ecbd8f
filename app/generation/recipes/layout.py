"""Code laid out the way Prettier lays it out by default: flat where it fits into 80 columns, broken where not.

https://prettier.io/docs/rationale says why objects keep the form they were written in; tables rely on that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.conversation.quoting import code
from app.generation.recipes.literals import display_width, javascript
from app.generation.recipes.yaml_text import Scalar

WIDTH = 80


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A value that the type of its place does not admit, for tests of what callers without types may pass."""

    value: Scalar


Cell = Scalar | Unlisted | None


def fit(*forms: str) -> str:
    """The first form whose lines all fit, or the last."""
    return next((form for form in forms if _fits(form)), forms[-1])


def typescript(value: Cell) -> str:
    """A value as a TypeScript expression."""
    if isinstance(value, Unlisted):
        return f"{javascript(value.value)} as never"
    return javascript(value)


def typescript_rows(rows: Sequence[Mapping[str, Cell]], before: str, after: str, indent: int = 0) -> str:
    """An array of objects between `before` (up to its bracket) and `after` (from its bracket), one row a line."""
    margin = " " * indent
    lines = [_object(row, margin + "  ") for row in rows]
    broken = "\n".join([f"{margin}{before}", *(f"{line}," for line in lines), f"{margin}{after}"])
    if len(rows) == 1 and "\n" not in lines[0]:
        # Prettier joins an array of a single object with its brackets where it can
        return fit(f"{margin}{before}{lines[0].strip()}{after}", broken)
    return broken


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A table with a header, its columns aligned; cells are Markdown already, without a bare pipe."""
    widths = [max(3, *(display_width(cell) for cell in column)) for column in zip(*rows, strict=True)]
    header, *body = [_table_row(row, widths) for row in rows]
    ruler = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([header, ruler, *body])


def markdown_value(value: Cell) -> str:
    """A value as a code span in a cell of a table: as the code writes it, whole."""
    return code(typescript(value), limit=8_000).replace("|", "\\|")


def _object(row: Mapping[str, Cell], margin: str) -> str:
    entries = [f"{name}: {typescript(value)}" for name, value in row.items()]
    flat = f"{margin}{{ {', '.join(entries)} }}"
    if _fits(f"{flat},"):
        return flat
    return "\n".join([f"{margin}{{", *(f"{margin}  {entry}," for entry in entries), f"{margin}}}"])


def _fits(text: str) -> bool:
    return all(display_width(line) <= WIDTH for line in text.split("\n"))


def _table_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
