"""Packages that code and manifests ask for, found without running anything.

The scan of JavaScript is conservative: what looks like an import counts as one, even inside a string.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

# https://nodejs.org/docs/latest-v24.x/api/modules.html#built-in-modules, without the prefix `node:`
_NODE_WORDS = (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain"
    " events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl"
    " stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
)
_NODE_BUILT_IN = frozenset(_NODE_WORDS.split())
_TOKEN = re.compile(r"""\b(?P<word>import|export|from)\b|(?P<quote>['"])(?P<text>[^'"\n]*)(?P=quote)|[;`]""")
_CALL = re.compile(r"""\b(?:import|require|require\.resolve)\s*\(\s*(?:(['"`])([^'"`\n]*)\1\s*[,)])?""")
_TRIPLE_SLASH = re.compile(r"""(?m)^[ \t]*///[ \t]*<reference[ \t]+types=["']([^"']+)["']""")
_JAVASCRIPT = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def packages(path: str, text: str) -> frozenset[str | None]:
    """Names of the packages that a file imports or declares; `None` stands for an import that cannot be read."""
    name = path.rpartition("/")[2]
    if path.endswith(_JAVASCRIPT):
        return frozenset(_javascript(text))
    if path.endswith((".py", ".pyi")):
        return _python(text)
    if name == "package.json":
        return _package_json(text)
    if name == "pyproject.toml":
        return _pyproject(text)
    if re.fullmatch(r"requirements.*\.(txt|in)", name):
        return frozenset(_requirements(text.splitlines()))
    return frozenset()


def normalised(name: str) -> str:
    """One spelling per package. https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return name.lower() if name.startswith("@") else re.sub(r"[-_.]+", "-", name).lower()


def is_built_in_to_node(specifier: str) -> bool:
    """Whether Node.js itself brings what is imported, such as `fs`, `node:test` or `fs/promises`."""
    return specifier.startswith("node:") or specifier.partition("/")[0] in _NODE_BUILT_IN


def _javascript(text: str) -> Iterator[str | None]:
    for specifier in (*_statements(text), *_TRIPLE_SLASH.findall(text)):
        yield from _package_of(specifier)
    for _, specifier in _CALL.findall(text):
        yield from _package_of(specifier) if specifier else (None,)


def _statements(text: str) -> Iterator[str]:
    """What follows `from` in an import or export without a string, backtick or semicolon between, or just `import`."""
    is_open, end_of_word = False, 0
    for token in _TOKEN.finditer(text):
        if token["word"]:
            is_open = is_open or token["word"] != "from"
            end_of_word = 0 if token["word"] == "export" else token.end()
            continue
        if is_open and token["quote"] and end_of_word and not text[end_of_word : token.start()].strip():
            yield token["text"].strip()
        is_open, end_of_word = False, 0


def _package_of(specifier: str) -> Iterator[str]:
    """https://nodejs.org/api/esm.html#terminology: relative, absolute and `#` specifiers name no package."""
    if not specifier or " " in specifier or specifier.startswith((".", "/", "#", "~/", "@/", "node:")):
        return
    parts = specifier.split("/")
    name = "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
    if name not in _NODE_BUILT_IN:
        yield name


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


def _package_json(text: str) -> frozenset[str | None]:
    try:
        manifest = _PackageJson.model_validate_json(text)
    except ValidationError:
        return frozenset({None})
    return frozenset(
        {
            *manifest.dependencies,
            *manifest.dev_dependencies,
            *manifest.peer_dependencies,
            *manifest.optional_dependencies,
        }
    )


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


class _PackageJson(BaseModel):
    """https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies"""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)

    dependencies: dict[str, JsonValue] = {}
    dev_dependencies: dict[str, JsonValue] = {}
    peer_dependencies: dict[str, JsonValue] = {}
    optional_dependencies: dict[str, JsonValue] = {}


class _Project(BaseModel):
    """https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies"""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=lambda name: name.replace("_", "-"))

    dependencies: list[str] = []
    optional_dependencies: dict[str, list[str]] = {}


class _Pyproject(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    project: _Project = _Project()
