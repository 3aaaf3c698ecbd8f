"""The patterns that come with ACS: each is a folder beside this file, with its description and its code."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.generation.patterns.add_http_route.apply import add_http_route
from app.generation.patterns.commonjs_to_esm.apply import commonjs_to_esm
from app.generation.patterns.pattern import MANIFEST, Apply, Pattern, parse_pattern
from app.generation.patterns.wrap_calls.apply import wrap_calls
from app.generation.recipes.manifest import EXAMPLE

_APPLY: Mapping[str, Apply] = {
    "add-http-route": add_http_route,
    "commonjs-to-esm": commonjs_to_esm,
    "wrap-calls": wrap_calls,
}


@cache
def shipped_patterns() -> tuple[Pattern, ...]:
    """Parsed once in a process: what ACS ships does not change while it runs."""
    return tuple(_shipped_pattern(name) for name in sorted(_APPLY))


def _shipped_pattern(name: str) -> Pattern:
    folder = files("app.generation.patterns").joinpath(name.replace("-", "_"))
    content = {file: folder.joinpath(file).read_bytes() for file in (MANIFEST, EXAMPLE)}
    return parse_pattern(name, content, _APPLY[name], folder=name, origin="shipped with ACS")
