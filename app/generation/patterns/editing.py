"""Edits of a source, made together: only their bytes change, and the result is parsed again before anybody sees it."""

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.change import GeneratedFile
from app.domain.recipe import Place
from app.generation.patterns.source import NotEditable, Source, parse


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`text` instead of the characters from `start` to `end`; its newlines become those of the file."""

    start: int
    end: int
    text: str


def edited(source: Source, edits: Iterable[Edit]) -> GeneratedFile:
    """The file with all edits; line ends, byte order mark and mode stay as they are.

    Raises:
        NotEditable: the result would not parse, or would have lost a comment.
    """
    text = spliced(source.text, edits, newline=source.newline)
    try:
        root = parse(source.path, text, source.grammar)
    except NotEditable as error:
        message = f"the edited file would not parse ({error.place.words})"
        raise NotEditable(Place(source.path, error.place.line, message)) from error
    if source.grammar == "python" and _is_python(source.text) and not _is_python(text):
        raise NotEditable(Place(source.path, None, "the edited file would not be Python"))
    if len(root.find_all(kind="comment")) < len(source.root.find_all(kind="comment")):
        raise NotEditable(Place(source.path, None, "the edits would lose a comment: move it out of the way first"))
    return GeneratedFile(source.path, ("\ufeff" if source.has_bom else "") + text, "modify", source.mode)


def with_newlines(text: str, newline: str) -> str:
    return re.sub(r"\r?\n", newline, text)


def _is_python(text: str) -> bool:
    """Whether Python itself reads the text: the grammar of the syntax tree forgives wrong indentation."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is written there is not for us to judge
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def spliced(text: str, edits: Iterable[Edit], *, newline: str = "\n") -> str:
    """The text with all edits, which are made from the same original and must not overlap.

    Where several add something at the same place, they do so in their order.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ValueError(f"two edits overlap at character {edit.start}")
        pieces += [text[position : edit.start], with_newlines(edit.text, newline)]
        position = edit.end
    return "".join([*pieces, text[position:]])
