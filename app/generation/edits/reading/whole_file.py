"""Whole files, each in a fenced block with its path above it, or beside the fence.

    src/index.ts
    ```ts
    export { quote } from "./basket";
    ```

A fence inside of a file is part of it when it is shorter than the one around, or has words beside it that open an inner
block. What stays open to doubt is a problem, not a shorter file.
"""

from collections.abc import Iterator

from app.generation.edits.edit import DeleteFile, Edit, RenameFile, WriteFile
from app.generation.edits.reading.names import Fence, deleted, fence, named, renamed
from app.generation.edits.reading.reader import EditReader


class WholeFileReader(EditReader):
    """Reads whole files, and `*** Delete File: PATH` and `*** Rename File: PATH -> PATH` between them."""

    def __init__(self) -> None:
        super().__init__()
        self._above: str | None = None
        self._opening: Fence | None = None
        self._path: str | None = None
        self._inner = 0
        self._began = 0
        self._lines: list[str] = []
        self._last: tuple[str, Fence] | None = None

    def _read(self, line: str) -> Iterator[Edit]:
        found = fence(line)
        if self._opening is None:
            yield from self._between(line, found)
        elif found is None or not self._ends(self._opening, found):
            self._keep(line)
        else:
            yield from self._close(self._opening)

    def _ended(self) -> Iterator[Edit]:
        if self._opening is not None and self._path is not None:
            words = "has a block that is not closed: the answer was cut, or a fence inside of the file closed it"
            self._problem("unfinished", words, path=self._path, line=self._began)
        elif self._opening is not None:
            self._doubt("is followed by a fence that nothing closes")
        yield from ()

    def _between(self, line: str, found: Fence | None) -> Iterator[Edit]:
        self._prose(line)
        if found is not None:
            self._open(found)
        elif (path := deleted(line)) is not None:
            yield DeleteFile(path, self._line)
        elif (paths := renamed(line)) is not None:
            yield RenameFile(*paths, self._line)
        elif line.strip():
            self._above = line

    def _open(self, opening: Fence) -> None:
        above = named(self._above) if self._above is not None else None
        self._path = above or opening.name
        if self._path is None and not opening.words:
            self._doubt("is followed by a fence without a file name")
        self._opening, self._inner, self._began, self._lines = opening, 0, self._line, []
        self._above = None

    def _ends(self, opening: Fence, found: Fence) -> bool:
        """Whether a fence closes the file; one with words opens a block in it, which the next one closes."""
        if found.run[0] != opening.run[0] or len(found.run) < len(opening.run):
            return False
        if found.words:
            self._inner += 1
            return False
        if self._inner:
            self._inner -= 1
            return False
        return True

    def _keep(self, line: str) -> None:
        if self._path is None:
            self._prose(line)
        else:
            self._lines.append(line)

    def _close(self, opening: Fence) -> Iterator[Edit]:
        self._opening = None
        if self._path is not None:
            self._last = (self._path, opening)
            yield WriteFile(self._path, "".join(f"{line}\n" for line in self._lines), self._began)

    def _doubt(self, words: str) -> None:
        """After a file, a bare fence may as well be the rest of it."""
        if self._last is not None:
            path, _ = self._last
            advice = "if it belongs to the file, put more backticks around the file than it has inside"
            self._problem("malformed", f"{words}, line {self._line}: {advice}", path=path)
