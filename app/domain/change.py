"""A change to a repository: what ACS generates, proves and proposes. The types are those of the HTTP API."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Language = Literal["typescript", "javascript", "python"]
Operation = Literal["create", "modify", "delete"]
Mode = Literal["100644", "100755"]
Encoding = Literal["utf-8", "base64"]


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """One file as it is to stand in the repository; `content` is empty when `operation` is `delete`."""

    path: str
    content: str
    operation: Operation
    mode: Mode = "100644"
    encoding: Encoding = "utf-8"

    @property
    def content_bytes(self) -> bytes:
        return b64decode(self.content) if self.encoding == "base64" else self.content.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedTest(GeneratedFile):
    """A test file, and the paths of the code it covers."""

    framework: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """Limits that a requester or a repository sets on a change; `None` means no restriction.

    `max_files` counts every changed file (code, tests, documentation), `max_lines_per_file` is the length of the
    resulting file; `allowed_dependencies=()` means nothing new. Lock files do not count. `forbidden_paths` are globs of
    files that a change must not touch, lock files too.
    """

    max_files: int | None = None
    max_lines_per_file: int | None = None
    allowed_dependencies: tuple[str, ...] | None = None
    forbidden_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TooManyFiles:
    limit: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooManyLines:
    path: str
    limit: int
    lines: int


@dataclass(frozen=True, slots=True)
class DependencyNotAllowed:
    """A new dependency, imported or declared in `path`; `name` is `None` where a computed import hides it."""

    path: str
    name: str | None
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForbiddenPath:
    """A path that ACS never writes, whoever asks."""

    path: str
    reason: str


Violation = TooManyFiles | TooManyLines | DependencyNotAllowed | ForbiddenPath


@dataclass(frozen=True, slots=True)
class GenerationMetadata:
    """What a change cost: `generation_time_ms` in whole milliseconds; `model` is its name or `recipe:NAME@VERSION`."""

    tokens_used: int
    generation_time_ms: int
    model: str


@dataclass(frozen=True, slots=True)
class Change:
    """A generated change, complete: code and documentation in `files`, tests apart.

    `documentation` is Markdown for the reader of the pull request. `read` lists what was read to make it, with the
    reason, in the order it was read.
    """

    files: tuple[GeneratedFile, ...]
    tests: tuple[GeneratedTest, ...]
    documentation: str
    metadata: GenerationMetadata
    title: str
    read: tuple["ReadItem", ...] = ()

    def __iter__(self) -> Iterator[GeneratedFile]:
        yield from self.files
        yield from self.tests


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One thing that was read to make a change, and why."""

    what: str
    why: str
