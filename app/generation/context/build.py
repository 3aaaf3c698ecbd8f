"""The context of a request: chosen by rule, within a budget, sanitised, with a manifest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.generation.context.blob_index import MAX_FILE_BYTES, indexed
from app.generation.context.choice import Chosen, instructions, relevant
from app.generation.context.reading import Budget, Context, CountTokens, Excerpt, Lines, RequestText, estimated_tokens
from app.generation.context.sendable import Sendable
from app.governance.untrusted_text.sanitise import sanitised, sanitised_code
from app.ports.blob_indexes import BlobIndexes
from app.ports.checkouts import Checkout

_PROSE = (".md", ".markdown", ".mdx")
_AROUND = 12
_HEAD_LINES = 15
_LEAST_TOKENS = 40


def build_context(
    request: RequestText,
    base: Checkout,
    *,
    indexes: BlobIndexes,
    budget: Budget | None = None,
    never_send: Sequence[str] = (),
    count: CountTokens = estimated_tokens,
) -> Context:
    """What a model is given to read for a request, from a commit's tree; the same each time.

    Nothing that `never_send` or the built-in list means is ever read. Text is sanitised; a fence around it is put by
    whoever writes the prompt (`untrusted_text/fence.py`).
    """
    budget = budget or Budget()
    readable = Sendable(base, never_send)
    known, not_indexed = indexed(readable, indexes)
    spending = _Spending(readable, count, budget.one_file)
    spending.on(instructions(readable), tokens=min(budget.instructions, budget.tokens), files=budget.files)
    spending.on(relevant(request, readable, known), tokens=budget.tokens, files=budget.files)
    return Context(base.sha, tuple(spending.excerpts), readable.unreadable, not_indexed)


@dataclass
class _Spending:
    """Takes what is offered as long as it can be paid for."""

    base: Sendable
    count: CountTokens
    one_file: int
    excerpts: list[Excerpt] = field(default_factory=list[Excerpt])
    seen: set[str] = field(default_factory=set[str])
    spent: int = 0

    def on(self, offered: Iterable[Chosen], *, tokens: int, files: int) -> None:
        """Go on until so many tokens are spent on so many files, since the beginning."""
        for chosen in offered:
            if len(self.excerpts) >= files or tokens - self.spent < _LEAST_TOKENS:
                return
            if chosen.path in self.seen:
                continue
            excerpt = self._excerpt(chosen, tokens - self.spent)
            if excerpt is not None:
                self.seen.add(chosen.path)
                self.excerpts.append(excerpt)
                self.spent += excerpt.tokens

    def _excerpt(self, chosen: Chosen, left: int) -> Excerpt | None:
        content = self.base.read(chosen.path)
        if not content or len(content) > MAX_FILE_BYTES or b"\0" in content:
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        is_prose = chosen.path.lower().endswith(_PROSE)
        found = sanitised(text) if is_prose else sanitised_code(text)
        lines = found.text.removesuffix("\n").split("\n")
        limit = left if chosen.is_named else min(left, self.one_file)
        parts = self._parts(lines, chosen, limit, is_prose)
        if not parts:
            return None
        tokens = sum(self.count(part.text) for part in parts)
        is_whole = (parts[0].first, parts[-1].last, len(parts)) == (1, len(lines), 1)
        return Excerpt(
            chosen.path,
            self.base.blobs()[chosen.path],
            parts,
            is_whole,
            chosen.why,
            tokens,
            found.quarantined if is_prose else tuple(each for each in found.quarantined if _is_in(each.line, parts)),
            tuple(each for each in found.flagged if _is_in(each.line, parts)),
        )

    def _parts(self, lines: Sequence[str], chosen: Chosen, limit: int, is_prose: bool) -> tuple[Lines, ...]:
        """The whole file where it can be paid for, else what matters in it."""
        whole = _lines(lines, 1, len(lines))
        if not whole.text.strip():
            return ()
        if self.count(whole.text) <= limit:
            return (whole,)
        if chosen.head or is_prose or not chosen.lines:
            return self._head(lines, limit)
        ranges = _merged([(1, _HEAD_LINES), *((a - _AROUND, b + _AROUND) for a, b in chosen.lines)], len(lines))
        return self._affordable([_lines(lines, first, last) for first, last in ranges], limit) or self._head(
            lines, limit
        )

    def _affordable(self, parts: Sequence[Lines], limit: int) -> tuple[Lines, ...]:
        """The parts that can be paid for, those that matter before the file's head."""
        taken: list[Lines] = []
        for part in (*parts[1:], *parts[:1]):
            cost = self.count(part.text)
            if cost <= limit:
                taken.append(part)
                limit -= cost
        return tuple(sorted(taken, key=lambda part: part.first))

    def _head(self, lines: Sequence[str], limit: int) -> tuple[Lines, ...]:
        """As many lines from the beginning as can be paid for, found by halving."""
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.count("\n".join(lines[:middle])) <= limit else (low, middle - 1)
        return (_lines(lines, 1, low),) if low else ()


def _lines(lines: Sequence[str], first: int, last: int) -> Lines:
    return Lines(first, last, "\n".join(lines[first - 1 : last]))


def _merged(ranges: Iterable[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """The ranges in order, within the file, those joined that touch."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted((max(1, first), min(count, last)) for first, last in ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        elif first <= last:
            merged.append((first, last))
    return merged


def _is_in(line: int, parts: Sequence[Lines]) -> bool:
    return any(part.first <= line <= part.last for part in parts)
