"""The lines of a diff: which of them one can comment on, and where they stand after the head has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.demo.github.git import BareRepository
from app.demo.github.git_objects import FileDiff
from app.demo.github.records import ReviewThread, Side, Span

LineKind = Literal["hunk", "added", "removed", "note", "same"]


@dataclass(frozen=True)
class DiffLine:
    kind: LineKind
    old: int | None
    new: int | None
    text: str

    def number(self, side: Side) -> int | None:
        return self.old if side == "LEFT" else self.new


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a diff it is; GitHub counts positions down from a file's first `@@`.

    https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request
    """

    span: Span
    position: int
    diff_hunk: str


class OutsideDiff(Exception):
    """There is no such path or line in the diff; `what` says which of them."""

    def __init__(self, what: Literal["path", "line", "start_line"]) -> None:
        super().__init__(what)
        self.what = what


def place(files: Sequence[FileDiff], span: Span) -> Place:
    """Where a span is in a diff.

    Raises:
        OutsideDiff: it is not.
    """
    file = next((one for one in files if one.path == span.path), None)
    if file is None:
        raise OutsideDiff("path")
    if span.line is None:
        return Place(span, 1, "")
    lines = diff_lines(file.patch)
    last = _index(lines, span.line, span.side)
    if last is None:
        raise OutsideDiff("line")
    if span.start_line is not None:
        first = _index(lines, span.start_line, span.start_side or span.side)
        if first is None or first >= last:
            raise OutsideDiff("start_line")
    return Place(span, last, _hunk(file.patch or "", last))


def place_at(files: Sequence[FileDiff], path: str, position: int) -> Span:
    """The line at a position.

    Raises:
        OutsideDiff: nothing one could comment on is there.
    """
    file = next((one for one in files if one.path == path), None)
    if file is None:
        raise OutsideDiff("path")
    lines = diff_lines(file.patch)
    line = lines[position] if 0 < position < len(lines) else None
    if line is None or line.kind in {"hunk", "note"}:
        raise OutsideDiff("line")
    return Span(path, "LEFT", line.old) if line.kind == "removed" else Span(path, "RIGHT", line.new)


def place_now(git: BareRepository, thread: ReviewThread, base_sha: str, head_sha: str) -> Place | None:
    """Where the lines of a thread are in today's diff; `None` once they are outdated: changed, moved away, or gone."""
    if (thread.base_sha, thread.commit_sha) == (base_sha, head_sha):
        return Place(thread.span, thread.position, thread.diff_hunk)
    span = thread.span
    then, now = _ends(git, thread.base_sha, thread.commit_sha), _ends(git, base_sha, head_sha)
    start_side = span.start_side or span.side
    moved = Span(
        span.path,
        span.side,
        span.line and _followed(git, span.path, span.line, then[span.side], now[span.side]),
        span.start_line and _followed(git, span.path, span.start_line, then[start_side], now[start_side]),
        span.start_side,
    )
    if (moved.line is None) != (span.line is None) or (moved.start_line is None) != (span.start_line is None):
        return None
    try:
        return place(git.compare(base_sha, head_sha).files, moved)
    except OutsideDiff:
        return None


def diff_lines(patch: str | None) -> list[DiffLine]:
    lines: list[DiffLine] = []
    old = new = 0
    for line in patch.split("\n") if patch else ():
        mark, rest = line[:1], line[1:]
        if line.startswith("@@"):
            old, new = _starts(line)
            lines.append(DiffLine("hunk", None, None, line))
        elif mark == "+":
            lines.append(DiffLine("added", None, new, rest))
            new += 1
        elif mark == "-":
            lines.append(DiffLine("removed", old, None, rest))
            old += 1
        elif mark == "\\":
            lines.append(DiffLine("note", None, None, rest.strip()))
        else:
            lines.append(DiffLine("same", old, new, rest))
            old, new = old + 1, new + 1
    return lines


def _ends(git: BareRepository, base_sha: str, head_sha: str) -> dict[Side, str]:
    """The commits on whose lines the two sides of a diff count."""
    return {"LEFT": git.merge_base(base_sha, head_sha) or base_sha, "RIGHT": head_sha}


def _followed(git: BareRepository, path: str, line: int, then: str, now: str) -> int | None:
    """The number that an unchanged line has by now."""
    file = next((one for one in git.diff(then, now) if path in {one.path, one.previous_path}), None)
    if file is None:
        return line
    if file.path != path or file.patch is None:
        return None
    shift = 0
    for one in diff_lines(file.patch):
        if one.old is not None and one.old > line:
            break
        if one.old == line:
            return one.new
        shift += (one.kind == "added") - (one.kind == "removed")
    return line + shift


def _index(lines: Sequence[DiffLine], number: int, side: Side) -> int | None:
    return next((index for index, line in enumerate(lines) if line.number(side) == number), None)


def _hunk(patch: str, last: int) -> str:
    """The hunk that the line is in, down to the line itself."""
    lines = patch.split("\n")[: last + 1]
    first = max(index for index, line in enumerate(lines) if line.startswith("@@"))
    return "\n".join(lines[first:])


def _starts(hunk: str) -> tuple[int, int]:
    """Where a hunk `@@ -3,4 +5,6 @@` begins, before and after."""
    before, after = hunk.split(" ")[1:3]
    return abs(int(before.split(",")[0])), int(after.split(",")[0])
