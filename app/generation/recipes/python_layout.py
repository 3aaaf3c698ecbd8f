"""Python laid out so that ruff format leaves it alone, whatever line length from 79 up a repository has set.

What does not fit is broken with a trailing comma behind each part, which ruff keeps as it is:
https://docs.astral.sh/ruff/settings/#format_skip-magic-trailing-comma
"""

import posixpath
from collections.abc import Sequence

from app.generation.recipes.literals import display_width, python
from app.generation.recipes.yaml_text import Scalar

WIDTH = 79
_INDENT = "    "


def python_wrapped(parts: Sequence[str], before: str, after: str, indent: int = 0) -> str:
    """The parts between `before` and `after`: on one line, or each on its own."""
    margin = " " * indent
    flat = f"{margin}{before}{', '.join(parts)}{after}"
    if all(display_width(line) <= WIDTH for line in flat.split("\n")):
        return flat
    return python_broken(parts, before, after, indent)


def python_broken(parts: Sequence[str], before: str, after: str, indent: int = 0) -> str:
    """The parts between `before` and `after`, each on a line of its own."""
    margin = " " * indent
    return "\n".join([margin + before, *(f"{margin}{_INDENT}{part}," for part in parts), margin + after])


def python_tuple(values: Sequence[Scalar], indent: int = 0, before: str = "", after: str = ",") -> str:
    """Values as a tuple; a single one stands by itself, without parentheses."""
    if len(values) == 1:
        return f"{' ' * indent}{before}{python(values[0])}{after}"
    return python_wrapped([python(value) for value in values], f"{before}(", f"){after}", indent)


def python_module(path: str) -> str:
    """The dotted name that a file is imported by; `src` is where packages stand and not one itself."""
    name = posixpath.splitext(path)[0].removeprefix("src/").removesuffix("/__init__")
    return name.replace("/", ".")
