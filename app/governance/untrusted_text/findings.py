"""What was found in a text that somebody wrote, for the people who review the change."""

from dataclasses import dataclass
from typing import Literal

from app.domain.plain_text import one_line
from app.governance.redaction import redact

Hidden = Literal[
    "HTML comment",
    "hidden HTML element",
    "HTML tag",
    "invisible characters",
    "image text",
    "link title",
    "link address",
    "unused link definition",
    "info string of a code block",
    "text out of sight",
    "data URL",
    "encoded text",
    "styled letters",
    "stacked marks",
    "secret",
    "text beyond the limit",
    "control characters",
]
Request = Literal[
    "asks to ignore instructions",
    "speaks as the system",
    "asks for secrets",
    "asks for workflow or permission changes",
    "asks for other repositories",
    "asks to run or send something",
    "asks to keep something from people",
    "mixes alphabets in one word",
]
_EXCERPT_CHARS = 160
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A part that the model is not given. `line` counts from 1 in the text as it was written.

    `excerpt` is on one line, visible, without credentials and short; it is still somebody's text, so whoever shows it
    quotes it (`conversation/quoting.py`).
    """

    what: Hidden
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A part that the model is given, fenced like all the rest, and that reads as if it were meant for a model.

    People look at it; nothing relies on that it is found.
    """

    why: Request
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Sanitised:
    """What a reader sees of a text; what was taken out of it, by line; and what in it seems to address a model.

    Of each there are at most a hundred; `unlisted` counts the others.
    """

    text: str
    quarantined: tuple[Quarantined, ...] = ()
    flagged: tuple[Flagged, ...] = ()
    unlisted: int = 0


def excerpt(text: str) -> str:
    """A part of a text that can be looked at."""
    return redact(one_line(text[: _EXCERPT_CHARS * 8], _EXCERPT_CHARS))


def finished(text: str, quarantined: list[Quarantined], flagged: list[Flagged]) -> Sanitised:
    """The result, with the findings in the order of their lines."""
    quarantined.sort(key=lambda found: found.line)
    unlisted = max(0, len(quarantined) - MOST_FINDINGS) + max(0, len(flagged) - MOST_FINDINGS)
    return Sanitised(text, tuple(quarantined[:MOST_FINDINGS]), tuple(flagged[:MOST_FINDINGS]), unlisted)
