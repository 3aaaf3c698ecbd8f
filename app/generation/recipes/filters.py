"""What a template can call: filters that quote and lay out values, and one function."""

import posixpath
from collections.abc import Callable, Mapping

from app.conversation.quoting import code, escaped
from app.domain.plain_text import one_line
from app.generation.recipes.layout import (
    columns,
    fit,
    import_from,
    markdown_table,
    naming,
    python_literal,
    typeable,
    typescript,
    typescript_entry,
    typescript_rows,
    with_value,
    without_quoting,
    wrapped,
)
from app.generation.recipes.literals import (
    comment,
    constant_case,
    docstring,
    docstring_code,
    javascript,
    json_literal,
    kebab_case,
    pascal_case,
    python_repr,
    snake_case,
    wrap,
)
from app.generation.recipes.python_layout import (
    python_docstring,
    python_import,
    python_key,
    python_module,
    python_tuple,
    python_words,
    python_wrapped,
)


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank, such as a macro writes them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def relative_import(target: str, importer: str) -> str:
    """How the file `importer` names the module file `target` in an import: `./x`, without the extension."""
    path = posixpath.relpath(posixpath.splitext(target)[0], posixpath.dirname(importer) or ".")
    return path if path.startswith("../") else f"./{path}"


def relative_link(target: str, document: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(document) or ".")


def werkzeug_rule(route_path: str) -> str:
    """A path with its parameters in angle brackets. https://werkzeug.palletsprojects.com/en/stable/routing/"""
    return route_path.replace("{", "<").replace("}", ">")


FILTERS: Mapping[str, Callable[..., object]] = {
    "basename": posixpath.basename,
    "code": code,
    "columns": columns,
    "comment": comment,
    "constant_case": constant_case,
    "docstring": docstring,
    "docstring_code": docstring_code,
    "import_from": import_from,
    "js": javascript,
    "json": json_literal,
    "kebab_case": kebab_case,
    "lines": lines,
    "markdown": escaped,
    "markdown_table": markdown_table,
    "naming": naming,
    "one_line": one_line,
    "pascal_case": pascal_case,
    "py": python_literal,
    "py_docstring": python_docstring,
    "py_import": python_import,
    "py_key": python_key,
    "py_module": python_module,
    "py_repr": python_repr,
    "py_tuple": python_tuple,
    "py_words": python_words,
    "py_wrapped": python_wrapped,
    "relative_import": relative_import,
    "relative_link": relative_link,
    "snake_case": snake_case,
    "ts": typescript,
    "ts_entry": typescript_entry,
    "ts_rows": typescript_rows,
    "typeable": typeable,
    "werkzeug_rule": werkzeug_rule,
    "with": with_value,
    "without_quoting": without_quoting,
    "wrap": wrap,
    "wrapped": wrapped,
}

FUNCTIONS: Mapping[str, Callable[..., object]] = {"fit": fit}
