"""One bare repository, read and written through git's plumbing: argument lists, no shell, nobody's configuration."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

ObjectKind = Literal["blob", "tree", "commit", "tag"]
Status = Literal["added", "removed", "modified", "renamed", "copied", "changed"]
NO_SHA = "0" * 40
CONFIG = """\
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[http]
\treceivepack = true
[receive]
\tfsckObjects = true
\tautogc = false
\thideRefs = refs/pull
[gc]
\tauto = 0
"""
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


@lru_cache
def git_program() -> str:
    found = shutil.which("git")
    if found is None:
        raise FileNotFoundError("git is not on the PATH: install git 2.38 or newer")
    return found


def environment(**more: str) -> dict[str, str]:
    """What git may see: no configuration of the machine or of its user, no prompt."""
    return {
        "PATH": f"{Path(git_program()).parent}{os.pathsep}{os.defpath}",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        **more,
    }


class BareRepository:
    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, default_branch: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._run("init", "--bare", "--quiet", "--template=", f"--initial-branch={default_branch}", str(self.path))
        with (self.path / "config").open("a") as config:
            config.write(CONFIG)

    def delete(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def resolve(self, ref: str, kind: ObjectKind = "commit") -> str | None:
        """The object a branch, tag or (abbreviated) SHA names, where it is of that kind."""
        try:
            wanted = f"{ref}^{{{kind}}}"
            return self._run("rev-parse", "--verify", "--quiet", "--end-of-options", wanted).decode().strip()
        except GitError:
            return None

    def kind(self, sha: str) -> ObjectKind | None:
        try:
            return _object_kind(self._run("cat-file", "-t", sha).decode().strip())
        except GitError:
            return None

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        out = self._run("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode()
        return {name: sha for name, _, sha in (line.rpartition(" ") for line in out.splitlines())}

    def head(self, branch: str) -> str | None:
        return self.resolve(f"refs/heads/{branch}")

    def commit(self, sha: str) -> Commit:
        return _parse_commit(sha, self._run("cat-file", "commit", sha).decode(errors="replace"))

    def tree(self, sha: str, *, recursive: bool) -> tuple[TreeEntry, ...]:
        flags = ["-r", "-t"] if recursive else []
        out = self._run("ls-tree", "--full-tree", "-z", "-l", *flags, sha).decode(errors="replace")
        return tuple(_parse_entry(line) for line in out.split("\0") if line)

    def entry(self, sha: str, path: str) -> TreeEntry | None:
        out = self._run("--literal-pathspecs", "ls-tree", "--full-tree", "-z", "-l", sha, "--", path).decode(
            errors="replace"
        )
        return next((_parse_entry(line) for line in out.split("\0") if line), None)

    def blob(self, sha: str) -> bytes:
        return self._run("cat-file", "blob", sha)

    def write(self, kind: ObjectKind, content: bytes) -> str:
        return self._run("hash-object", "-t", kind, "-w", "--stdin", feed=content).decode().strip()

    def write_tree(self, base: str | None, changes: Iterable[TreeChange]) -> str:
        """The tree `base` becomes (the empty one, without a base) when each change is made in turn.

        Raises:
            GitError: a path is not one a tree may hold, or stands in the way of another.
        """
        changes = list(changes)
        if bad := [change.path for change in changes if not may_be_in_tree(change.path)]:
            raise GitError(f"{bad[0]!r} cannot be a path in a tree")
        with tempfile.TemporaryDirectory() as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            if base is not None:
                self._run("read-tree", base, env=env)
            lines = [f"{c.mode if c.sha else 0} {c.sha or NO_SHA}\t{c.path}\0" for c in changes]
            self._run("update-index", "-z", "--index-info", feed="".join(lines).encode(), env=env)
            return self._run("write-tree", env=env).decode().strip()

    def write_commit(self, commit: Commit) -> str:
        return self.write("commit", commit.raw())

    def commit_folder(self, folder: Path, author: Signature, message: str) -> str:
        """A root commit of every file in the folder, ignored ones too; file modes are kept."""
        with tempfile.TemporaryDirectory() as scratch:
            env = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
            self._run(f"--work-tree={folder}", "add", "--all", "--force", ".", env=env, cwd=folder)
            tree = self._run("write-tree", env=env).decode().strip()
        return self.write_commit(Commit("", tree, (), author, author, message))

    def update_ref(self, ref: str, new: str, *, old: str) -> None:
        """Move a ref from `old` to `new` (`NO_SHA`: it must not be there yet).

        Raises:
            GitError: it stands elsewhere, or the name is not one a ref may have.
        """
        self._run("update-ref", "--end-of-options", ref, new, old)

    def delete_ref(self, ref: str, *, old: str) -> None:
        self._run("update-ref", "-d", "--end-of-options", ref, old)

    def is_ancestor(self, older: str, newer: str) -> bool:
        try:
            self._run("merge-base", "--is-ancestor", older, newer)
        except GitError:
            return False
        return True

    def merged_tree(self, base: str, head: str) -> str:
        """The tree of a merge.

        Raises:
            GitError: they conflict, or have no common history.
        """
        return self._run("merge-tree", "--write-tree", "--no-messages", base, head).decode().strip()

    def merges_cleanly(self, base: str, head: str) -> bool:
        try:
            self.merged_tree(base, head)
        except GitError:
            return False
        return True

    def history(self, sha: str, *, limit: int) -> tuple[str, ...]:
        return tuple(self._run("rev-list", f"--max-count={limit}", sha).decode().split())

    def compare(self, base: str, head: str) -> Comparison:
        return _compare(self.path, base, head)

    def diff(self, base: str | None, head: str) -> tuple[FileDiff, ...]:
        """The files that differ between two commits; with no base, all that a root commit brings."""
        ends = [base, head] if base else ["--root", head]
        flags = ["-r", "-M", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--full-index"]
        listed = self._run("diff-tree", *flags, "--raw", "-z", "--abbrev=40", *ends).decode(errors="replace")
        patches = self._run("diff-tree", *flags, "--patch", "--src-prefix=a/", "--dst-prefix=b/", *ends)
        return tuple(_file_diffs(listed, patches.decode(errors="replace")))

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return self._run("merge-base", one, other).decode().strip()
        except GitError:
            return None

    def _run(
        self, *args: str, feed: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> bytes:
        done = subprocess.run(
            [git_program(), f"--git-dir={self.path}", *args],
            input=feed,
            capture_output=True,
            env=environment(**(env or {})),
            cwd=cwd,
            check=False,
        )
        if done.returncode != 0:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"git {args[0]} said no")
        return done.stdout


@lru_cache(maxsize=512)
def _compare(path: Path, base: str, head: str) -> Comparison:
    repository = BareRepository(path)
    fork = repository.merge_base(base, head)
    run = repository._run  # pyright: ignore[reportPrivateUsage]  # cached beside the class: commits never change
    ahead = tuple(run("rev-list", "--reverse", "--topo-order", f"{base}..{head}").decode().split())
    behind = int(run("rev-list", "--count", f"{head}..{base}"))
    return Comparison(fork, ahead, behind, repository.diff(fork, head) if fork else ())


def _object_kind(word: str) -> ObjectKind:
    match word:
        case "blob" | "tree" | "commit" | "tag":
            return word
        case _:
            raise GitError(f"unknown object type {word!r}")


def _parse_entry(line: str) -> TreeEntry:
    meta, _, path = line.partition("\t")
    mode, kind, sha, size = meta.split()
    return TreeEntry(path, mode, _object_kind(kind), sha, int(size) if size.isdigit() else None)


def _parse_commit(sha: str, text: str) -> Commit:
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


def _file_diffs(listed: str, patches: str) -> Iterable[FileDiff]:
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
