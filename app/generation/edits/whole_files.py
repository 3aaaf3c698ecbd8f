"""A file that an answer gives whole: new, or in place of the one that is there."""

from collections.abc import Sequence
from itertools import takewhile

from app.domain.change import GeneratedFile, Mode
from app.generation.edits.edit import Edit, WriteFile
from app.generation.edits.lazy import left_out
from app.generation.edits.result import Problem, Reason
from app.generation.edits.text_file import Splice, TextFile
from app.generation.patterns.source import MAX_FILE_BYTES

_MAY_BE_EMPTY = frozenset(["__init__.py", "py.typed", ".gitkeep", ".keep", ".nojekyll"])


class Refused(Exception):
    """Edits of a file that cannot be made; where they are `all_of_it`, none of that file can."""

    def __init__(self, problems: tuple[Problem, ...], *, all_of_it: bool = True) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
        self.all_of_it = all_of_it


def created(edit: WriteFile) -> GeneratedFile:
    """A file that was not there, which ends with a newline.

    Raises:
        Refused: it would be empty, or code is left out.
    """
    name = edit.path.rpartition("/")[2]
    if not edit.content.strip() and name not in _MAY_BE_EMPTY:
        raise refused("empty", edit, "would be a new file with nothing in it")
    _check_nothing_left_out(edit, ())
    text = edit.content.replace("\r\n", "\n")
    return GeneratedFile(edit.path, text if text.endswith("\n") or not text else f"{text}\n", "create")


def replaced(edit: WriteFile, before: bytes, mode: Mode) -> GeneratedFile:
    """The file with other content, and with its byte order mark, line ends, last line end and mode.

    Raises:
        Refused: it was to be new, is no text, would be empty or stay as it is, or code is left out.
    """
    if edit.only_new and before.strip():
        raise refused("name taken", edit, "is there already: say which of its lines change")
    file = TextFile.of(decoded(edit, before))
    if not edit.content.strip():
        raise refused("empty", edit, "would be left empty: delete the file if that is meant")
    _check_nothing_left_out(edit, file.lines)
    text = _rewritten(file, edit.content).text
    if text.encode() == before:
        raise refused("already applied", edit, "is like this already: leave this edit out")
    return GeneratedFile(edit.path, text, "modify", mode)


def decoded(edit: Edit, content: bytes) -> str:
    """The text of a file.

    Raises:
        Refused: it is too large to be edited, or not UTF-8.
    """
    if len(content) > MAX_FILE_BYTES:
        raise refused("too large", edit, f"is larger than the {MAX_FILE_BYTES // 1024} KiB that ACS edits")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refused("not text", edit, f"is not UTF-8 text (line {line}): it cannot be edited") from error


def refused(reason: Reason, edit: Edit, words: str) -> Refused:
    return Refused((Problem(reason, edit.path, edit.line, words, edit),))


def _check_nothing_left_out(edit: WriteFile, known: Sequence[str]) -> None:
    comment = left_out(edit.path, TextFile.of(edit.content).lines, known)
    if comment is not None:
        words = f"would lose code for which “{comment.strip()[:80]}” stands: write the whole file out"
        raise refused("code left out", edit, words)


def _rewritten(file: TextFile, content: str) -> TextFile:
    """Lines that do not change at the beginning and the end keep their own line ends."""
    new = TextFile.of(content).lines
    head = _alike(file.lines, new)
    tail = _alike(file.lines[head:][::-1], new[head:][::-1])
    return file.spliced([Splice(head, len(file.lines) - tail, new[head : len(new) - tail])])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
