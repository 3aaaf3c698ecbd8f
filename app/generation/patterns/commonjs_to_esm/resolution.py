"""Which file a specifier means, as `require` finds it, and how an import must name that file.

https://nodejs.org/api/modules.html#all-together
"""

import posixpath
from collections.abc import Collection

_SUFFIXES = ("", ".js", ".json")
_INDEXES = ("/index.js", "/index.json")


def is_relative(specifier: str) -> bool:
    return specifier in (".", "..") or specifier.startswith(("./", "../"))


def resolve(specifier: str, importer: str, paths: Collection[str]) -> str | None:
    """The file that a relative specifier means, or `None` where there is none of that name."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    endings = _INDEXES if specifier.endswith(("/", ".")) and path not in paths else (*_SUFFIXES, *_INDEXES)
    for ending in endings:
        candidate = posixpath.normpath(path + ending)
        if candidate in paths:
            return candidate
    return None


def import_specifier(specifier: str, importer: str, target: str) -> str:
    """The specifier with what an import needs besides: the extension, or the file in a folder."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    rest = target if path == "." else target.removeprefix(path)
    if rest == "":
        return specifier
    if rest.startswith("."):
        return specifier + rest
    return f"{specifier.rstrip('/')}/{rest.removeprefix('/')}"
