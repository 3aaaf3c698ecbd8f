"""How JavaScript and TypeScript files name each other, and where an import is added."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from ast_grep_py import SgNode

from app.generation.patterns.editing import Edit
from app.generation.patterns.source import Source, end_of, is_same, is_short, start_of

_ES_STATEMENTS = ("import_statement", "export_statement")
_COMMONJS = re.compile(r"\brequire\s*\(|\bmodule\.exports\b|\bexports\.")
_EXTENSION = re.compile(r"\.[cm]?[jt]sx?$")


def statements(root: SgNode) -> Sequence[SgNode]:
    """The statements of the file itself, in order, without comments."""
    return [node for node in root.children() if node.is_named() and node.kind() != "comment"]


def is_es_module(source: Source, *, package_is_module: bool) -> bool:
    """Whether the file is an ES module: by what it says, else by what Node.js and TypeScript take it for."""
    if any(node.kind() in _ES_STATEMENTS for node in statements(source.root)):
        return True
    if source.path.endswith((".mjs", ".mts")):
        return True
    if source.path.endswith((".cjs", ".cts")) or _COMMONJS.search(source.text):
        return False
    return package_is_module or source.language == "typescript"


def string_value(node: SgNode | None) -> str | None:
    """What a plain string literal says, or `None` where the node is something else or has escapes in it."""
    if node is None or node.kind() != "string":
        return None
    parts = node.named_children()
    if any(part.kind() != "string_fragment" for part in parts):
        return None
    return "".join(part.text() for part in parts)


def specifiers(source: Source) -> Iterator[str]:
    """What the import and export statements of a file name, and its calls of `require` and `import`."""
    for kind in _ES_STATEMENTS:
        for node in source.root.find_all(kind=kind):
            value = string_value(node.field("source"))
            if value is not None:
                yield value
    yield from (specifier for _, specifier in calls_with_specifier(source.root, "require"))
    yield from (specifier for _, specifier in calls_with_specifier(source.root, "import"))


def calls_with_specifier(root: SgNode, name: Literal["require", "import"]) -> Iterator[tuple[SgNode, str]]:
    """The calls `require("…")`, or `import("…")`, with a plain string."""
    for call in root.find_all(kind="call_expression"):
        function, arguments = call.field("function"), call.field("arguments")
        if function is not None and arguments is not None and is_short(function) and function.text() == name:
            given = arguments.named_children()
            value = string_value(given[0]) if len(given) == 1 else None
            if value is not None:
                yield call, value


def relative_specifier(target: str, importer: str, extension: str) -> str:
    """How the file `importer` names the file `target`; `extension` is what such names end in, or nothing."""
    path = posixpath.relpath(posixpath.splitext(target)[0], posixpath.dirname(importer) or ".")
    return (path if path.startswith("../") else f"./{path}") + extension


def extension_in(source: Source) -> str | None:
    """What relative imports of the file end in (`.js`, `.ts`, or nothing), or `None` where it has none."""
    relative = [specifier for specifier in specifiers(source) if specifier.startswith(".")]
    if not relative:
        return None
    found = _EXTENSION.search(relative[-1])
    return found[0] if found else ""


def extension_for(source: Source, *, is_module: bool, package_is_module: bool, usual: str) -> str:
    """What an import added to the file ends in: as its own do, else what Node.js needs or is `usual` in TypeScript."""
    shown = extension_in(source)
    if shown is not None:
        return shown
    if source.language == "typescript":
        return usual
    return ".js" if is_module and (package_is_module or source.path.endswith(".mjs")) else ""


def names_file(specifier: str, importer: str, target: str) -> bool:
    """Whether an import in `importer` means the file `target`, with or without its extension."""
    if not specifier.startswith("."):
        return False
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    return _EXTENSION.sub("", path) == _EXTENSION.sub("", target)


def added_import(source: Source, line: str) -> Edit:
    """The edit that adds an import, or a declaration by `require`: below the last one, else above all statements."""
    last = [node for node in statements(source.root) if _is_import(node)]
    if last:
        return Edit(end_of(last[-1]), end_of(last[-1]), f"\n{line}")
    position = first_place(source)
    return Edit(position, position, f"{line}\n\n")


def is_require(node: SgNode | None) -> bool:
    """Whether an expression is `require(…)`, or a property of that."""
    while node is not None and node.kind() == "member_expression":
        node = node.field("object")
    function = node.field("function") if node is not None and node.kind() == "call_expression" else None
    return function is not None and function.text() == "require"


def _is_import(node: SgNode) -> bool:
    if node.kind() in ("lexical_declaration", "variable_declaration"):
        return any(is_require(each.field("value")) for each in node.find_all(kind="variable_declarator"))
    if node.kind() == "expression_statement":
        return is_require(node.child(0))
    return node.kind() == "import_statement"


def first_place(source: Source) -> int:
    """Where the first import goes: above the first statement and its comment, but below a shebang and directives."""
    start, above = 0, ""
    for node in source.root.children():
        if node.kind() == "hash_bang_line" or is_directive(node):
            start = -1
            continue
        gap = source.text[end_of(above) : start_of(node)] if isinstance(above, SgNode) else ""
        if start == -1 or gap.count("\n") > 1:
            start = start_of(node)
        if node.kind() != "comment":
            return start
        above = node
    return max(start, 0)


def is_directive(node: SgNode) -> bool:
    """Whether a statement is one such as `"use strict";`."""
    child = node.child(0)
    return node.kind() == "expression_statement" and child is not None and child.kind() == "string"


def enclosing(node: SgNode, kinds: Sequence[str]) -> SgNode | None:
    return next((outer for outer in node.ancestors() if outer.kind() in kinds), None)


def operator_of(expression: SgNode) -> str:
    """The operator of a unary or binary expression, or nothing."""
    operator = expression.field("operator")
    return operator.text() if operator is not None else ""


def is_field(node: SgNode, outer: SgNode, name: str) -> bool:
    return is_same(outer.field(name), node)
