"""Edits of a base, all of them or none: what the repository would be, or every reason why not.

Pure: nothing is written anywhere. An edit has one place or none, never by likeness, and never in another file than
the named one.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from app.domain.change import GeneratedFile, Mode, Operation
from app.errors import RepoError
from app.generation.edits.edit import (
    AddImport,
    DeleteFile,
    Edit,
    RenameFile,
    Replace,
    ReplaceDefinition,
    TextEdit,
    WriteFile,
)
from app.generation.edits.placing import Placed
from app.generation.edits.result import Applied, PlacedHunk, Problem, Rejected
from app.generation.edits.text_file import TextFile
from app.generation.edits.texts import edited
from app.generation.edits.tree import Base, Tree, Written
from app.generation.edits.whole_files import Refused, created, decoded, refused, replaced

MAX_EDITS = 1_000
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class _Outcome:
    """What was worked out so far; `failed` are the edits that did not fit, by identity."""

    files: list[GeneratedFile] = field(default_factory=list[GeneratedFile])
    placed: list[Placed] = field(default_factory=list[Placed])
    problems: list[Problem] = field(default_factory=list[Problem])
    failed: set[int] = field(default_factory=set[int])


def apply(edits: Sequence[Edit], base: Base) -> Applied | Rejected:
    """The change that all edits together make of a base.

    Each edit is of the base as it is, not of what the edits before it made, but see `texts.edited`.
    """
    if not edits:
        return Rejected((Problem("no edits", None, 0, "there is no edit in the answer"),), ())
    if len(edits) > MAX_EDITS:
        words = f"there are {len(edits):,} edits in the answer, more than the {MAX_EDITS:,} that ACS applies at once"
        return Rejected((Problem("too large", None, 0, words),), ())
    outcome = _Outcome()
    change = _Change(Tree(base), edits)
    for group in change.groups.values():
        change.make(group, outcome)
    if outcome.problems:
        problems = sorted(outcome.problems, key=lambda problem: problem.line)
        return Rejected(tuple(problems), tuple(edit for edit in edits if id(edit) not in outcome.failed))
    placed = sorted(outcome.placed, key=lambda one: one.edit.line)
    return Applied(tuple(sorted(outcome.files, key=lambda file: file.path)), tuple(map(_hunk, placed)))


class _Change:
    """All edits, by the path that they name in the base."""

    def __init__(self, tree: Tree, edits: Sequence[Edit]) -> None:
        self._tree = tree
        self.groups: dict[str, list[Edit]] = {}
        for edit in edits:
            self.groups.setdefault(edit.path, []).append(edit)
        gone = {edit.path for edit in edits if isinstance(edit, DeleteFile | RenameFile)}
        stay = [edit for edit in edits if isinstance(edit, RenameFile) or edit.path not in gone]
        self._written = Written(map(_target, stay), gone)

    def make(self, edits: Sequence[Edit], outcome: _Outcome) -> None:
        """Add to the outcome what becomes of one path of the base."""
        try:
            self._check(edits)
            outcome.files += self._made(edits, outcome.placed)
        except Refused as why:
            outcome.problems += why.problems
            failed = edits if why.all_of_it else [problem.edit for problem in why.problems]
            outcome.failed |= {id(edit) for edit in failed}

    def _check(self, edits: Sequence[Edit]) -> None:
        """Raise `Refused` unless the edits go together and write nothing but what they name."""
        for edit in edits:
            if any(map(_UNWRITABLE.search, _texts(edit))):
                raise refused("malformed", edit, "would get a character that is no text: U+0000 or half of a pair")
        whole = any(isinstance(edit, WriteFile | DeleteFile) for edit in edits)
        renames = [edit for edit in edits if isinstance(edit, RenameFile)]
        if len(renames) > 1 or (whole and len(edits) > 1):
            kinds = ", ".join(dict.fromkeys(map(_kind, edits)))
            raise refused("conflict", edits[-1], f"is edited in ways that exclude each other: {kinds}")
        if (reason := self._tree.why_not(edits[0].path)) is not None:
            raise refused("path", edits[0], reason)
        for rename in renames:
            self._check_rename(rename)
        self._check_new_name(renames[0] if renames else edits[0])

    def _check_rename(self, edit: RenameFile) -> None:
        reason = self._tree.why_not(edit.to)
        if reason is None and edit.to in self._tree.files:
            reason = "is there already"
        if reason is None and self._written.count(edit.to) > 1:
            reason = "is written by another edit too"
        if reason is not None:
            raise refused("path", edit, f"cannot become {edit.to[:250]}, which {reason}")

    def _check_new_name(self, edit: Edit) -> None:
        target = _target(edit)
        if target is None or target in self._tree.files:
            return
        other = self._tree.collision(target, self._written)
        if other is not None:
            words = f"differs from {other} only in case, or in how letters are composed, or one is a folder"
            raise refused("path", edit, f"{words}: use one of the two names")

    def _made(self, edits: Sequence[Edit], placed: list[Placed]) -> Iterator[GeneratedFile]:
        first = edits[0]
        before = self._read(first)
        mode = self._tree.base.mode(first.path)
        if isinstance(first, WriteFile):
            yield created(first) if before is None else replaced(first, before, mode)
        elif before is None:
            words = "is not there: name a file of the repository as it is called now"
            raise Refused(tuple(Problem("not found", edit.path, edit.line, words, edit) for edit in edits))
        elif isinstance(first, DeleteFile):
            yield GeneratedFile(first.path, "", "delete", mode)
        else:
            yield from _edited(edits, before, mode, placed)

    def _read(self, edit: Edit) -> bytes | None:
        if edit.path not in self._tree.files:
            return None
        try:
            return self._tree.base.read(edit.path)
        except RepoError as error:
            raise refused("too large", edit, "is larger than ACS reads") from error


def _edited(edits: Sequence[Edit], before: bytes, mode: Mode, placed: list[Placed]) -> Iterator[GeneratedFile]:
    """The file with other lines, under another name, or both."""
    texts = [edit for edit in edits if isinstance(edit, Replace | ReplaceDefinition | AddImport)]
    rename = next((edit for edit in edits if isinstance(edit, RenameFile)), None)
    content = before
    if texts:
        content, found = _text_edited(texts, before)
        placed += found
    if rename is None:
        yield _file(edits[0].path, content, "modify", mode)
    else:
        yield GeneratedFile(rename.path, "", "delete", mode)
        yield _file(rename.to, content, "create", mode)


def _text_edited(edits: Sequence[TextEdit], before: bytes) -> tuple[bytes, Collection[Placed]]:
    result = edited(TextFile.of(decoded(edits[0], before)), edits)
    if result.problems:
        raise Refused(result.problems, all_of_it=False)
    content = result.file.text.encode()
    if content == before:
        raise refused("no change", edits[-1], "would stay as it is after all edits together")
    if not content.strip():
        raise refused("empty", edits[-1], "would be left empty: delete the file if that is meant")
    return content, result.placed


def _file(path: str, content: bytes, operation: Operation, mode: Mode) -> GeneratedFile:
    try:
        return GeneratedFile(path, content.decode(), operation, mode)
    except UnicodeDecodeError:
        return GeneratedFile(path, b64encode(content).decode(), operation, mode, "base64")


def _hunk(placed: Placed) -> PlacedHunk:
    start = min((splice.start for splice in placed.splices), default=placed.start)
    return PlacedHunk(placed.edit.path, start + 1, placed.level)


def _target(edit: Edit) -> str | None:
    """The path that is there afterwards because of an edit."""
    match edit:
        case RenameFile(to=to):
            return to
        case DeleteFile():
            return None
        case _:
            return edit.path


def _texts(edit: Edit) -> Sequence[str]:
    match edit:
        case WriteFile(content=content):
            return (content,)
        case Replace(search=search, replacement=replacement):
            return (*search, *replacement)
        case ReplaceDefinition(code=code) | AddImport(code=code):
            return code
        case DeleteFile() | RenameFile():
            return ()
        case _:
            assert_never(edit)


def _kind(edit: Edit) -> str:
    match edit:
        case WriteFile():
            return "a whole file"
        case Replace():
            return "lines"
        case ReplaceDefinition():
            return "a definition"
        case AddImport():
            return "imports"
        case DeleteFile():
            return "deletion"
        case RenameFile():
            return "renaming"
        case _:
            assert_never(edit)
