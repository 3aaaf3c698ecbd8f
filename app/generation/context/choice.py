"""Which files are read, and why, in the order in which the budget is spent on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.generation.context.blob_index import BlobIndex
from app.generation.context.graph import SymbolGraph
from app.generation.context.lexical import Match, matches
from app.generation.context.mentions import Mention, mentioned_names, mentioned_paths
from app.generation.context.reading import RequestText
from app.generation.context.sendable import Sendable
from app.generation.languages.shipped import PACKS, is_test, pack_of
from app.generation.languages.tests_of import tests_of
from app.generation.languages.tools import chosen_tools

_INSTRUCTIONS = (
    "AGENTS.md",
    "CLAUDE.md",
    ".github/copilot-instructions.md",
    "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
)
_README = ("README.md", "README.rst", "README.txt", "README")
_NESTED = "AGENTS.md"
_CONFIGURATION = (".editorconfig",)
_RANKED = 60
_STARTS = 12
_MENTION_WEIGHT = 3.0
_RANK_OFFSET = 60  # Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, SIGIR 2009
_TESTS_OF_A_FILE = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file to be read. `lines` are what matters in it when it is too large; `head` means that its beginning does.

    `is_named` says that the request names it.
    """

    path: str
    why: str
    lines: tuple[tuple[int, int], ...] = ()
    head: bool = False
    is_named: bool = False


def instructions(base: Sendable) -> Iterator[Chosen]:
    """What tells how things are done in this repository: words first, then what configures its tools."""
    paths = frozenset(base.paths())
    for path in _INSTRUCTIONS:
        if path in paths:
            yield Chosen(path, "instructions of the repository", head=True)
    readme = next((path for path in _README if path in paths), None)
    if readme:
        yield Chosen(readme, "what the repository is", head=True)
    for pack in PACKS:
        for manifest in pack.manifests:
            if manifest in paths:
                yield Chosen(manifest, f"packages of {pack.name}", head=True)
        for each in chosen_tools(pack, base):
            yield Chosen(each.configured_in, f"configuration of {each.tool.name}", head=True)
    for path in _CONFIGURATION:
        if path in paths:
            yield Chosen(path, "how files are laid out", head=True)


def relevant(request: RequestText, base: Sendable, known: Mapping[str, BlobIndex]) -> Iterator[Chosen]:
    """What the request is about, best first, each followed by the instructions of its folder and its tests."""
    paths = base.paths()
    named = mentioned_paths(request.whole, paths)
    defining = mentioned_names(request.whole, known)
    found = matches(request.title, request.whole, known)
    graph = SymbolGraph(base, known)
    tests = [path for path in paths if is_test(path)]
    for chosen in _best_first(named, defining, found, graph):
        yield from _nested_instructions(chosen.path, frozenset(paths))
        yield chosen
        yield from _tests(chosen, tests, graph)


def _best_first(
    named: Sequence[Mention], defining: Sequence[Mention], found: Mapping[str, Match], graph: SymbolGraph
) -> Iterator[Chosen]:
    for mention in named:
        yield Chosen(mention.path, f"the request names {mention.words}", mention.lines, is_named=True)
    for mention in defining:
        yield Chosen(mention.path, f"defines {mention.words}, which the request names", mention.lines, is_named=True)
    by_words = sorted(found, key=lambda path: (-found[path].score, path))
    about = {path: 1.0 / (1 + at) for at, path in enumerate(path for path in by_words[:_STARTS] if not is_test(path))}
    about |= {mention.path: _MENTION_WEIGHT for mention in (*named, *defining)}
    ranks = graph.ranks(about, [mention.words.rpartition(".")[2] for mention in defining])
    by_rank = sorted(ranks, key=lambda path: (-ranks[path], path))
    for path in _fused(by_words, by_rank)[:_RANKED]:
        if not is_test(path):
            yield Chosen(path, _why(path, found, about, graph), found[path].lines if path in found else ())


def _fused(*rankings: Sequence[str]) -> list[str]:
    """The paths of several rankings in one, by the sum of the reciprocals of their ranks."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, path in enumerate(ranking, start=1):
            scores[path] = scores.get(path, 0.0) + 1 / (_RANK_OFFSET + rank)
    return sorted(scores, key=lambda path: (-round(scores[path], 9), path))


def _why(path: str, found: Mapping[str, Match], about: Mapping[str, float], graph: SymbolGraph) -> str:
    if path in found and found[path].words:
        return f"says {', '.join(found[path].words)}"
    users = [user for user in graph.importers.get(path, ()) if user in about]
    if users:
        return f"used by {users[0]}"
    used = [target for target in graph.imports.get(path, ()) if target in about]
    return f"uses {used[0]}" if used else "near to what the request is about"


def _tests(chosen: Chosen, tests: Sequence[str], graph: SymbolGraph) -> Iterator[Chosen]:
    if pack_of(chosen.path) is None or is_test(chosen.path):
        return
    by_name = tests_of(chosen.path, tests)
    by_import = [path for path in graph.importers.get(chosen.path, ()) if is_test(path)]
    for path in tuple(dict.fromkeys((*by_name, *by_import)))[:_TESTS_OF_A_FILE]:
        yield Chosen(path, f"test of {chosen.path}", is_named=chosen.is_named)


def _nested_instructions(path: str, paths: frozenset[str]) -> Iterator[Chosen]:
    """https://agents.md: the nearest file of instructions holds for a folder"""
    folder = path.rpartition("/")[0]
    while folder:
        if f"{folder}/{_NESTED}" in paths:
            yield Chosen(f"{folder}/{_NESTED}", f"instructions for {folder}/", head=True)
        folder = folder.rpartition("/")[0]
