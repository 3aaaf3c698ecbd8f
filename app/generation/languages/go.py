"""Go."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ast_grep_py import SgNode

from app.generation.languages.pack import Choice, Definition, LanguagePack, Tool, Tree

_MODULE = re.compile(r"(?m)^module\s+(\S+)")
_REQUIRED = re.compile(r"(?m)^\s*(?:require\s+)?([a-z0-9][\w.-]*\.[a-z]{2,}/\S+|[a-z0-9][\w-]*\.[a-z]{2,})\s+v\d")
_IMPORTS = re.compile(r'(?m)^import\s*(?:\(([^)]*)\)|(?:[\w.]+\s+)?"([^"\n]+)")')
_QUOTED = re.compile(r'"([^"\n]+)"')
_MAJOR = re.compile(r"/v\d+$")
_OWNED = ("github.com", "gitlab.com", "bitbucket.org", "golang.org", "codeberg.org")


def _imported(node: SgNode) -> Iterator[str]:
    path = node.field("path")
    if path is not None:
        yield path.text().strip('"`')[:300]


def _targets(importer: str, specifier: str, tree: Tree) -> Iterator[str]:
    """An import names a folder below that of the module. https://go.dev/ref/mod#introduction"""
    for root in PurePosixPath(importer).parents:
        manifest = tree.text(str(root / "go.mod"))
        module = _MODULE.search(manifest) if manifest else None
        if module:
            break
    else:
        return
    if not f"{specifier}/".startswith(f"{module[1]}/"):
        return
    folder = str(root / specifier[len(module[1]) :].lstrip("/")).removeprefix(".")
    yield from (path for path in tree.in_folder(folder) if path.endswith(".go") and _subject(path) is None)


def _subject(path: str) -> str | None:
    """https://pkg.go.dev/cmd/go#hdr-Test_packages"""
    return path.rpartition("/")[2].removesuffix("_test.go") if path.endswith("_test.go") else None


def _packages(path: str, text: str) -> frozenset[str | None]:
    """Repositories of modules, its own among them in `go.mod`; the standard library has no dot before its first slash.

    Which part of an import is its module cannot be seen in it, so both sides are cut to what one owner publishes.
    """
    if path.rpartition("/")[2] == "go.mod":
        return frozenset(_repository(name) for name in (*_MODULE.findall(text), *_REQUIRED.findall(text)))
    names = [name for group, single in _IMPORTS.findall(text) for name in (single, *_QUOTED.findall(group)) if name]
    return frozenset(_repository(name) for name in names if "." in name.partition("/")[0])


def _repository(name: str) -> str:
    parts = _MAJOR.sub("", name).split("/")
    return "/".join(parts[: 3 if parts[0] in _OWNED else 2])


GO = LanguagePack(
    name="go",
    grammars={".go": "go"},
    definitions=(
        Definition("type_spec", "type"),
        Definition("type_alias", "type"),
        Definition("function_declaration", "function"),
        Definition("method_declaration", "method"),
        Definition("const_spec", "value"),
        Definition("var_spec", "value"),
        Definition("func_literal", "function"),  # has no name: what is inside it is nobody else's business
    ),
    names=("identifier", "type_identifier", "field_identifier", "package_identifier"),
    import_nodes=("import_spec",),
    imported=_imported,
    targets=_targets,
    subject=_subject,
    test_name=lambda name: f"{name.removesuffix('.go')}_test.go",
    test_folder=None,
    tools=(
        Tool("format", "gofmt", ("gofmt", "-l"), ("gofmt", "-w"), (Choice("go.mod"),)),
        Tool(
            "lint",
            "golangci-lint",
            ("golangci-lint", "run"),
            ("golangci-lint", "run", "--fix"),
            tuple(Choice(f".golangci{end}") for end in (".yml", ".yaml", ".toml", ".json")),
        ),
        Tool("types", "go vet", ("go", "vet"), (), (Choice("go.mod"),)),
        Tool("test", "go test", ("go", "test"), (), (Choice("go.mod"),)),
    ),
    manifests=("go.mod",),
    lock_files=("go.sum", "go.work.sum"),
    packages=_packages,
)
