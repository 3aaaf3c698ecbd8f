"""The sources that a shipped pattern brings along, filled in."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.generation.patterns.editing import Edit, spliced
from app.generation.patterns.source import Grammar, end_of, parse, start_of
from app.generation.recipes.rendering import Renderer


def own_file(pattern: str, name: str, variables: Mapping[str, object]) -> str:
    """A file from the folder of a pattern, such as `retry.ts` of `wrap_calls`."""
    return Renderer().render(_source(pattern, name), variables)


def in_quotes(text: str, quote: str, grammar: Grammar) -> str:
    """JavaScript or TypeScript that was written with double quotes, with single ones where the repository uses them."""
    if quote == '"':
        return text
    strings = parse("a new file", text, grammar).find_all(kind="string")
    plain = [node for node in strings if not set("'\\") & set(node.text())]
    return spliced(text, [Edit(start_of(node), end_of(node), f"'{node.text()[1:-1]}'") for node in plain])


@cache
def _source(pattern: str, name: str) -> str:
    return files(f"app.generation.patterns.{pattern}").joinpath("files", f"{name}.j2").read_text(encoding="utf-8")
