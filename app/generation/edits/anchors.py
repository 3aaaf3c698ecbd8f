"""`@@ class Basket`: which of several equal places an anchor means."""

from collections.abc import Iterator, Sequence

from app.generation.edits.edit import Replace
from app.generation.edits.matching import Match, is_blank

_CLOSING = ("}", ")", "]", "else", "elif", "except", "finally", "catch")
_MOST_ANCHORS = 8
_MOST_SCOPES = 50


def within_anchors(edit: Replace, lines: Sequence[str], matches: Sequence[Match]) -> Sequence[Match]:
    """The matches that stand below the anchors; where several do, those in the block that the last anchor opens."""
    scopes = [(0, len(lines))]
    for anchor in edit.anchors[:_MOST_ANCHORS]:
        scopes = [inner for scope in scopes for inner in _scopes(anchor.strip(), lines, *scope)]
        if len(scopes) > _MOST_SCOPES:  # such an anchor tells nothing apart
            return matches
    below = [match for match in matches if any(start <= match.start for start, _ in scopes)]
    inside = [match for match in matches if any(start <= match.start < end for start, end in scopes)]
    return inside if len(below) > 1 and inside else below


def _scopes(anchor: str, lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    for at in range(start, end):
        if lines[at].strip() == anchor:
            yield at, _end_of_block(lines, at, end)


def _end_of_block(lines: Sequence[str], at: int, end: int) -> int:
    """Where the indentation is that of the anchor again; the rest of the scope if nothing is indented below it."""
    own = _indentation(lines[at])
    inner = False
    for place in range(at + 1, end):
        line = lines[place]
        if is_blank(line):
            continue
        if _indentation(line) > own:
            inner = True
        elif not line.strip().startswith(_CLOSING):
            return place if inner else end
    return end


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
