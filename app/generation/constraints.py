"""Limits on a change, enforced on the result: the requester's and the repository's, and paths ACS never writes.

Lock files count for no limit. A dependency is new when neither the file itself nor a manifest above it knew it before.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from app.domain.change import (
    Constraints,
    DependencyNotAllowed,
    ForbiddenPath,
    GeneratedFile,
    TooManyFiles,
    TooManyLines,
    Violation,
)
from app.generation.globs import matching
from app.generation.imports import normalised, packages
from app.generation.languages.shipped import LOCK_FILES, MANIFESTS

MAX_PATH_CHARS = 250

Before = Callable[[str], bytes | None]

_COMES_WITH = {"@jest/globals": "jest"}  # installed by the other one, imported without being declared
# what Windows and macOS drop or fold when they look a name up, so that `.GIT ` or `git~1` is `.git`
_DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def violations(
    files: Iterable[GeneratedFile], constraints: Constraints, *, before: Before, base_paths: Collection[str] = ()
) -> tuple[Violation, ...]:
    """Every limit that the resulting files break; `before` reads a file of the base, `None` where there is none."""
    files = tuple(files)
    counted = tuple(file for file in files if not is_lock_file(file.path))
    return (
        *_forbidden_paths(files, constraints.forbidden_paths),
        *_too_many_files(counted, constraints.max_files),
        *_too_long_files(counted, constraints.max_lines_per_file),
        *_new_dependencies(counted, constraints.allowed_dependencies, before, base_paths),
    )


def within(inner: Constraints, outer: Constraints) -> Constraints:
    """Both at once: of each limit the tighter one."""
    return Constraints(
        _smaller(inner.max_files, outer.max_files),
        _smaller(inner.max_lines_per_file, outer.max_lines_per_file),
        _in_both(inner.allowed_dependencies, outer.allowed_dependencies),
        tuple(dict.fromkeys((*outer.forbidden_paths, *inner.forbidden_paths))),
    )


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


def _in_both(inner: tuple[str, ...] | None, outer: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if inner is None or outer is None:
        return outer if inner is None else inner
    allowed = {normalised(name) for name in outer}
    return tuple(name for name in inner if normalised(name) in allowed)


def is_lock_file(path: str) -> bool:
    return PurePosixPath(path).name.lower() in LOCK_FILES


def why_forbidden(path: str) -> str | None:
    """Why ACS never writes to a path, or `None` where it may; the reason completes "the path …"."""
    segments = path.split("/")
    if not path or len(path) > MAX_PATH_CHARS:
        return f"is empty or longer than {MAX_PATH_CHARS} characters"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in path) or "\\" in path:
        return "holds a backslash or a control character"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is absolute"
    if any(segment in ("", ".", "..") for segment in segments):
        return "holds an empty, . or .. segment"
    folded = [_folded(segment) for segment in segments]
    if any(segment in (".git", "git~1", "") for segment in folded):
        return "is inside .git, or can be read as if it were"
    if folded[:2] == [".github", "workflows"]:
        return "is inside .github/workflows, which ACS never writes"
    return None


def _folded(segment: str) -> str:
    """A segment as a case-insensitive file system may read it."""
    name = _DROPPED.sub("", unicodedata.normalize("NFKC", segment)).casefold()
    return name.partition(":")[0].rstrip(" .")


def _why_forbidden_here(path: str, globs: Sequence[str]) -> str | None:
    folded = "/".join(map(_folded, path.split("/")))
    for glob in globs:
        if matching([folded], [unicodedata.normalize("NFKC", glob).casefold()]):
            return f"matches {glob}, which generation.constraints.forbiddenPaths of the configuration forbids"
    return None


def _forbidden_paths(files: Sequence[GeneratedFile], globs: Sequence[str]) -> Iterator[Violation]:
    seen: set[str] = set()
    for file in files:
        reason = why_forbidden(file.path) or _why_forbidden_here(file.path, globs)
        if reason is None and file.path.casefold() in seen:
            reason = "is written twice, or differs from another one in case only"
        if reason is not None:
            yield ForbiddenPath(file.path, reason)
        seen.add(file.path.casefold())


def _too_many_files(files: Sequence[GeneratedFile], limit: int | None) -> Iterator[Violation]:
    if limit is not None and len(files) > limit:
        yield TooManyFiles(limit, tuple(file.path for file in files))


def _too_long_files(files: Sequence[GeneratedFile], limit: int | None) -> Iterator[Violation]:
    for file in files:
        lines = len(file.content_bytes.splitlines())
        if limit is not None and file.operation != "delete" and lines > limit:
            yield TooManyLines(file.path, limit, lines)


def _new_dependencies(
    files: Sequence[GeneratedFile], allowed: tuple[str, ...] | None, before: Before, base_paths: Collection[str]
) -> Iterator[Violation]:
    if allowed is None:
        return
    own = _own_modules((*base_paths, *(file.path for file in files)))
    for file in files:
        known = {normalised(name) for name in (*allowed, *own, *_known_to(file.path, before)) if name is not None}
        known |= {part for part, whole in _COMES_WITH.items() if whole in known}
        for name in sorted(_packages(file.path, file.content_bytes), key=str):
            if name is None or normalised(name) not in known:
                yield DependencyNotAllowed(file.path, name, allowed)


def _known_to(path: str, before: Before) -> Iterator[str | None]:
    """What the file itself and the manifests of its folder and those above it asked for at the base."""
    manifests = [str(folder / name) for folder in PurePosixPath(path).parents for name in MANIFESTS]
    for known in (path, *manifests):
        content = before(known)
        if content is not None:
            yield from _packages(known, content)


def _packages(path: str, content: bytes) -> frozenset[str | None]:
    return packages(path, content.decode(errors="replace"))


def _own_modules(paths: Iterable[str]) -> frozenset[str]:
    """Top-level Python modules that the repository itself holds, in its root or in `src`."""
    names: set[str] = set()
    for path in paths:
        if path.endswith(".py"):
            first, *rest = PurePosixPath(path).parts
            names.add(PurePosixPath(rest[0] if first == "src" and rest else first).stem)
    return frozenset(names)
