"""The real lines of a file that searched lines were probably meant to be: shown, never edited."""

import re
from collections import Counter
from collections.abc import Sequence

from app.generation.edits.matching import is_blank, plain
from app.generation.edits.result import Excerpt

AROUND = 2
MAX_LINES = 24
MAX_LINE_CHARS = 300
_MOST_LOOKED_AT = 20_000  # lines of a file
_WORD = re.compile(r"\w+")
_MOST_LIKE_IT = 50  # a line that stands there more often says nothing about the place


def nearest(lines: Sequence[str], wanted: Sequence[str]) -> Excerpt | None:
    """The part of a file that shares most lines with the wanted ones, or else most words with one of them."""
    looked_at = lines[:_MOST_LOOKED_AT]
    start = _most_votes(looked_at, wanted)
    if start is None:
        start = _most_words(looked_at, wanted)
    if start is None:
        return None
    return excerpt(lines, start - AROUND, start + len(wanted) + AROUND)


def excerpt(lines: Sequence[str], start: int, end: int) -> Excerpt:
    first = max(0, start)
    shown = lines[first : min(end, first + MAX_LINES)]
    return Excerpt(first + 1, tuple(line[:MAX_LINE_CHARS] for line in shown))


def _key(line: str) -> str:
    return plain(line).strip()


def _most_votes(lines: Sequence[str], wanted: Sequence[str]) -> int | None:
    places: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        places.setdefault(_key(line), []).append(at)
    votes: Counter[int] = Counter()
    for offset, line in enumerate(wanted):
        found = places.get(_key(line), [])
        if not is_blank(line) and len(found) <= _MOST_LIKE_IT:
            votes.update(at - offset for at in found)
    return min(votes, key=lambda start: (-votes[start], start)) if votes else None


def _most_words(lines: Sequence[str], wanted: Sequence[str]) -> int | None:
    words = {word for line in wanted[:20] for word in _words(line)}
    shared = [len(words & set(_words(line))) for line in lines]
    best = max(shared, default=0)
    return shared.index(best) if best > 1 else None


def _words(line: str) -> list[str]:
    return _WORD.findall(line[:MAX_LINE_CHARS])
