"""One SEARCH/REPLACE edit in one file: its only place, or why it has none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from app.generation.edits.anchors import within_anchors
from app.generation.edits.edit import Replace, TextEdit
from app.generation.edits.lazy import DOTS, left_out
from app.generation.edits.matching import Lines, Match, is_blank, plain, trimmed
from app.generation.edits.result import Excerpt, Level, Problem, Reason
from app.generation.edits.text_file import Splice

_MOST_COMPARED = 10_000  # pairs of lines; a longer part that differs is taken as one change
_MOST_NAMED = 8
_WORD = re.compile(r"\w{3}")


@dataclass(frozen=True, slots=True)
class Placed:
    """An edit with its splices, the level it was found at, and the lines it covers."""

    edit: TextEdit
    level: Level
    start: int
    end: int
    splices: tuple[Splice, ...]


@dataclass(frozen=True, slots=True)
class Unplaced(Exception):
    """An edit that has not exactly one place."""

    problem: Problem


def place(
    edit: Replace, lines: Sequence[str], searched: Lines, *, after: int = 0, up_to: Level = Level.PUNCTUATION
) -> Placed:
    """The edit at its only place; `after` is where the one before it ended, for edits that are in order.

    Raises:
        Unplaced: it has none, several, or changes nothing.
    """
    if edit.search == edit.replacement:
        raise _unplaced(edit, "no change", "would stay as it is: the replacement is the text that was searched for")
    if edit.at_end and not edit.search:
        return _appended(edit, lines)
    if all(map(is_blank, edit.search)):
        raise _unplaced(
            edit, "not found", "is there already: search for lines of it that say where the new ones belong"
        )
    _check_nothing_left_out(edit)
    attempts = (edit, _without_blank_edges(edit))
    for attempt in dict.fromkeys(attempts):
        matches = searched.matches(attempt.search, up_to=up_to)
        if matches:
            return replace(_placed(attempt, lines, _only(attempt, lines, matches, after)), edit=edit)
    elided = _elided(edit, lines, searched)
    if elided is None:
        raise _nowhere(edit, searched)
    return elided


def _appended(edit: Replace, lines: Sequence[str]) -> Placed:
    end = len(lines)
    if tuple(lines[end - len(edit.replacement) :]) == edit.replacement:
        raise _already_there(edit, end - len(edit.replacement))
    return Placed(edit, Level.EXACT, end, end, (Splice(end, end, edit.replacement),))


def _check_nothing_left_out(edit: Replace) -> None:
    comment = left_out(edit.path, edit.replacement, edit.search)
    if comment is not None:
        words = f"would lose code for which “{comment.strip()[:80]}” stands: write all lines out"
        raise _unplaced(edit, "code left out", words)


def _only(edit: Replace, lines: Sequence[str], matches: Sequence[Match], after: int) -> Match:
    candidates = [match for match in matches if not edit.at_end or _is_last(match, edit, lines)]
    if edit.at_end and not candidates:
        raise _unplaced(edit, "not found", f"has these lines, but not at its end: {_named(matches)}")
    if edit.anchors:
        candidates = within_anchors(edit, lines, candidates)
        if not candidates:
            words = f"has no such lines below “{edit.anchors[-1].strip()[:80]}”, only elsewhere: {_named(matches)}"
            raise _unplaced(edit, "anchor not found", words)
    if edit.in_order and len(candidates) > 1:
        candidates = [match for match in candidates if match.start >= after] or candidates
    if len(candidates) > 1:
        words = (
            f"has these lines {len(candidates)} times ({candidates[0].level.words}), {_named(candidates)}: "
            "search for more lines around the place, so that only one is meant"
        )
        raise _unplaced(edit, "ambiguous", words)
    return candidates[0]


def _is_last(match: Match, edit: Replace, lines: Sequence[str]) -> bool:
    return all(map(is_blank, lines[match.start + len(edit.search) :]))


def _named(matches: Sequence[Match]) -> str:
    numbers = [f"{match.start + 1}" for match in matches[:_MOST_NAMED]]
    more = ", …" if len(matches) > _MOST_NAMED else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}{more}"


def _placed(edit: Replace, lines: Sequence[str], match: Match) -> Placed:
    end = match.start + len(edit.search)
    found = lines[match.start : end]
    splices = tuple(_splices(edit, match, found))
    if not any(found[part.start - match.start : part.end - match.start] != part.lines for part in splices):
        raise _unplaced(edit, "no change", "would stay as it is: only white space that is kept differs")
    after = _result(found, match.start, splices)
    if len(after) > len(found) and _stands_around(lines, after, match.start, end):
        raise _already_there(edit, match.start)
    return Placed(edit, match.level, match.start, end, splices)


def _splices(edit: Replace, match: Match, found: Sequence[str]) -> Iterator[Splice]:
    """Only what the edit changes: the lines that it shows around stay those of the file."""
    for start, end, first, last in _changes(edit.search, edit.replacement, match.level):
        written = [match.shift.applied(line) for line in edit.replacement[first:last]]
        short = next((place for place, line in enumerate(written) if line is None), None)
        if short is not None:
            words = (
                f"is indented by {len(match.shift.lead)} less than the searched lines, and the replacement's line "
                f"“{edit.replacement[first + short].strip()[:80]}” has no room for that: indent both as the file is"
            )
            raise _unplaced(edit, "cannot shift", words)
        if match.level is Level.PUNCTUATION and any(edit.replacement[first:last]):
            _check_punctuation(edit, found[start:end], edit.search[start:end], match.start + start)
        yield Splice(match.start + start, match.start + end, tuple(line for line in written if line is not None))


def _check_punctuation(edit: Replace, found: Sequence[str], searched: Sequence[str], start: int) -> None:
    """A line that is written anew must have been read to the letter: its other characters would be lost."""
    for place, (there, here) in enumerate(zip(found, searched, strict=True)):
        if there.strip() != here.strip() and plain(there).strip() == plain(here).strip():
            line = start + place + 1
            words = f"has other Unicode punctuation at line {line} than was searched for: copy it to the letter"
            problem = _unplaced(edit, "punctuation lost", words).problem
            raise Unplaced(replace(problem, nearest=Excerpt(start + 1, tuple(found))))


def _changes(before: Sequence[str], after: Sequence[str], level: Level) -> Iterator[tuple[int, int, int, int]]:
    """What differs between the two sides of an edit: lines `start` to `end` of one, `first` to `last` of the other."""
    if level is not Level.EXACT:
        before, after = [*map(trimmed, before)], [*map(trimmed, after)]
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) * len(new) > _MOST_COMPARED:
        yield head, head + len(old), head, head + len(new)
        return
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + start, head + end, head + first, head + last


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _result(found: Sequence[str], offset: int, splices: Sequence[Splice]) -> list[str]:
    lines = list(found)
    for splice in reversed(splices):
        lines[splice.start - offset : splice.end - offset] = splice.lines
    return lines


def _stands_around(lines: Sequence[str], after: Sequence[str], start: int, end: int) -> bool:
    """Whether the result of an edit stands there already, over the place where it would be made."""
    firsts = range(max(0, end - len(after)), min(start, len(lines) - len(after)) + 1)
    wanted = [*map(trimmed, after)]
    return any([*map(trimmed, lines[first : first + len(after)])] == wanted for first in firsts)


def _without_blank_edges(edit: Replace) -> Replace:
    """The edit without blank lines that both of its sides begin, or end, with."""
    search, replacement = list(edit.search), list(edit.replacement)
    for edge in (0, -1):
        while search and replacement and is_blank(search[edge]) and is_blank(replacement[edge]):
            del search[edge], replacement[edge]
    return replace(edit, search=tuple(search), replacement=tuple(replacement))


def _elided(edit: Replace, lines: Sequence[str], searched: Lines) -> Placed | None:
    """An edit whose two sides both leave out parts by lines of three dots, each of its pieces at its only place."""
    searches, replacements = _pieces(edit.search), _pieces(edit.replacement)
    if len(searches) < 2 or len(searches) != len(replacements) or not all(searches):
        return None
    placed: list[Placed] = []
    for search, replacement in zip(searches, replacements, strict=True):
        matches = searched.matches(search)
        if not matches:
            return None
        piece = replace(edit, search=search, replacement=replacement, anchors=(), at_end=False, in_order=False)
        match = _only(piece, lines, matches, 0)
        if placed and match.start < placed[-1].end:
            raise _unplaced(edit, "out of order", "has these lines in another order than they stand around the dots")
        same = search == replacement
        end = match.start + len(search)
        placed.append(Placed(edit, match.level, match.start, end, ()) if same else _placed(piece, lines, match))
    splices = tuple(splice for piece in placed for splice in piece.splices)
    return Placed(edit, max(piece.level for piece in placed), placed[0].start, placed[-1].end, splices)


def _pieces(lines: Sequence[str]) -> list[tuple[str, ...]]:
    pieces: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == DOTS:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return [tuple(piece) for piece in pieces]


def _nowhere(edit: Replace, searched: Lines) -> Unplaced:
    there = searched.matches(edit.replacement, up_to=Level.INDENTATION)
    if there and _says_something(edit):
        return _already_there(edit, there[0].start)
    return _unplaced(edit, "not found", "has no such lines: copy them from the file as it is now")


def _says_something(edit: Replace) -> bool:
    """Whether the replacement can be told from any other code: it has two lines, or one that is new and has a word."""
    new = [line for line in edit.replacement if line not in edit.search]
    return sum(not is_blank(line) for line in edit.replacement) > 1 or any(map(_WORD.search, new))


def _already_there(edit: Replace, start: int) -> Unplaced:
    words = f"has the replacement already, at line {start + 1}: leave this edit out, or say where else it belongs"
    return _unplaced(edit, "already applied", words)


def _unplaced(edit: TextEdit, reason: Reason, words: str) -> Unplaced:
    return Unplaced(Problem(reason, edit.path, edit.line, words, edit))
