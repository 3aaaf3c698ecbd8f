"""Everything ACS writes to a code host happens once, or changes nothing when it happens again."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

import app
from app.governance import effects
from app.ports.code_host import CodeHost

MADE_ONCE, SET_TO_A_VALUE = (
    set(re.findall(r"^- `([\w.]+)`:", part, re.MULTILINE))
    for part in (effects.__doc__ or "").split("Set to a value", maxsplit=1)
)
READ_ONLY = {
    "Collaborators.permission",
    "Issues.get",
    "Issues.find_comment",
    "Pulls.get",
    "Pulls.bases",
    "Pulls.find",
    "Reviews.of",
    "Reviews.threads",
    "Reviews.find_reply",
    "Commits.branch_head",
    "Checks.get",
    "Checks.find",
}
NOT_USED_YET = {"Reviews.reply"}  # no use case answers reviews yet
ROOT = Path(inspect.getfile(app)).parent
ROOMS = ("generation", "validation", "intake", "governance")
USE_CASES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def methods_of_the_code_host() -> set[str]:
    slices: dict[str, type[object]] = get_type_hints(CodeHost)
    return {
        f"{slices[field.name].__name__}.{name}"
        for field in fields(CodeHost)
        for name in vars(slices[field.name])
        if not name.startswith("_")
    }


def test_every_write_is_made_once_or_sets_a_value() -> None:
    assert not MADE_ONCE & SET_TO_A_VALUE
    assert methods_of_the_code_host() - READ_ONLY == MADE_ONCE | SET_TO_A_VALUE


@pytest.mark.parametrize("path", USE_CASES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_made_once_is_made_by_once(path: Path) -> None:
    module = ast.parse(path.read_text())
    acts = {act for call in calls(module) if name_of(call.func) == "once" for act in acts_of(call)}
    inside = {id(node) for act in bodies(module, acts) for node in ast.walk(act)}

    assert [effect_of(call) for call in calls(module) if effect_of(call) in MADE_ONCE and id(call) not in inside] == []


def test_the_search_for_what_is_made_once_finds_it() -> None:
    found = {effect_of(call) for path in USE_CASES for call in calls(ast.parse(path.read_text()))}

    assert found & MADE_ONCE == MADE_ONCE - NOT_USED_YET


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_")
        case _:
            return ""


def effect_of(call: ast.Call) -> str:
    """`Issues.comment` for `self._issues.comment(…)`."""
    match call.func:
        case ast.Attribute(value=receiver, attr=method):
            return f"{name_of(receiver).title()}.{method}"
        case _:
            return ""


def acts_of(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg == "act"]


def bodies(module: ast.Module, acts: set[ast.expr]) -> list[ast.AST]:
    """The lambdas that act, and the functions of the names that do."""
    names = {name_of(act) for act in acts if not isinstance(act, ast.Lambda)}
    functions = [
        node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name.strip("_") in names
    ]
    return [*functions, *(act for act in acts if isinstance(act, ast.Lambda))]
