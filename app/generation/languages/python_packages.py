"""Packages that Python asks for, found without running anything."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def python_packages(path: str, text: str) -> frozenset[str | None]:
    """What a module imports, or a manifest declares."""
    name = path.rpartition("/")[2]
    if name == "pyproject.toml":
        return _pyproject(text)
    if re.fullmatch(r"requirements.*\.(txt|in)", name):
        return frozenset(_requirements(text.splitlines()))
    return _python(text) if name.endswith((".py", ".pyi")) else frozenset()


def _python(text: str) -> frozenset[str | None]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset({None})
    names = {name for node in ast.walk(tree) for name in _imported(node)}
    return frozenset(names - sys.stdlib_module_names)


def _imported(node: ast.AST) -> Iterator[str | None]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name.partition(".")[0] for alias in names)
        case ast.ImportFrom(module=str() as module, level=0):
            yield module.partition(".")[0]
        case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=args):
            match args:
                case [ast.Constant(value=str() as module), *_]:
                    yield module.partition(".")[0]
                case _:
                    yield None
        case _:
            return


def _pyproject(text: str) -> frozenset[str | None]:
    try:
        project = _Pyproject.model_validate(tomllib.loads(text)).project
    except (tomllib.TOMLDecodeError, ValidationError, RecursionError):
        return frozenset({None})
    groups = (project.dependencies, *project.optional_dependencies.values())
    return frozenset(name for group in groups for name in _requirements(group))


def _requirements(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        found = _REQUIREMENT.match(line)
        if found:
            yield found[1]


class _Project(BaseModel):
    """https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies"""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=lambda name: name.replace("_", "-"))

    dependencies: list[str] = []
    optional_dependencies: dict[str, list[str]] = {}


class _Pyproject(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    project: _Project = _Project()
