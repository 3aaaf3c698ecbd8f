"""How Python files name each other, and where an import is added. https://peps.python.org/pep-0008/#imports"""

import posixpath
from collections.abc import Collection

from ast_grep_py import SgNode

from app.generation.patterns.editing import Edit
from app.generation.patterns.source import Source, end_of, start_of

_TESTS = ("tests", "test")
_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")


def package_root(path: str, paths: Collection[str]) -> str:
    """The folder of the outermost package that a file is in, or its own folder where it is in none."""
    folder = posixpath.dirname(path)
    root = folder
    while folder and f"{folder}/__init__.py" in paths:
        root, folder = folder, posixpath.dirname(folder)
    return root


def module_name(path: str, paths: Collection[str]) -> str:
    """The dotted name by which a file is imported: from the outermost package on, else from its folder."""
    root = package_root(path, paths)
    start = posixpath.dirname(root) if f"{root}/__init__.py" in paths else root
    name = posixpath.relpath(posixpath.splitext(path)[0], start or ".").replace("/", ".")
    return name.removesuffix(".__init__")


def test_folder(paths: Collection[str]) -> str:
    """Where the repository keeps its tests."""
    return next((folder for folder in _TESTS if any(path.startswith(f"{folder}/") for path in paths)), _TESTS[0])


def imported_names(source: Source, module: str) -> frozenset[str]:
    """What the file imports from a module at its top, by the names of that module."""
    found: set[str] = set()
    for node in source.root.named_children():
        of = node.field("module_name") if node.kind() == "import_from_statement" else None
        if of is not None and of.text() == module:
            found |= {name.text() for name in node.field_children("name")}
    return frozenset(found)


def added_import(source: Source, line: str) -> Edit:
    """The edit that adds an import from the repository itself: below the last import, else below the docstring."""
    imports = [node for node in source.root.named_children() if node.kind() in _IMPORTS]
    if imports:
        last = imports[-1]
        gap = "\n" if _package_of(last) == _package_of_line(line) else "\n\n"
        return Edit(end_of(last), end_of(last), f"{gap}{line}")
    first = next((node for node in source.root.named_children() if node.kind() != "comment"), None)
    if first is not None and _is_docstring(first):
        return Edit(end_of(first), end_of(first), f"\n\n{line}")
    position = start_of(first) if first is not None else len(source.text)
    return Edit(position, position, f"{line}\n\n\n" if first is not None else f"{line}\n")


def _is_docstring(node: SgNode) -> bool:
    child = node.child(0)
    return node.kind() == "expression_statement" and child is not None and child.kind() == "string"


def _package_of(node: SgNode) -> str:
    module = node.field("module_name") or node.field("name")
    return module.text().partition(".")[0] if module is not None else ""


def _package_of_line(line: str) -> str:
    return line.split()[1].partition(".")[0]
