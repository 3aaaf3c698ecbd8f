"""git's objects as values, and how git writes them down: commits, tree entries, differences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

ObjectKind = Literal["blob", "tree", "commit", "tag"]
Status = Literal["added", "removed", "modified", "renamed", "copied", "changed"]
_STATUS: Mapping[str, Status] = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied"}


class GitError(Exception):
    """git refused; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    email: str
    date: datetime

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {int(self.date.timestamp())} +0000"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        who, _, rest = line.rpartition("> ")
        name, _, email = who.partition(" <")
        return cls(name, email, datetime.fromtimestamp(int(rest.split()[0]), UTC))


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str
    signature: str | None = None

    @property
    def payload(self) -> str:
        """The commit object without its signature: what was signed."""
        parents = "".join(f"parent {sha}\n" for sha in self.parents)
        return f"tree {self.tree}\n{parents}author {self.author}\ncommitter {self.committer}\n\n{self.message}"

    def raw(self) -> bytes:
        if self.signature is None:
            return self.payload.encode()
        head, _, message = self.payload.partition("\n\n")
        folded = self.signature.replace("\n", "\n ")
        return f"{head}\ngpgsig {folded}\n\n{message}".encode()


@dataclass(frozen=True, slots=True)
class TreeEntry:
    path: str
    mode: str
    kind: ObjectKind
    sha: str
    size: int | None


@dataclass(frozen=True, slots=True)
class TreeChange:
    """One path as it is to stand in a tree; no `sha` removes it."""

    path: str
    mode: str
    sha: str | None


@dataclass(frozen=True, slots=True)
class FileDiff:
    path: str
    previous_path: str | None
    status: Status
    sha: str
    additions: int
    deletions: int
    patch: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `head` has that `base` has not, from their merge base on."""

    merge_base: str | None
    ahead: tuple[str, ...]
    behind: int
    files: tuple[FileDiff, ...]

    @property
    def additions(self) -> int:
        return sum(file.additions for file in self.files)

    @property
    def deletions(self) -> int:
        return sum(file.deletions for file in self.files)


def may_be_in_tree(path: str) -> bool:
    """Whether a path stays inside the tree and outside `.git` (git itself only skips such paths)."""
    return "\0" not in path and not any(part.lower() in {"", ".", "..", ".git"} for part in path.split("/"))


def object_kind(word: str) -> ObjectKind:
    match word:
        case "blob" | "tree" | "commit" | "tag":
            return word
        case _:
            raise GitError(f"unknown object type {word!r}")


def parse_entry(line: str) -> TreeEntry:
    meta, _, path = line.partition("\t")
    mode, kind, sha, size = meta.split()
    return TreeEntry(path, mode, object_kind(kind), sha, int(size) if size.isdigit() else None)


def parse_commit(sha: str, text: str) -> Commit:
    head, _, message = text.partition("\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.replace("\n ", "\0").split("\n"):
        name, _, value = line.partition(" ")
        fields.setdefault(name, []).append(value.replace("\0", "\n"))
    return Commit(
        sha,
        fields["tree"][0],
        tuple(fields.get("parent", ())),
        Signature.parse(fields["author"][0]),
        Signature.parse(fields["committer"][0]),
        message,
        fields.get("gpgsig", [None])[0],
    )


def parse_diffs(listed: str, patches: str) -> Iterable[FileDiff]:
    bodies = iter(_split_patches(patches))
    words = iter(listed.split("\0"))
    for word in words:
        if not word.startswith(":"):
            continue
        _old_mode, _new_mode, old_sha, new_sha, letter = word[1:].split(" ")
        first = next(words)
        path, previous = (next(words), first) if letter[0] in "RC" else (first, None)
        body = next(bodies, "")
        hunks = body[body.find("\n@@") + 1 :] if "\n@@" in body else None
        lines = hunks.splitlines() if hunks else []
        yield FileDiff(
            path,
            previous,
            _STATUS.get(letter[0], "changed"),
            old_sha if letter[0] == "D" else new_sha,
            sum(line.startswith("+") for line in lines),
            sum(line.startswith("-") for line in lines),
            hunks.rstrip("\n") if hunks else None,
        )


def _split_patches(patches: str) -> Sequence[str]:
    parts = f"\n{patches}".split("\ndiff --git ")
    return parts[1:]
