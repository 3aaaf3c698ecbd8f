"""Which files matter to those that a request is about: PageRank over who uses whose definitions.

Page, Brin, Motwani and Winograd, The PageRank Citation Ranking, 1998 (section 6, personalised), by rustworkx
(https://www.rustworkx.org/apiref/rustworkx.pagerank.html).
"""

import math
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

import rustworkx

from app.generation.context.blob_index import BlobIndex
from app.generation.context.sendable import Sendable
from app.generation.languages.shipped import pack_of

_MOST_DEFINERS = 5
_SHORTEST_NAME = 3
_IMPORT_WEIGHT = 2.0
_BACK = 0.4
_MENTIONED = 10.0
_MAX_TEXT_BYTES = 64 * 1024


class SymbolGraph:
    """Files and the definitions and imports that tie them together."""

    def __init__(self, base: Sendable, known: Mapping[str, BlobIndex]) -> None:
        self._known = {path: index for path, index in known.items() if pack_of(path) is not None}
        self._tree = _Tree(base)

    @cached_property
    def imports(self) -> Mapping[str, tuple[str, ...]]:
        """The files of the repository that each file imports."""
        return {path: tuple(dict.fromkeys(self._imported(path))) for path in self._known}

    @cached_property
    def importers(self) -> Mapping[str, tuple[str, ...]]:
        """The files that import each file, sorted."""
        found: dict[str, list[str]] = {}
        for importer, targets in self.imports.items():
            for target in targets:
                found.setdefault(target, []).append(importer)
        return {path: tuple(sorted(importers)) for path, importers in found.items()}

    def ranks(self, about: Mapping[str, float], mentioned: Collection[str]) -> Mapping[str, float]:
        """How much each file matters to the files in `about`, by their weight; files that do not are left out.

        Definitions whose name is `mentioned` tie their users to them ten times as strongly.
        """
        paths = sorted(self._known)
        number = {path: at for at, path in enumerate(paths)}
        start = {number[path]: weight for path, weight in about.items() if path in number and weight > 0}
        if not start:
            return {}
        graph: rustworkx.PyDiGraph[str, float] = rustworkx.PyDiGraph()
        graph.add_nodes_from(paths)
        edges = self._edges(frozenset(mentioned))
        graph.add_edges_from([(number[user], number[used], weight) for (user, used), weight in edges.items()])
        graph.add_edges_from([(number[used], number[user], weight * _BACK) for (user, used), weight in edges.items()])
        found = rustworkx.pagerank(
            graph, weight_fn=float, personalization=start, dangling=start, max_iter=200, tol=1e-8
        )
        return {paths[at]: rank for at, value in found.items() if (rank := round(value, 7)) > 0}

    def _edges(self, mentioned: frozenset[str]) -> Mapping[tuple[str, str], float]:
        edges: dict[tuple[str, str], float] = {}
        for path, targets in self.imports.items():
            for target in targets:
                if target != path and target in self._known:
                    edges[path, target] = _IMPORT_WEIGHT
        definers = self._definers()
        for path, index in self._known.items():
            for name in index.names.keys() & definers.keys():
                weight = math.sqrt(index.names[name]) / len(definers[name]) * (_MENTIONED if name in mentioned else 1.0)
                for definer in definers[name]:
                    if definer != path:
                        edges[path, definer] = edges.get((path, definer), 0.0) + weight
        return {edge: round(edges[edge], 6) for edge in sorted(edges)}

    def _definers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for path, index in self._known.items():
            for qualified, *_ in index.symbols:
                name = qualified.rpartition(".")[2]
                if len(name) >= _SHORTEST_NAME:
                    found.setdefault(name, {})[path] = None
        return {name: tuple(paths) for name, paths in found.items() if len(paths) <= _MOST_DEFINERS}

    def _imported(self, path: str) -> Iterator[str]:
        pack = pack_of(path)
        if pack is not None:
            for specifier in self._known[path].imports:
                yield from pack.targets(path, specifier, self._tree)


class _Tree:
    """The files that may be sent, as imports find them."""

    def __init__(self, base: Sendable) -> None:
        self._base = base
        self.paths: Collection[str] = frozenset(base.paths())
        self._texts: dict[str, str | None] = {}
        self._folders: dict[str, list[str]] = {}
        for path in base.paths():
            self._folders.setdefault(path.rpartition("/")[0], []).append(path)

    def in_folder(self, folder: str) -> Collection[str]:
        return self._folders.get(folder, ())

    def text(self, path: str) -> str | None:
        if path not in self._texts:
            content = self._base.read(path) if path in self.paths else None
            is_small = content is not None and len(content) <= _MAX_TEXT_BYTES
            self._texts[path] = content.decode(errors="replace") if content is not None and is_small else None
        return self._texts[path]
