"""Python."""

import posixpath
import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from app.generation.languages.pack import Choice, Definition, LanguagePack, Tool, Tree
from app.generation.languages.python_packages import python_packages

_TEST = re.compile(r"(^|/)(test_(?P<first>[^/]+)|(?P<last>[^/]+)_test)\.py$")
_PYPROJECT = "pyproject.toml"


def _imported(node: SgNode) -> Iterator[str]:
    """Dotted names, with their leading dots; of `from a import b` both `a` and `a.b`, because `b` may be a module."""
    module = node.field("module_name")
    names = [_dotted(name) for name in node.field_children("name")] if node.kind() != "future_import_statement" else []
    if module is None:
        yield from names
        return
    source = module.text()[:300]
    yield source
    joint = "" if source.endswith(".") else "."
    yield from (f"{source}{joint}{name}" for name in names)


def _dotted(name: SgNode) -> str:
    inner = name.field("name") if name.kind() == "aliased_import" else name
    return inner.text()[:300] if inner is not None else ""


def _targets(importer: str, specifier: str, tree: Tree) -> Iterator[str]:
    """https://docs.python.org/3/reference/import.html, where packages stand in the root, in `src`, or side by side"""
    name = specifier.lstrip(".")
    dots = len(specifier) - len(name)
    folder = posixpath.dirname(importer)
    if dots:
        for _ in range(dots - 1):
            folder = posixpath.dirname(folder)
        roots = (folder,)
    else:
        roots = ("", "src", folder)
    for root in roots:
        base = posixpath.join(root, *name.split(".")) if name else root
        found = next((path for path in (f"{base}.py", posixpath.join(base, "__init__.py")) if path in tree.paths), None)
        if found is not None:
            yield found
            return


def _subject(path: str) -> str | None:
    """https://docs.pytest.org/en/stable/explanation/goodpractices.html#conventions-for-python-test-discovery"""
    found = _TEST.search(path)
    return (found["first"] or found["last"]) if found else None


PYTHON = LanguagePack(
    name="python",
    grammars={".py": "python", ".pyi": "python"},
    definitions=(
        Definition("class_definition", "class", holds=True),
        Definition("function_definition", "function"),
        Definition("assignment", "value", name="left"),
        Definition("lambda", "function"),  # has no name: what is inside it is nobody else's business
    ),
    names=("identifier",),
    import_nodes=("import_statement", "import_from_statement"),
    imported=_imported,
    targets=_targets,
    subject=_subject,
    test_name=lambda name: f"test_{name}",
    test_folder="tests",
    tools=(
        Tool(
            "format",
            "ruff format",
            ("ruff", "format", "--check"),
            ("ruff", "format"),
            (Choice("ruff.toml"), Choice(".ruff.toml"), Choice(_PYPROJECT, "[tool.ruff")),
        ),
        Tool("format", "black", ("black", "--check"), ("black",), (Choice(_PYPROJECT, "[tool.black"),)),
        Tool(
            "lint",
            "ruff",
            ("ruff", "check"),
            ("ruff", "check", "--fix"),
            (Choice("ruff.toml"), Choice(".ruff.toml"), Choice(_PYPROJECT, "[tool.ruff")),
        ),
        Tool("lint", "flake8", ("flake8",), (), (Choice(".flake8"), Choice("setup.cfg", "[flake8]"))),
        Tool("types", "mypy", ("mypy",), (), (Choice("mypy.ini"), Choice(_PYPROJECT, "[tool.mypy"))),
        Tool("types", "pyright", ("pyright",), (), (Choice("pyrightconfig.json"), Choice(_PYPROJECT, "[tool.pyright"))),
        Tool(
            "test",
            "pytest",
            ("python", "-m", "pytest"),
            (),
            (
                *(Choice(name) for name in ("pytest.ini", ".pytest.ini", "conftest.py")),
                *(
                    Choice(_PYPROJECT, "[tool.pytest"),
                    Choice("setup.cfg", "[tool:pytest]"),
                    Choice("tox.ini", "[pytest]"),
                ),
            ),
        ),
    ),
    manifests=(_PYPROJECT, "requirements.txt", "requirements-dev.txt"),
    lock_files=("poetry.lock", "uv.lock", "pdm.lock", "pipfile.lock"),
    packages=python_packages,
)
