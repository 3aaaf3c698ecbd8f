from dataclasses import dataclass

from ast_grep_py import SgNode

from app.domain.change import GeneratedTest
from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.source import Source, end_of, line_of


@dataclass(frozen=True, slots=True)
class Routed:
    """A file with one more route beside the statement `anchor`; `unread` are routes that nobody can compare with it."""

    source: Source
    edits: tuple[Edit, ...]
    anchor: SgNode
    test: GeneratedTest
    unread: tuple[Place, ...]


def end_with_comment(node: SgNode) -> int:
    """Where a statement ends, with a comment that stands behind it in the same line."""
    after = node.next()
    if after is not None and after.kind() == "comment" and line_of(after) == node.range().end.line + 1:
        return end_of(after)
    return end_of(node)
