"""What means something else, or is an error, in the strict mode that ES modules are always in.

https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Strict_mode
"""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.commonjs_to_esm.model import CommonJsFile
from app.generation.patterns.javascript.modules import statements, string_value
from app.generation.patterns.javascript.names import FUNCTIONS, is_assigned

_OWN_THIS = (FUNCTIONS - {"arrow_function"}) | {"class_body"}
_COMMONJS = ("module", "exports", "require")


def is_strict(file: CommonJsFile) -> bool:
    first = next(iter(node for node in statements(file.source.root) if node.kind() != "hash_bang_line"), None)
    return first is not None and string_value(first.child(0)) == "use strict"


def strictness_problems(file: CommonJsFile) -> Iterator[Place]:
    """Everything in the file that strict mode, or the scope of a module, would change."""
    root = file.source.root
    for node in root.find_all(kind="this"):
        if not any(outer.kind() in _OWN_THIS for outer in node.ancestors()):
            yield file.source.place(node, "uses this at the top level, where an ES module has none")
    for node in root.find_all(kind="return_statement"):
        if not any(outer.kind() in FUNCTIONS for outer in node.ancestors()):
            yield file.source.place(node, "returns at the top level, which only CommonJS allows")
    if not is_strict(file):
        yield from _sloppy(file)


def _sloppy(file: CommonJsFile) -> Iterator[Place]:
    root, place = file.source.root, file.source.place
    for node in root.find_all(kind="with_statement"):
        yield place(node, "uses with, which strict mode does not have")
    for node in root.find_all(kind="number"):
        if re.fullmatch(r"0[0-9]+", node.text()):
            yield place(node, f"writes {node.text()}, which strict mode does not read")
    for node in root.find_all(kind="member_expression"):
        if node.text() in ("arguments.callee", "arguments.caller"):
            yield place(node, f"uses {node.text()}, which strict mode does not have")
    for name in sorted(file.names.all - set(_COMMONJS)):
        yield from (place(node, f"assigns to {name}, which is declared nowhere") for node in _undeclared(file, name))


def _undeclared(file: CommonJsFile, name: str) -> Iterator[SgNode]:
    return (
        node for node in file.names.assignments(name) if is_assigned(node) and file.names.meaning(node, name) is None
    )
