"""Where lines stand in a file: exactly, or else up to white space or punctuation, never by likeness.

The levels are tried in turn, and a level with any match ends the search: it has one place, or the lines are ambiguous.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.generation.edits.result import Level

MAX_PLACES = 200  # more of them are as ambiguous, and take time to look at
_BLANK = " \t\f"
_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
    | dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
    | {"\u2026": "..."}
)


@dataclass(frozen=True, slots=True)
class Shift:
    """White space that every line with text has more in the file than in the answer, or less when `is_less`."""

    lead: str = ""
    is_less: bool = False

    def applied(self, line: str) -> str | None:
        """A line of the answer as it stands in the file; `None` if it has not enough white space to lose."""
        if not line.strip(_BLANK):
            return line
        if not self.is_less:
            return self.lead + line
        return line.removeprefix(self.lead) if line.startswith(self.lead) else None


@dataclass(frozen=True, slots=True)
class Match:
    """A place of searched lines, counted from 0, and what it took to find it."""

    start: int
    level: Level
    shift: Shift


def plain(line: str) -> str:
    """A line with typographic dashes, quotes, spaces and dots as they are on a keyboard."""
    return line.translate(_PLAIN)


def trimmed(line: str) -> str:
    return line.rstrip(_BLANK)


def is_blank(line: str) -> bool:
    return not line.strip(_BLANK)


def _bare(line: str) -> str:
    return line.strip(_BLANK)


def _bare_and_plain(line: str) -> str:
    return plain(line).strip(_BLANK)


_KEYS: Mapping[Level, Callable[[str], str]] = {
    Level.EXACT: str,
    Level.TRAILING_WHITE_SPACE: trimmed,
    Level.INDENTATION: _bare,
    Level.PUNCTUATION: _bare_and_plain,
}


class Lines:
    """The lines of one file, to be searched many times; a search takes as long as the file is large."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._texts: dict[Level, tuple[str, Sequence[int]]] = {}

    def matches(self, wanted: Sequence[str], *, up_to: Level = Level.PUNCTUATION) -> Sequence[Match]:
        """All places at the first level that has any, at most `MAX_PLACES`; lines without text are nowhere."""
        if all(map(is_blank, wanted)):
            return ()
        levels = (level for level in Level if level <= up_to)
        return next((found for level in levels if (found := tuple(self._at(level, wanted)))), ())

    def _at(self, level: Level, wanted: Sequence[str]) -> Iterator[Match]:
        for start in self._starts(level, wanted):
            shift = self._shift(level, start, wanted)
            if shift is not None:
                yield Match(start, level, shift)

    def _starts(self, level: Level, wanted: Sequence[str]) -> Iterator[int]:
        text, offsets = self._text(level)
        needle = "\n" + "".join(f"{_KEYS[level](line)}\n" for line in wanted)
        at = text.find(needle)
        for _ in range(MAX_PLACES):
            if at < 0:
                return
            yield bisect_left(offsets, at)
            at = text.find(needle, at + 1)

    def _text(self, level: Level) -> tuple[str, Sequence[int]]:
        """All lines as that level sees them, one after another, and where each one's newline before it stands."""
        if level not in self._texts:
            keys = [_KEYS[level](line) for line in self._lines]
            offsets = tuple(accumulate((len(key) + 1 for key in keys), initial=0))
            self._texts[level] = "\n" + "".join(f"{key}\n" for key in keys), offsets
        return self._texts[level]

    def _shift(self, level: Level, start: int, wanted: Sequence[str]) -> Shift | None:
        """The one shift of all lines with text; `None` if there is no such."""
        if level < Level.INDENTATION:
            return Shift()
        found = self._lines[start : start + len(wanted)]
        pairs = zip(found, wanted, strict=True)
        shifts = {_shift_between(*map(_lead, pair)) for pair in pairs if not is_blank(plain(pair[1]))}
        return shifts.pop() if len(shifts) == 1 else None


def _lead(line: str) -> str:
    line = plain(line)
    return line[: len(line) - len(line.lstrip(_BLANK))]


def _shift_between(there: str, here: str) -> Shift | None:
    if there.endswith(here):
        return Shift(there[: len(there) - len(here)])
    if here.endswith(there):
        return Shift(here[: len(here) - len(there)], is_less=True)
    return None
