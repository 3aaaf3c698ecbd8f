"""What a file of code defines, uses and imports, by the kinds of nodes that its language pack names.

The tree is searched inside tree-sitter, and nothing here takes as long as the tree is deep: neither a node's parent nor
its ancestors are asked for. What stands inside what is known by the lines and columns.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from ast_grep_py import SgNode, SgRoot

from app.generation.languages.pack import NOTHING, Definition, LanguagePack, Outline, Symbol
from app.generation.languages.syntax import MAX_LINE_CHARS

MAX_CHARS = 256 * 1024
MAX_SYMBOLS = 4_000
MAX_NAMES = 4_000
_MAX_NESTING = 8
_MAX_NAME_CHARS = 200
_PLAIN_NAME = re.compile(r"[\w$#]+")


def outline(pack: LanguagePack, path: str, text: str) -> Outline:
    """What there is to know of a file; nothing of one that is too large or was not written by hand.

    A file with syntax errors has the outline of what can be read of it.
    """
    grammar = pack.grammar_of(path)
    if grammar is None or len(text) > MAX_CHARS or max(map(len, text.split("\n"))) > MAX_LINE_CHARS:
        return NOTHING
    by_node = {definition.node: definition for definition in pack.definitions}
    wanted = _known_to(grammar, (*by_node, *pack.names, *pack.import_nodes))
    nodes: dict[str, list[SgNode]] = {}
    for node in SgRoot(text, grammar).root().find_all(any=[{"kind": kind} for kind in wanted]):
        nodes.setdefault(node.kind(), []).append(node)
    defining = [(node, by_node[kind]) for kind in by_node for node in nodes.get(kind, ())[:MAX_SYMBOLS]]
    names = Counter(node.text()[:_MAX_NAME_CHARS] for kind in pack.names for node in nodes.get(kind, ()))
    imports = (path for kind in pack.import_nodes for node in nodes.get(kind, ()) for path in pack.imported(node))
    return Outline(
        tuple(_symbols(defining))[:MAX_SYMBOLS],
        dict(sorted(names.items(), key=lambda item: (-item[1], item[0]))[:MAX_NAMES]),
        tuple(dict.fromkeys(imports)),
    )


@lru_cache
def _known_to(grammar: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Grammars of one language differ (JavaScript has no interfaces); asking for a kind that one lacks is an error."""
    root = SgRoot("", grammar).root()
    known: list[str] = []
    for kind in kinds:
        with suppress(RuntimeError):
            root.find(kind=kind)
            known.append(kind)
    return tuple(known)


def _symbols(defining: list[tuple[SgNode, Definition]]) -> Iterator[Symbol]:
    """The definitions in the order of the file, without those inside functions."""
    placed = [(node.range(), node, definition) for node, definition in defining]
    placed.sort(key=lambda item: (item[0].start.index, -item[0].end.index))
    around: list[tuple[int, str | None]] = []  # where each ends, and its name where it holds others
    for span, node, definition in placed:
        while around and around[-1][0] <= span.start.index:
            around.pop()
        name = _name(node, definition)
        is_seen = name is not None and len(around) < _MAX_NESTING and all(outer is not None for _, outer in around)
        if name is not None and is_seen:
            qualified = ".".join([*(outer for _, outer in around if outer), name])
            yield Symbol(qualified, definition.kind, span.start.line + 1, span.end.line + 1)
        around.append((span.end.index, name if definition.holds and is_seen else None))


def _name(node: SgNode, definition: Definition) -> str | None:
    if definition.only_with:
        value = node.field("value")
        if value is None or value.kind() not in definition.only_with:
            return None
    name = node.field(definition.name)
    if name is None:
        return None
    text = name.text()
    return text if len(text) <= _MAX_NAME_CHARS and _PLAIN_NAME.fullmatch(text) else None
