"""`Checkouts` by git over HTTP."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app.adapters.git.cache import CachedRepository, cached_repository
from app.adapters.git.checkout import MIB, GitCheckout, read_entries, too_large
from app.adapters.git.failures import failure, is_doubtful, no_such_commit
from app.adapters.git.process import Git, GitFailed, TooLarge
from app.domain.repo import BaseSha, RepoRef
from app.errors import RepoError
from app.ports.checkouts import DefaultBranch

EXACT_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SYMBOLIC_HEAD = re.compile(r"^ref: refs/heads/(\S+)\tHEAD$", re.MULTILINE)
HEAD = re.compile(r"^([0-9a-f]{40,64})\tHEAD$", re.MULTILINE)
T = TypeVar("T")

DOUBTED_FOR_S = (0.5, 1.5)


@dataclass(frozen=True, slots=True)
class GitLimits:
    """How large a repository may be, and how long the network may take.

    `packed_bytes` is what one fetch brings, `tree_bytes` all files of a commit together.
    """

    packed_bytes: int = 512 * MIB
    tree_bytes: int = 1024 * MIB
    files: int = 100_000
    ask: timedelta = timedelta(seconds=30)
    fetch: timedelta = timedelta(minutes=3)


class GitCheckouts:
    """Reads repositories of one code host through bare repositories below `cache`.

    `clone_url` names a repository without credentials; `token` is asked for an installation token for every request
    to the network. A refusal, and that something is not there, is doubted for two seconds: the code host may not know a
    new token or commit everywhere yet, and an outage can empty an answer.
    Nothing is ever deleted from the cache: while no worker runs, any folder in it may be.
    """

    def __init__(
        self,
        cache: Path,
        *,
        clone_url: Callable[[RepoRef], str],
        token: Callable[[RepoRef], str],
        limits: GitLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cache = cache
        self._clone_url = clone_url
        self._token = token
        self._limits = limits or GitLimits()
        self._sleep = sleep

    def default_branch(self, repo: RepoRef) -> DefaultBranch:
        found = self._doubting(lambda: self._default_branch(repo))
        if found is None:
            raise RepoError(f"{repo.full_name} has no commit on a default branch yet: push a first one")
        return found

    def branch_head(self, repo: RepoRef, branch: str) -> BaseSha:
        found = self._doubting(lambda: self._branch_head(repo, f"refs/heads/{branch}"))
        if found is None:
            raise RepoError(f"{repo.full_name} has no branch {branch}: push it, or name another one")
        return found

    def _default_branch(self, repo: RepoRef) -> DefaultBranch | None:
        answer = self._ask(repo, "--symref", self._clone_url(repo), "HEAD")
        name, sha = SYMBOLIC_HEAD.search(answer), HEAD.search(answer)
        return DefaultBranch(name[1], BaseSha(sha[1])) if name and sha else None

    def _branch_head(self, repo: RepoRef, ref: str) -> BaseSha | None:
        lines = (line.partition("\t") for line in self._ask(repo, self._clone_url(repo), ref).splitlines())
        # git also lists refs that end like this one
        return next((BaseSha(sha) for sha, _, name in lines if name == ref and EXACT_SHA.fullmatch(sha)), None)

    def _doubting(self, look: Callable[[], T | None]) -> T | None:
        """What is there; nothing is believed only after it was found three times.

        An answer that a broken server or proxy has emptied says the same as a repository without branches: git takes
        what is not of its protocol for that of a plain file server. https://git-scm.com/docs/http-protocol
        """
        for wait_s in DOUBTED_FOR_S:
            if (found := look()) is not None:
                return found
            self._sleep(wait_s)
        return look()

    def _ask(self, repo: RepoRef, *what: str) -> str:
        try:
            answer = self._on_the_network(Git(), repo, "ls-remote", *what, deadline=self._limits.ask)
        except GitFailed as failed:
            raise failure(failed.words, repo) from failed
        return answer.decode(errors="replace")

    def at(self, repo: RepoRef, sha: str) -> GitCheckout:
        if not EXACT_SHA.fullmatch(sha):
            raise RepoError(f"“{sha[:80]}” is not the full SHA of a commit (40 hexadecimal digits)")
        cached = cached_repository(self._cache, repo)
        if not cached.has(sha):
            self._fetch(cached, repo, sha)
        return self._checkout(cached, repo, sha)

    def _checkout(self, cached: CachedRepository, repo: RepoRef, sha: str) -> GitCheckout:
        limits = self._limits
        try:
            entries = read_entries(cached.git, sha)
        except TooLarge:
            raise RepoError(f"{repo.full_name} has too many files at {sha} for ACS to list") from None
        if len(entries.files) > limits.files:
            raise RepoError(
                f"{repo.full_name} has {len(entries.files):,} files at {sha}; ACS works with up to {limits.files:,}"
            )
        if sum(entry.size for entry in entries.files.values()) > limits.tree_bytes:
            raise too_large(repo, f"its tree at {sha}", limits.tree_bytes)
        return GitCheckout(repo, sha, cached.git, entries, cached.archives, limits.tree_bytes)

    def _fetch(self, cached: CachedRepository, repo: RepoRef, sha: str) -> None:
        limit = self._limits.packed_bytes
        # The ref tells the server next time what is already here.
        what = (self._clone_url(repo), f"{sha}:refs/acs/{sha}")
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        with cached.locked(patience=self._limits.fetch):
            if cached.has(sha):
                return
            cached.prepare()
            cached.clear_left_overs()
            try:
                self._on_the_network(cached.git, repo, "fetch", *options, *what, deadline=self._limits.fetch)
            except GitFailed as failed:
                if cached.broke_off_at(limit):
                    raise too_large(repo, f"its packed code at {sha}", limit) from failed
                raise failure(failed.words, repo, sha) from failed
            finally:
                cached.clear_left_overs()
            if not cached.has(sha):
                raise no_such_commit(repo, sha)  # it names something else, a tree for example

    def _on_the_network(self, git: Git, repo: RepoRef, *arguments: str, deadline: timedelta) -> bytes:
        for wait_s in DOUBTED_FOR_S:
            try:
                return self._once(git, repo, *arguments, deadline=deadline)
            except GitFailed as failed:
                if not is_doubtful(failed.words):
                    raise
                self._sleep(wait_s)
        return self._once(git, repo, *arguments, deadline=deadline)

    def _once(self, git: Git, repo: RepoRef, *arguments: str, deadline: timedelta) -> bytes:
        config = _network_config(self._clone_url(repo), self._token(repo))
        return git.run(*arguments, deadline=deadline, largest_file_bytes=self._limits.packed_bytes, config=config)


def _network_config(url: str, token: str) -> Mapping[str, str]:
    """The one protocol of that address, and the token in a header for its host alone."""
    scheme, host = urlsplit(url)[:2]
    if scheme not in ("http", "https"):
        raise ValueError(f"ACS reads repositories over HTTP only, not from {url}")
    credentials = b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        f"protocol.{scheme}.allow": "always",
        f"http.{scheme}://{host}/.extraHeader": f"Authorization: Basic {credentials}",
    }
