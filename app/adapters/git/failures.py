"""What git's complaints mean: who can mend it, and how. git is run with `LC_ALL=C`."""

import re

from app.domain.repo import RepoRef
from app.errors import RepoError, TransientError

NO_SUCH_COMMIT = re.compile(r"not our ref|couldn't find remote ref|unadvertised object|bad object")
GONE = re.compile(r"[Rr]epository .*not found|returned error: 404|does not appear to be a git repository")
CLOSED = re.compile(r"Authentication failed|could not read (Username|Password)|returned error: 40[13]")
MALFORMED = re.compile(r"fsck error")
WORDS = re.compile(r"^(?:fatal|error): (.*)$", re.MULTILINE)


def is_doubtful(words: str) -> bool:
    """Whether the host does not show the repository to this token, or not this commit; in a second it may."""
    return bool(GONE.search(words) or CLOSED.search(words) or NO_SUCH_COMMIT.search(words))


def failure(words: str, repo: RepoRef, sha: str = "") -> RepoError | TransientError:
    """The error that says what a person can do about it, or that it will pass."""
    place = repo.full_name
    if NO_SUCH_COMMIT.search(words):
        return no_such_commit(repo, sha)
    if GONE.search(words):
        return RepoError(f"{place} does not exist any more or the App may not see it")
    if CLOSED.search(words):
        return RepoError(
            f"{repo.host} does not let the App read the code of {place}: grant it “contents: read”, "
            f"and check that its installation on {repo.owner} includes this repository"
        )
    if MALFORMED.search(words):
        return RepoError(f"{place} at {sha} has objects that git refuses as malformed; `git fsck` names them")
    return TransientError(f"git cannot reach {place}: {_first_words(words)}")


def no_such_commit(repo: RepoRef, sha: str) -> RepoError:
    return RepoError(f"{repo.full_name} has no commit {sha}: push it, or name one that is there")


def _first_words(words: str) -> str:
    found = WORDS.findall(words)
    return "".join(c if c.isprintable() else " " for c in found[0][:200]) if found else "no reason given"
