"""Edits by name, on the syntax tree; plain text, because code inside of JSON costs quality.

    *** Replace: src/basket.ts :: subtotal
    export function subtotal(lines: readonly Line[]): Cents {
      return lines.reduce((sum, line) => sum + line.price, 0);
    }
    *** End
    *** Import: src/basket.ts
    import { round } from "./money";
    *** End
    *** Write: src/rounding.ts
    export const STEP = 5;
    *** End

A text that has a line `*** End` is written with more asterisks at both ends.
"""

import re
from collections.abc import Iterator

from app.generation.edits.edit import AddImport, DeleteFile, Edit, RenameFile, ReplaceDefinition, WriteFile
from app.generation.edits.reading.names import clean, deleted, fence, renamed
from app.generation.edits.reading.reader import EditReader

_HEAD = re.compile(
    r"^(?P<stars>\*{3,40}) (?P<verb>Replace|Import|Write): (?P<path>\S.*?)(?: :: (?P<name>[\w$.#]+))?\s*$"
)


class StructuralReader(EditReader):
    """Reads edits by name, and `*** Delete File: PATH` and `*** Rename File: PATH -> PATH` between them."""

    def __init__(self) -> None:
        super().__init__()
        self._head: re.Match[str] | None = None
        self._began = 0
        self._lines: list[str] = []

    def _read(self, line: str) -> Iterator[Edit]:
        head = _HEAD.match(line[:1_000])
        if self._head is not None and line.rstrip() == f"{self._head['stars']} End":
            yield from self._edit(self._head)
            self._head = None
        elif self._head is not None and (head is None or head["stars"] != self._head["stars"]):
            self._lines.append(line)
        elif head is not None:
            self._broken_off(f"is not ended before another one begins on line {self._line}")
            self._head, self._began, self._lines = head, self._line, []
        else:
            yield from self._between(line)

    def _ended(self) -> Iterator[Edit]:
        self._broken_off("breaks off before its end: the answer was cut, or `*** End` is missing")
        yield from ()

    def _between(self, line: str) -> Iterator[Edit]:
        self._prose(line)
        if (path := deleted(line)) is not None:
            yield DeleteFile(path, self._line)
        elif (paths := renamed(line)) is not None:
            yield RenameFile(*paths, self._line)

    def _edit(self, head: re.Match[str]) -> Iterator[Edit]:
        path, name, code = clean(head["path"]), head["name"], _unfenced(self._lines)
        match head["verb"]:
            case "Write":
                yield WriteFile(path, "".join(f"{line}\n" for line in code), self._began)
            case "Import":
                yield AddImport(path, code, self._began)
            case _ if name:
                yield ReplaceDefinition(path, name, code, self._began)
            case _:
                words = "is to be edited by name, but none is given: write `*** Replace: PATH :: NAME`"
                self._problem("malformed", words, path=path, line=self._began)

    def _broken_off(self, words: str) -> None:
        if self._head is not None:
            self._problem("unfinished", f"has an edit that {words}", path=clean(self._head["path"]), line=self._began)


def _unfenced(lines: list[str]) -> tuple[str, ...]:
    """The lines without a fence around all of them."""
    texts = [place for place, line in enumerate(lines) if line.strip()]
    if len(texts) < 2:
        return tuple(lines)
    first, last = fence(lines[texts[0]]), fence(lines[texts[-1]])
    if first is None or last is None or not last.closes(first):
        return tuple(lines)
    return tuple(lines[texts[0] + 1 : texts[-1]])
