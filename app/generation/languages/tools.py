"""The formatter, linter, type checker and test runner that a repository chose, by the configuration it has."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import RepoError
from app.generation.languages.pack import Choice, LanguagePack, Tool
from app.ports.checkouts import Files

_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class ChosenTool:
    """A tool, and the file that chose it."""

    tool: Tool
    configured_in: str


def chosen_tools(pack: LanguagePack, base: Files) -> tuple[ChosenTool, ...]:
    """What the root of the repository configures, at most one tool per name, in the order of the pack."""
    return tuple(_chosen(pack, base))


def _chosen(pack: LanguagePack, base: Files) -> Iterator[ChosenTool]:
    names = set(base.paths())
    for tool in pack.tools:
        found = next((choice for choice in tool.chosen_by if choice.file in names and _says(base, choice)), None)
        if found:
            yield ChosenTool(tool, found.file)


def _says(base: Files, choice: Choice) -> bool:
    if not choice.text:
        return True
    try:
        content = base.read(choice.file) or b""
    except RepoError:  # larger than ACS reads: nobody wrote it by hand
        return False
    return choice.text.encode() in content[:_MAX_BYTES]
