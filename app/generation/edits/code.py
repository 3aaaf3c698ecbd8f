"""Lines of code with their syntax tree, and edits by position as edits of whole lines."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.edits.text_file import Splice
from app.generation.patterns.source import Grammar, NotEditable, grammar_of, parse


@dataclass(frozen=True, slots=True)
class Code:
    """`text` is the lines, each with a newline after it; positions of the tree are those of its characters."""

    path: str
    lines: tuple[str, ...]
    text: str = field(repr=False)
    grammar: Grammar
    root: SgNode = field(repr=False, compare=False)
    _starts: tuple[int, ...] = field(repr=False)

    def line_at(self, position: int) -> int:
        """The line of a position, counted from 0."""
        return bisect_right(self._starts, position) - 1

    def lead_at(self, position: int) -> str:
        line = self.lines[self.line_at(position)]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def spliced(self, start: int, end: int, text: str) -> Splice:
        """`text` instead of a part, as an edit of the lines that the part is on."""
        first = self.line_at(start)
        last = max(first, self.line_at(max(start, end - 1)))
        before = self.text[self._starts[first] : start]
        after = self.lines[last][end - self._starts[last] :]
        return Splice(first, last + 1, tuple(f"{before}{text}{after}".split("\n")))


def read_code(path: str, lines: Sequence[str]) -> Code:
    """Lines as code.

    Raises:
        NotEditable: they are of no language that ACS parses, do not parse, or are nested too deeply.
    """
    grammar = grammar_of(path)
    if grammar is None:
        raise NotEditable(Place(path, None, "is not JavaScript, TypeScript or Python"))
    text = "".join(f"{line}\n" for line in lines)
    starts = tuple(accumulate((len(line) + 1 for line in lines), initial=0))
    return Code(path, tuple(lines), text, grammar, parse(path, text, grammar), starts[:-1] or (0,))


def dedented(lines: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The white space that all lines with text begin with, and the lines without it."""
    texts = [line for line in lines if line.strip()]
    taken = min((line[: len(line) - len(line.lstrip(" \t"))] for line in texts), key=len, default="")
    if not all(line.startswith(taken) for line in texts):
        taken = ""
    return taken, tuple(line.removeprefix(taken) for line in lines)
