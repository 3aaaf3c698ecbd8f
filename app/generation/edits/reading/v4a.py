"""V4A patches, the form of OpenAI's `apply_patch` tool.

    *** Begin Patch
    *** Update File: src/basket.ts
    @@ export function quote(
       const before = subtotal(lines);
    -  const goods = before;
    +  const goods = before - discount;
    *** End Patch

https://developers.openai.com/api/docs/guides/tools-apply-patch
"""

import re
from collections.abc import Iterator
from typing import Literal

from app.generation.edits.edit import DeleteFile, Edit, RenameFile, Replace, WriteFile
from app.generation.edits.reading.names import clean
from app.generation.edits.reading.reader import EditReader

_SECTION = re.compile(r"^\*\*\* (?P<kind>Add|Update|Delete) File: (?P<path>\S.*?)\s*$")
_MOVE = re.compile(r"^\*\*\* Move to: (?P<path>\S.*?)\s*$")
_LINE_NUMBERS = re.compile(r"^-\d+(?:,\d+)? \+\d+(?:,\d+)?(?: @@)?")


class V4AReader(EditReader):
    """Reads a patch: each part of an update is an edit as soon as it ends."""

    def __init__(self) -> None:
        super().__init__()
        self._part: Literal["outside", "patch", "add", "update"] = "outside"
        self._path = ""
        self._began = 0
        self._hunk_began = 0
        self._edits = 0
        self._anchors: list[str] = []
        self._before: list[str] = []
        self._after: list[str] = []
        self._changes = False
        self._is_broken = False

    def _read(self, line: str) -> Iterator[Edit]:
        word = line.rstrip()
        section = _SECTION.match(line)
        if self._part == "outside":
            self._prose(line)
            self._part = "patch" if word == "*** Begin Patch" else "outside"
        elif word == "*** End Patch":
            yield from self._end_section()
            self._part = "outside"
        elif section is not None:
            yield from self._end_section()
            yield from self._begin(section["kind"], clean(section["path"]))
        elif self._part == "add":
            self._read_added(line)
        elif self._part == "update":
            yield from self._read_update(line)
        elif word:
            self._problem("malformed", "the patch has a line outside of any file: begin with `*** Update File: PATH`")

    def _ended(self) -> Iterator[Edit]:
        if self._part != "outside":
            words = "the patch has no `*** End Patch`: the answer was cut, or the line is missing"
            self._problem("unfinished", words, line=self._began or self._line)
        yield from ()

    def _begin(self, kind: str, path: str) -> Iterator[Edit]:
        self._path, self._began, self._edits, self._is_broken = path, self._line, 0, False
        self._clear()
        if kind == "Delete":
            self._part = "patch"
            yield DeleteFile(path, self._line)
        else:
            self._part = "add" if kind == "Add" else "update"

    def _clear(self) -> None:
        self._anchors, self._before, self._after, self._changes = [], [], [], False
        self._hunk_began = self._line

    def _read_added(self, line: str) -> None:
        if line.startswith("+"):
            self._after.append(line[1:])
        elif line.strip():
            self._malformed("has a line of a new file that does not begin with `+`")

    def _read_update(self, line: str) -> Iterator[Edit]:
        if (move := _MOVE.match(line)) is not None:
            self._edits += 1
            yield RenameFile(self._path, clean(move["path"]), self._line)
        elif line.startswith("@@"):
            yield from self._anchor(line.removeprefix("@@").strip())
        elif line.rstrip() == "*** End of File":
            yield from self._end_hunk(at_end=True)
        else:
            self._read_change(line)

    def _anchor(self, words: str) -> Iterator[Edit]:
        if self._before or self._after:
            yield from self._end_hunk()
        elif not self._anchors:
            self._hunk_began = self._line
        words = _LINE_NUMBERS.sub("", words).removesuffix("@@").strip()
        if words:
            self._anchors.append(words)

    def _read_change(self, line: str) -> None:
        if not self._before and not self._after and not self._anchors:
            self._hunk_began = self._line
        sign, text = line[:1], line[1:]
        if sign in (" ", "-", ""):
            self._before.append(text)
        if sign in (" ", "+", ""):
            self._after.append(text)
        self._changes = self._changes or sign in ("-", "+")
        if sign not in (" ", "-", "+", ""):
            self._malformed("has a line that begins neither with a space nor with `+` or `-`")

    def _end_hunk(self, *, at_end: bool = False) -> Iterator[Edit]:
        if self._changes and not self._is_broken:
            self._edits += 1
            yield Replace(
                self._path,
                tuple(self._before),
                tuple(self._after),
                self._hunk_began,
                tuple(self._anchors),
                at_end,
                in_order=True,
            )
        elif (self._before or self._after) and any(self._before) and not self._is_broken:
            self._problem("no change", "has a part without any `+` or `-`", path=self._path, line=self._hunk_began)
        self._clear()

    def _end_section(self) -> Iterator[Edit]:
        if self._part == "add" and not self._is_broken:
            yield WriteFile(self._path, "".join(f"{line}\n" for line in self._after), self._began, only_new=True)
        elif self._part == "update":
            yield from self._end_hunk()
            if not self._edits and not self._is_broken:
                self._problem("no change", "is to be updated, but nothing of it changes", path=self._path)
        self._part = "patch"

    def _malformed(self, words: str) -> None:
        """Said once of each file: what follows is as little to be trusted."""
        if not self._is_broken:
            self._problem("malformed", words, path=self._path)
        self._is_broken = True
