"""Where a change may write in the tree of a commit: the named place, and nothing else by another name."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from app.domain.change import Mode
from app.generation.constraints import why_forbidden


class Base(Protocol):
    """What edits read of a commit; a `Checkout` is one."""

    def paths(self, under: str = "") -> Sequence[str]: ...

    def links(self) -> Sequence[str]: ...

    def read(self, path: str) -> bytes | None: ...

    def mode(self, path: str) -> Mode: ...


class Tree:
    """The names of a base; what is in its files is read when it is asked for."""

    def __init__(self, base: Base) -> None:
        self.base = base

    @cached_property
    def files(self) -> Collection[str]:
        return frozenset(self.base.paths())

    @cached_property
    def _links(self) -> Collection[str]:
        return frozenset(self.base.links())

    @cached_property
    def _folders(self) -> Collection[str]:
        return frozenset(folder for path in (*self.files, *self._links) for folder in folders_of(path))

    def why_not(self, path: str) -> str | None:
        """Why nothing can be written at a path, whatever stands there; the reason completes “PATH …”."""
        if (reason := why_forbidden(path)) is not None:
            return reason
        link = next((part for part in (*folders_of(path), path) if part in self._links), None)
        if link is not None:
            where = "is" if link == path else f"is below {link}, which is"
            return f"{where} a symbolic link or a submodule: name the file itself"
        file = next((folder for folder in folders_of(path) if folder in self.files), None)
        if file is not None:
            return f"is below {file}, which is a file"
        return "is a folder" if path in self._folders else None

    def collision(self, path: str, written: "Written") -> str | None:
        """A name of the resulting tree that some file systems cannot tell from this new one, or that is its folder."""
        for part in (*folders_of(path), path):
            standing = (name for name in self._standing.get(folded(part), ()) if name != part)
            others = (*(name for name in standing if not self._is_gone(name, written.gone)), *written.others(part))
            if others:
                return others[0]
        return next((folder for folder in folders_of(path) if written.count(folder)), None)

    @cached_property
    def _standing(self) -> Mapping[str, Collection[str]]:
        return _by_folded((*self.files, *self._links, *self._folders))

    def _is_gone(self, name: str, gone: Collection[str]) -> bool:
        if name in self._folders:
            return all(path in gone for path in self.base.paths(name))
        return name in gone


class Written:
    """The paths that a change leaves (a path each time that an edit names it), and those that it takes away."""

    def __init__(self, targets: Iterable[str | None], gone: Collection[str]) -> None:
        self.gone = gone
        self._counts = Counter(target for target in targets if target is not None)
        names = {part for path in self._counts for part in (*folders_of(path), path)}
        self._names = _by_folded(names)

    def count(self, path: str) -> int:
        return self._counts[path]

    def others(self, name: str) -> Sequence[str]:
        """Other names of the change that some file systems cannot tell from this one."""
        return [other for other in self._names.get(folded(name), ()) if other != name]


def _by_folded(names: Iterable[str]) -> Mapping[str, Collection[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(folded(name), []).append(name)
    return found


def folders_of(path: str) -> Iterator[str]:
    """The folders above a path, the outermost first."""
    return (path[:at] for at, char in enumerate(path) if char == "/")


def folded(name: str) -> str:
    """A name as a file system reads it that knows no case and composes letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
