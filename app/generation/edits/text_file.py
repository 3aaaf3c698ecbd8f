"""A text as lines, so that what an edit does not touch stays the same byte for byte."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BOM = "\ufeff"


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """`lines` instead of those from `start` up to `end`, counted from 0."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextFile:
    """`lines` without their ends; `ends` are `\\n`, `\\r\\n`, or empty after a last line that has none."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    has_bom: bool = False

    @classmethod
    def of(cls, text: str) -> "TextFile":
        """Only `\\n` and `\\r\\n` end lines: other characters that do elsewhere are part of code."""
        bare = text.removeprefix(BOM)
        pieces = bare.split("\n")
        last = [pieces.pop()]
        lines = [piece.removesuffix("\r") for piece in pieces]
        ends = ["\r\n" if piece.endswith("\r") else "\n" for piece in pieces]
        rest = [line for line in last if line]
        return cls((*lines, *rest), (*ends, *("" for _ in rest)), has_bom=text != bare)

    @property
    def text(self) -> str:
        body = "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))
        return (BOM if self.has_bom else "") + body

    @property
    def newline(self) -> str:
        """How most lines end."""
        ends = Counter(end for end in self.ends if end)
        return "\r\n" if ends["\r\n"] > ends["\n"] else "\n"

    @property
    def ends_with_newline(self) -> bool:
        return not self.ends or self.ends[-1] != ""

    def spliced(self, splices: Iterable[Splice]) -> "TextFile":
        """The file with all splices, which must not overlap; byte order mark, line ends and last line end are kept."""
        lines: list[str] = []
        ends: list[str] = []
        at = 0
        for splice in sorted(splices):
            lines += [*self.lines[at : splice.start], *splice.lines]
            ends += [*self.ends[at : splice.start], *(self.newline for _ in splice.lines)]
            at = splice.end
        lines += self.lines[at:]
        ends += self.ends[at:]
        while lines and not lines[-1] and not self.ends_with_newline:  # it would be the newline that was not there
            del lines[-1], ends[-1]
        return TextFile(tuple(lines), self._closed(ends), self.has_bom)

    def _closed(self, ends: Sequence[str]) -> tuple[str, ...]:
        inner = tuple(end or self.newline for end in ends)
        return inner if self.ends_with_newline or not inner else (*inner[:-1], "")
