"""Which paths a glob means: `*` and `?` inside a segment, `**` for any number of folders."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache


def matching(paths: Iterable[str], globs: Sequence[str]) -> tuple[str, ...]:
    """The paths that any of the globs means, in their order; a folder means everything below it."""
    wanted = [tuple(glob.strip("/").split("/")) for glob in globs]
    return tuple(path for path in paths if any(_means(tuple(path.split("/")), glob) for glob in wanted))


def _means(path: tuple[str, ...], glob: tuple[str, ...]) -> bool:
    names_a_folder = not set("*?[") & set(glob[-1])

    @cache
    def matches(at: int, of: int) -> bool:
        if of == len(glob):
            return at == len(path) or names_a_folder
        if glob[of] == "**":
            return matches(at, of + 1) or (at < len(path) and matches(at + 1, of))
        return at < len(path) and fnmatchcase(path[at], glob[of]) and matches(at + 1, of + 1)

    return matches(0, 0)
