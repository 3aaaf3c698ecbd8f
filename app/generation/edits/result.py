"""What came of edits: a change with the places it was made at, or every reason why there is none."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from app.domain.change import GeneratedFile
from app.generation.edits.edit import Edit

_LONGEST_PATH = 250

Reason = Literal[
    "already applied",
    "ambiguous",
    "anchor not found",
    "cannot shift",
    "code left out",
    "conflict",
    "empty",
    "malformed",
    "name taken",
    "no change",
    "no edits",
    "no file name",
    "not found",
    "not text",
    "out of order",
    "overlapping",
    "path",
    "punctuation lost",
    "syntax",
    "too large",
    "too much prose",
    "unfinished",
]
"""Why an edit was not made; `too much prose` and `no edits` are of an answer as a whole."""


class Level(IntEnum):
    """How far the searched lines were from those of the file; anything above `EXACT` is told in the pull request."""

    EXACT = 0
    TRAILING_WHITE_SPACE = 1
    INDENTATION = 2
    PUNCTUATION = 3

    @property
    def words(self) -> str:
        return ("exact", "up to white space at ends of lines", "up to indentation", "up to Unicode punctuation")[self]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file as they are, from a line number on."""

    first_line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one edit, or an answer, cannot be used; `words` complete “PATH …”, `line` is that of the answer.

    `edit` is what was asked for, `None` where the answer could not be read as one; `nearest` what the file has instead.
    """

    reason: Reason
    path: str | None
    line: int
    words: str
    edit: Edit | None = field(default=None, repr=False, compare=False)
    nearest: Excerpt | None = None

    def __str__(self) -> str:
        where = f"answer line {self.line}: " if self.line else ""
        return f"{where}{self.path[:_LONGEST_PATH]} {self.words}" if self.path else f"{where}{self.words}"


@dataclass(frozen=True, slots=True)
class PlacedHunk:
    """Where an edit was made: the line of the file before the change, counted from 1."""

    path: str
    line: int
    level: Level


@dataclass(frozen=True, slots=True)
class Applied:
    """The change, complete: `files` in the order of their paths, `hunks` in that of the answer."""

    files: tuple[GeneratedFile, ...]
    hunks: tuple[PlacedHunk, ...]

    @property
    def inexact(self) -> tuple[PlacedHunk, ...]:
        """The hunks that a person is told about."""
        return tuple(hunk for hunk in self.hunks if hunk.level is not Level.EXACT)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was changed. `matched` are the edits that fit and may be applied again with mended ones."""

    problems: tuple[Problem, ...]
    matched: tuple[Edit, ...]
