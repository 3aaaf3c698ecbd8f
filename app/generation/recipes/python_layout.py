"""Python laid out so that ruff format leaves it alone, whatever line length from 79 up a repository has set.

What does not fit is broken with a trailing comma behind each part, which ruff keeps as it is:
https://docs.astral.sh/ruff/settings/#format_skip-magic-trailing-comma
"""

import posixpath
import textwrap
from collections.abc import Sequence

from app.generation.recipes.layout import Cell, python_literal
from app.generation.recipes.literals import display_width, docstring

WIDTH = 79
_INDENT = "    "


def python_wrapped(parts: Sequence[str], before: str, after: str, indent: int = 0) -> str:
    """The parts between `before` and `after`: on one line, or each on its own."""
    margin = " " * indent
    flat = f"{margin}{before}{', '.join(parts)}{after}"
    if all(display_width(line) <= WIDTH for line in flat.split("\n")):
        return flat
    return "\n".join([margin + before, *(f"{margin}{_INDENT}{part}," for part in parts), margin + after])


def python_tuple(values: Sequence[Cell], indent: int = 0) -> str:
    """An item of a list or tuple that is a tuple of two values or more."""
    return python_wrapped([python_literal(value) for value in values], "(", "),", indent)


def python_import(names: Sequence[str], module: str) -> str:
    """An import of names from a module."""
    flat = f"from {module} import {', '.join(names)}"
    return (
        flat if len(flat) <= WIDTH else "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])
    )


def python_key(parts: Sequence[str], after: str, indent: int = 0) -> str:
    """A key of a dictionary with what follows it: the only part, or a tuple of several."""
    if len(parts) == 1:
        return f"{' ' * indent}{parts[0]}{after}"
    return python_wrapped(parts, "(", f"){after}", indent)


def python_docstring(text: str, indent: int = 0, *, closed: bool = True) -> str:
    """Words as a docstring, or as the beginning of one that goes on."""
    margin = " " * indent
    lines = textwrap.wrap(
        docstring(text),
        WIDTH,
        initial_indent=f'{margin}"""',
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if not closed:
        return "\n".join(lines)
    ends = '"""' if len(lines) == 1 and len(lines[0]) + 3 <= WIDTH else f'\n{margin}"""'
    return "\n".join(lines) + ends


def python_words(text: str, indent: int = 0, hanging: int = 0) -> str:
    """Words of a docstring on lines of their own, the second and further ones indented more by `hanging`."""
    margin = " " * indent
    return "\n".join(
        textwrap.wrap(
            text,
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin + " " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def python_module(path: str) -> str:
    """The dotted name that a file is imported by; `src` is where packages stand and not one itself."""
    name = posixpath.splitext(path)[0].removeprefix("src/").removesuffix("/__init__")
    return name.replace("/", ".")
