"""The sources of the retry module, its tests and its page."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.generation.recipes.rendering import Renderer


def render(name: str, variables: Mapping[str, object]) -> str:
    """A file that comes with the pattern, filled in."""
    return Renderer().render(_source(name), variables)


@cache
def _source(name: str) -> str:
    return files("app.generation.patterns.wrap_calls").joinpath("files", f"{name}.j2").read_text(encoding="utf-8")
