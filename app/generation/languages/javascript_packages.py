"""Packages that JavaScript and TypeScript ask for, found without running anything.

The scan is conservative: what looks like an import counts as one, even inside a string.
"""

import re
from collections.abc import Iterator

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


def javascript_packages(path: str, text: str) -> frozenset[str | None]:
    """What a source file imports, or `package.json` declares."""
    if path.rpartition("/")[2] == "package.json":
        return _package_json(text)
    return frozenset(_javascript(text))


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


class _PackageJson(BaseModel):
    """https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies"""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)

    dependencies: dict[str, JsonValue] = {}
    dev_dependencies: dict[str, JsonValue] = {}
    peer_dependencies: dict[str, JsonValue] = {}
    optional_dependencies: dict[str, JsonValue] = {}
