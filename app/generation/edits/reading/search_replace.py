"""SEARCH/REPLACE blocks: the form that most models write best.

    src/basket.ts
    ```ts
    <<<<<<< SEARCH
    const SHIPPING = 490;
    =======
    const SHIPPING = 590;
    >>>>>>> REPLACE
    ```

The three markers are equally long, so that a text with lines like them is edited with longer ones. Nothing between the
first two makes a new file. A block without a name directly after another block is of the same file.
"""

import re
from collections.abc import Iterator
from typing import Literal

from app.generation.edits.edit import DeleteFile, Edit, RenameFile, Replace, WriteFile
from app.generation.edits.reading.names import deleted, fence, named, renamed
from app.generation.edits.reading.reader import EditReader

_HEAD = re.compile(r"^<{5,40} ?SEARCH>?\s*$")
_TAIL = re.compile(r"^>{5,40} ?REPLACE\s*$")
_WIDTHS = re.compile(r"^[<>=]+")
_FURTHEST = 2  # lines with text between a name and its block: a fence at most


class SearchReplaceReader(EditReader):
    """Reads SEARCH/REPLACE blocks, and `*** Delete File: PATH` and `*** Rename File: PATH -> PATH` between them."""

    def __init__(self) -> None:
        super().__init__()
        self._part: Literal["prose", "search", "replace", "skipped"] = "prose"
        self._above: list[str] = []
        self._path: str | None = None
        self._width = 0
        self._began = 0
        self._search: list[str] = []
        self._replacement: list[str] = []

    def _read(self, line: str) -> Iterator[Edit]:
        if _HEAD.match(line[:80]):
            self._begin(line)
        elif self._part == "prose":
            yield from self._between(line)
        elif self._part == "skipped":
            self._prose(line)
            self._part = "prose" if _TAIL.match(line[:80]) else "skipped"
        elif self._part == "search":
            self._read_search(line)
        else:
            yield from self._read_replacement(line)

    def _ended(self) -> Iterator[Edit]:
        if self._part in ("search", "replace"):
            self._broken_off("breaks off before its end: the answer was cut, or `>>>>>>> REPLACE` is missing")
        yield from ()

    def _begin(self, line: str) -> None:
        if self._part in ("search", "replace"):
            self._broken_off(f"is not ended before another one begins on line {self._line}")
        path = self._named_above()
        self._began, self._width = self._line, _width(line)
        self._search, self._replacement, self._above = [], [], []
        if path is None:
            self._problem("no file name", "the block has no file name on the line above it, or above its fence")
            self._part = "skipped"
        else:
            self._part, self._path = "search", path

    def _named_above(self) -> str | None:
        """The name on the last line, or beyond a fence; the last block's if there is nothing between the two."""
        for line in reversed(self._above[-_FURTHEST:]):
            found = fence(line)
            if found is None:
                return named(line)
            if found.name is not None:
                return found.name
        is_between = any(fence(line) is None for line in self._above)
        return None if is_between else self._path

    def _between(self, line: str) -> Iterator[Edit]:
        self._prose(line)
        if (path := deleted(line)) is not None:
            yield DeleteFile(path, self._line)
        elif (paths := renamed(line)) is not None:
            yield RenameFile(*paths, self._line)
        elif line.strip():
            self._above = [*self._above[-_FURTHEST:], line]

    def _read_search(self, line: str) -> None:
        if self._is_divider(line):
            self._part = "replace"
        elif self._is_tail(line):
            self._broken_off(f"has no line of {self._width} equals signs between its two parts")
            self._part = "prose"
        else:
            self._search.append(line)

    def _read_replacement(self, line: str) -> Iterator[Edit]:
        if self._is_divider(line):
            self._broken_off(
                f"has a second line of {self._width} equals signs, on line {self._line}: "
                "where such a line is part of the text, make the three markers longer"
            )
            self._part = "skipped"
        elif self._is_tail(line):
            self._part = "prose"
            yield self._edit()
        else:
            self._replacement.append(line)

    def _edit(self) -> Edit:
        path = self._path or ""
        if not any(line.strip() for line in self._search):
            return WriteFile(path, "".join(f"{line}\n" for line in self._replacement), self._began, only_new=True)
        return Replace(path, tuple(self._search), tuple(self._replacement), self._began)

    def _is_divider(self, line: str) -> bool:
        return line.rstrip() == "=" * self._width

    def _is_tail(self, line: str) -> bool:
        return _TAIL.match(line[:80]) is not None and _width(line) == self._width

    def _broken_off(self, words: str) -> None:
        self._problem("unfinished", f"has a block that {words}", path=self._path, line=self._began)


def _width(line: str) -> int:
    found = _WIDTHS.match(line)
    return len(found[0]) if found else 0
