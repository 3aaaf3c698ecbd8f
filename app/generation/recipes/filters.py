"""What a template can call: filters that quote and lay out values, and one function."""

import posixpath
from collections.abc import Callable, Iterable, Mapping

from app.conversation.quoting import code, escaped, one_line
from app.generation.recipes.layout import Cell, fit, markdown_table, markdown_value, typescript, typescript_rows
from app.generation.recipes.literals import (
    comment,
    constant_case,
    docstring,
    javascript,
    json_text,
    number,
    pascal_case,
    python,
    snake_case,
)


def combine(row: Mapping[str, Cell], more: Mapping[str, Cell]) -> Mapping[str, Cell]:
    return {**row, **more}


def columns(row: Mapping[str, Cell], names: Iterable[str]) -> Mapping[str, Cell]:
    """The named columns of a row, in that order."""
    return {name: row[name] for name in names}


def relative_import(target: str, importer: str) -> str:
    """How the file `importer` names the module file `target` in an import: `./x`, without the extension."""
    path = posixpath.relpath(posixpath.splitext(target)[0], posixpath.dirname(importer) or ".")
    return path if path.startswith("../") else f"./{path}"


def relative_link(target: str, document: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(document) or ".")


FILTERS: Mapping[str, Callable[..., object]] = {
    "basename": posixpath.basename,
    "code": code,
    "columns": columns,
    "combine": combine,
    "comment": comment,
    "constant_case": constant_case,
    "docstring": docstring,
    "js": javascript,
    "json": json_text,
    "markdown": escaped,
    "markdown_table": markdown_table,
    "markdown_value": markdown_value,
    "number": number,
    "one_line": one_line,
    "pascal_case": pascal_case,
    "py": python,
    "relative_import": relative_import,
    "relative_link": relative_link,
    "snake_case": snake_case,
    "ts": typescript,
    "ts_rows": typescript_rows,
}

FUNCTIONS: Mapping[str, Callable[..., object]] = {"fit": fit}
