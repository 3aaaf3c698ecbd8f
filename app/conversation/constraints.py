"""The limits on a change, and what breaks them, in words."""

from typing import assert_never

from app.conversation.quoting import code, inert
from app.domain.change import (
    Constraints,
    DependencyNotAllowed,
    ForbiddenPath,
    TooManyFiles,
    TooManyLines,
    Violation,
)


def limits_in_words(constraints: Constraints) -> str:
    """What a change must keep to, one limit a line; paths that are never written are among them always."""
    lines = ["- nothing under .git or .github/workflows is written"]
    if constraints.forbidden_paths:
        lines.append(f"- nothing is written that one of these globs means: {', '.join(constraints.forbidden_paths)}")
    if constraints.max_files is not None:
        lines.append(f"- at most {constraints.max_files} files are changed, tests and documentation included")
    if constraints.max_lines_per_file is not None:
        lines.append(f"- no changed file is longer than {constraints.max_lines_per_file} lines afterwards")
    if constraints.allowed_dependencies is not None:
        allowed = ", ".join(constraints.allowed_dependencies) or "none"
        lines.append(f"- new packages that may be used: {allowed}")
    return "\n".join(["Limits, which are checked:", *lines])


def violation_in_words(violation: Violation) -> str:
    """Which limit a change breaks, and where."""
    match violation:
        case TooManyFiles(limit=limit, paths=paths):
            names = ", ".join(map(path_in_words, paths))
            return f"`maxFiles` is {limit}, the change has {len(paths)} files: {names}"
        case TooManyLines(path=path, limit=limit, lines=lines):
            return f"`maxLinesPerFile` is {limit}, {path_in_words(path)} has {lines} lines"
        case DependencyNotAllowed(path=path, name=name, allowed=allowed):
            if name is None:
                return f"`allowedDependencies` cannot be held: {path_in_words(path)} works out what it imports"
            names = ", ".join(map(code, allowed)) or "nothing new"
            return f"`allowedDependencies` allows {names}, {path_in_words(path)} uses {code(name)}"
        case ForbiddenPath(path=path, reason=reason):
            return f"the path {path_in_words(path)} {inert(reason)}"
        case _:
            assert_never(violation)


def path_in_words(path: str) -> str:
    return code(path, 250)
