"""One bare repository, read and written through git's plumbing: argument lists, no shell, nobody's configuration."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.demo.github.git_objects import (
    Commit,
    Comparison,
    FileDiff,
    GitError,
    ObjectKind,
    Signature,
    TreeChange,
    TreeEntry,
    may_be_in_tree,
    object_kind,
    parse_commit,
    parse_diffs,
    parse_entry,
)

NO_SHA = "0" * 40
FULL_SHA = re.compile(r"[0-9a-f]{40}")
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


@dataclass(frozen=True, slots=True)
class BareRepository:
    path: Path

    def create(self, default_branch: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.run("init", "--bare", "--quiet", "--template=", f"--initial-branch={default_branch}", str(self.path))
        with (self.path / "config").open("a") as config:
            config.write(CONFIG)

    def delete(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def resolve(self, ref: str, kind: ObjectKind = "commit") -> str | None:
        """The object a branch, tag or (abbreviated) SHA names, where it is of that kind."""
        try:
            wanted = f"{ref}^{{{kind}}}"
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", wanted).decode().strip()
        except GitError:
            return None

    def kind(self, sha: str) -> ObjectKind | None:
        """What an object is, by its full SHA; `None` where there is no such object."""
        if not FULL_SHA.fullmatch(sha):
            return None
        try:
            return object_kind(self.run("cat-file", "-t", sha).decode().strip())
        except GitError:
            return None

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        out = self.run("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode()
        return {name: sha for name, _, sha in (line.rpartition(" ") for line in out.splitlines())}

    def head(self, branch: str) -> str | None:
        return self.resolve(f"refs/heads/{branch}")

    def commit(self, sha: str) -> Commit:
        return _commit(self, sha)

    def tree(self, sha: str, *, recursive: bool) -> tuple[TreeEntry, ...]:
        flags = ["-r", "-t"] if recursive else []
        out = self.run("ls-tree", "--full-tree", "-z", "-l", *flags, sha).decode(errors="replace")
        return tuple(parse_entry(line) for line in out.split("\0") if line)

    def entry(self, sha: str, path: str) -> TreeEntry | None:
        out = self.run("--literal-pathspecs", "ls-tree", "--full-tree", "-z", "-l", sha, "--", path).decode(
            errors="replace"
        )
        return next((parse_entry(line) for line in out.split("\0") if line), None)

    def blob(self, sha: str) -> bytes:
        return self.run("cat-file", "blob", sha)

    def write(self, kind: ObjectKind, content: bytes) -> str:
        return self.run("hash-object", "-t", kind, "-w", "--stdin", feed=content).decode().strip()

    def write_blobs(self, contents: Sequence[bytes]) -> list[str]:
        """The SHAs of many blobs, written by one process."""
        if not contents:
            return []
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, str(index)) for index in range(len(contents))]
            for path, content in zip(paths, contents, strict=True):
                path.write_bytes(content)
            names = "".join(f"{path}\n" for path in paths)
            return self.run("hash-object", "-w", "--no-filters", "--stdin-paths", feed=names.encode()).decode().split()

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
                self.run("read-tree", base, env=env)
            lines = [f"{c.mode if c.sha else 0} {c.sha or NO_SHA}\t{c.path}\0" for c in changes]
            self.run("update-index", "-z", "--index-info", feed="".join(lines).encode(), env=env)
            return self.run("write-tree", env=env).decode().strip()

    def write_commit(self, commit: Commit) -> str:
        return self.write("commit", commit.raw())

    def commit_folder(self, folder: Path, author: Signature, message: str) -> str:
        """A root commit of every file in the folder, ignored ones too; file modes are kept."""
        with tempfile.TemporaryDirectory() as scratch:
            env = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
            self.run(f"--work-tree={folder}", "add", "--all", "--force", ".", env=env, cwd=folder)
            tree = self.run("write-tree", env=env).decode().strip()
        return self.write_commit(Commit("", tree, (), author, author, message))

    def update_ref(self, ref: str, new: str, *, old: str) -> None:
        """Move a ref from `old` to `new` (`NO_SHA`: it must not be there yet).

        Raises:
            GitError: it stands elsewhere, or the name is not one a ref may have.
        """
        self.run("update-ref", "--end-of-options", ref, new, old)

    def delete_ref(self, ref: str, *, old: str) -> None:
        self.run("update-ref", "-d", "--end-of-options", ref, old)

    def is_ancestor(self, older: str, newer: str) -> bool:
        try:
            self.run("merge-base", "--is-ancestor", older, newer)
        except GitError:
            return False
        return True

    def merged_tree(self, base: str, head: str) -> str:
        """The tree of a merge.

        Raises:
            GitError: they conflict, or have no common history.
        """
        return self.run("merge-tree", "--write-tree", "--no-messages", base, head).decode().strip()

    def merges_cleanly(self, base: str, head: str) -> bool:
        try:
            self.merged_tree(base, head)
        except GitError:
            return False
        return True

    def history(self, sha: str, *, limit: int) -> tuple[str, ...]:
        return tuple(self.run("rev-list", f"--max-count={limit}", sha).decode().split())

    def compare(self, base: str, head: str) -> Comparison:
        return _compare(self, base, head)

    def diff(self, base: str | None, head: str) -> tuple[FileDiff, ...]:
        """The files that differ between two commits; with no base, all that a root commit brings."""
        return _diff(self, base, head)

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.run("merge-base", one, other).decode().strip()
        except GitError:
            return None

    def run(
        self, *args: str, feed: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> bytes:
        """What a git command writes.

        Raises:
            GitError: it failed.
        """
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


# What is said of commits by their SHAs stays true: it is read once.


@lru_cache(maxsize=4096)
def _commit(git: BareRepository, sha: str) -> Commit:
    return parse_commit(sha, git.run("cat-file", "commit", sha).decode(errors="replace"))


@lru_cache(maxsize=512)
def _compare(git: BareRepository, base: str, head: str) -> Comparison:
    fork = git.merge_base(base, head)
    ahead = tuple(git.run("rev-list", "--reverse", "--topo-order", f"{base}..{head}").decode().split())
    behind = int(git.run("rev-list", "--count", f"{head}..{base}"))
    return Comparison(fork, ahead, behind, git.diff(fork, head) if fork else ())


@lru_cache(maxsize=512)
def _diff(git: BareRepository, base: str | None, head: str) -> tuple[FileDiff, ...]:
    ends = [base, head] if base else ["--root", head]
    flags = ["-r", "-M", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--full-index"]
    listed = git.run("diff-tree", *flags, "--raw", "-z", "--abbrev=40", *ends).decode(errors="replace")
    patches = git.run("diff-tree", *flags, "--patch", "--src-prefix=a/", "--dst-prefix=b/", *ends)
    return tuple(parse_diffs(listed, patches.decode(errors="replace")))
