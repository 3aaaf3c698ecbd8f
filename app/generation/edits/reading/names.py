"""How answers name files: on a line above a block, plain or in the marks of Markdown, or beside a fence."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^ {0,3}(?P<run>`{3,}|~{3,})\s*(?P<words>[^`]*)$")
_LABEL = re.compile(r"^(?:file(?: ?name)?|path)\s*:\s*", re.IGNORECASE)
_MARKED = re.compile(r"^[#*\s]*(?P<tick>`)(?P<name>[^`]+)`[*\s:]*$")
_BARE = re.compile(r"^[#*\s]*(?P<name>[^\s`*#:][^\s`*:]*)[*\s:]*$")
_DELETE = re.compile(r"^\*\*\* Delete File: (?P<path>.+?)\s*$")
_RENAME = re.compile(r"^\*\*\* Rename File: (?P<path>.+?) -> (?P<to>.+?)\s*$")
_LONGEST = 400
_EXTENSION = re.compile(r"[^/]*\.[A-Za-z]\w*$")
_WITHOUT_EXTENSION = frozenset(
    [
        *("Dockerfile", "Makefile", "Procfile", "Gemfile", "Rakefile", "Justfile", "Jenkinsfile", "Caddyfile"),
        *("LICENSE", "NOTICE", "README", "CHANGELOG", "CODEOWNERS", "AUTHORS", "VERSION"),
    ]
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that opens or closes a block of code; `words` stand beside an opening one."""

    run: str
    words: str

    def closes(self, opening: "Fence") -> bool:
        """https://spec.commonmark.org/0.31.2/#fenced-code-blocks"""
        return not self.words and self.run[0] == opening.run[0] and len(self.run) >= len(opening.run)

    @property
    def name(self) -> str | None:
        """The file that is named beside the fence, after a language or alone."""
        word = self.words.split()[-1] if self.words else ""
        name = word.rpartition(":")[2].removeprefix("path=").removeprefix("title=").strip("\"'")
        return clean(name) if _is_path(name) else None


def fence(line: str) -> Fence | None:
    if len(line) > _LONGEST:
        return None
    found = _FENCE.match(line)
    return Fence(found["run"], found["words"].strip()) if found else None


def named(line: str) -> str | None:
    """The path that a line consists of; one with spaces only between backticks. “Run:” is none."""
    if len(line) > _LONGEST:
        return None
    bare = _LABEL.sub("", line.strip().strip("*").lstrip("#").strip())
    found = _MARKED.match(bare) or _BARE.match(bare)
    name = clean(found["name"]) if found else ""
    return name if _is_path(name) else None


def _is_path(name: str) -> bool:
    return "/" in name or _EXTENSION.fullmatch(name) is not None or name in _WITHOUT_EXTENSION


def clean(path: str) -> str:
    """`./src/a.ts` is the same file as `src/a.ts`."""
    return path.strip().removeprefix("./")


def deleted(line: str) -> str | None:
    found = _DELETE.match(line[:_LONGEST])
    return clean(found["path"]) if found else None


def renamed(line: str) -> tuple[str, str] | None:
    found = _RENAME.match(line[: 2 * _LONGEST])
    return (clean(found["path"]), clean(found["to"])) if found else None
