"""Files and definitions that a request names."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.generation.context.blob_index import BlobIndex

_PATH = re.compile(r"(?<![\w/])(?:\./)?(?P<path>[\w.@+()\[\]-]+(?:/[\w.@+()\[\]-]+)*)(?:(?::|#L)(?P<line>\d{1,6}))?")
_NAME = re.compile(
    r"`([A-Za-z_$][\w$.]{2,80})(?:\([^`]*\))?`|\b([A-Za-z_$][\w$]{2,80}(?:\.[A-Za-z_$][\w$]{2,80})*)(?:\(\))?"
)
_LOOKS_LIKE_CODE = re.compile(r"[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z\d]|\w\.\w|\(\)$")
_MOST_FILES_OF_A_NAME = 5
_MOST_MENTIONS = 40


@dataclass(frozen=True, slots=True)
class Mention:
    """A file that the request names or whose definition it names, the words, and the lines that are meant, if any."""

    path: str
    words: str
    lines: tuple[tuple[int, int], ...] = ()


def mentioned_paths(text: str, paths: Collection[str]) -> tuple[Mention, ...]:
    """The files that a text names by their path, the end of it, or their name, in the order of the text."""
    by_name: dict[str, list[str]] = {}
    for path in paths:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    found: dict[str, Mention] = {}
    for match in _PATH.finditer(text):
        bare = match["path"].strip("()[]").rstrip(".")
        line = int(match["line"]) if match["line"] else None
        for words in dict.fromkeys((match["path"], bare)):  # folders may have brackets, and sentences too
            for path in _meant(words, by_name):
                shown = f"{words}:{line}" if line else words
                found.setdefault(path, Mention(path, shown, ((line, line),) if line else ()))
    return tuple(found.values())[:_MOST_MENTIONS]


def _meant(words: str, by_name: Mapping[str, list[str]]) -> Iterator[str]:
    name = words.rpartition("/")[2]
    if "." not in name.lstrip("."):
        return
    candidates = by_name.get(name, [])
    exact = [path for path in candidates if path == words]
    ending = [path for path in candidates if path.endswith(f"/{words}")]
    found = exact or ending
    if len(found) <= _MOST_FILES_OF_A_NAME:
        yield from sorted(found)


def mentioned_names(text: str, known: Mapping[str, BlobIndex]) -> tuple[Mention, ...]:
    """The files that define what a text names, with the lines of the definitions, in the order of the text.

    A name is one that is quoted as code, or looks like nothing else. What more than five files define says nothing.
    """
    wanted = dict.fromkeys(_names(text))
    ends = {name.rpartition(".")[2] for name in wanted}
    defined: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for path, index in known.items():
        for qualified, _, first, last in index.symbols:
            short = qualified.rpartition(".")[2]
            if short in ends:
                for name in {qualified, short} & wanted.keys():
                    defined.setdefault(name, {}).setdefault(path, []).append((first, last))
    found: dict[str, Mention] = {}
    for name in wanted:
        places = defined.get(name, {})
        if len(places) <= _MOST_FILES_OF_A_NAME:
            for path in sorted(places):
                before = found.get(path)
                lines = (*(before.lines if before else ()), *places[path])
                found[path] = Mention(path, before.words if before else name, tuple(dict.fromkeys(lines)))
    return tuple(found.values())[:_MOST_MENTIONS]


def _names(text: str) -> Iterator[str]:
    for match in _NAME.finditer(text):
        quoted, bare = match[1], match[2]
        if quoted:
            yield quoted
            yield quoted.rpartition(".")[2]
        elif bare and _LOOKS_LIKE_CODE.search(match[0]):
            yield bare
            yield bare.rpartition(".")[2]
