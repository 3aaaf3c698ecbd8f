"""Moving branches and tags, and all that follows from it: pushes announced, pull requests and check suites kept up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.demo.github import checks, pulls
from app.demo.github.answers import Refusal, invalid
from app.demo.github.events import announce
from app.demo.github.git import NO_SHA, BareRepository
from app.demo.github.git_objects import Commit, GitError
from app.demo.github.lookup import open_pulls
from app.demo.github.records import Account, Pull, Repository
from app.demo.github.serialize import Fields, Json
from app.demo.github.serialize.commits import simple_commit
from app.demo.github.serialize.repositories import html_url
from app.demo.github.site import Actor, Site

BRANCH, TAG = "refs/heads/", "refs/tags/"
MAX_COMMITS_IN_PUSH = 20


@dataclass(frozen=True, slots=True)
class Move:
    """A ref that stands elsewhere now; `NO_SHA` is where one that did not exist, or no longer does, stood."""

    ref: str
    old: str
    new: str

    @property
    def branch(self) -> str | None:
        return self.ref.removeprefix(BRANCH) if self.ref.startswith(BRANCH) else None


def create(site: Site, repo: Repository, by: Actor, ref: str, sha: str) -> None:
    """https://docs.github.com/en/rest/git/refs#create-a-reference"""
    with site.moving_refs_of(repo):
        git = site.git(repo)
        if git.kind(sha) is None:
            raise Refusal(422, "Object does not exist")
        if git.refs(ref).get(ref):
            raise Refusal(422, "Reference already exists")
        _update(git, Move(ref, NO_SHA, sha))
        announce_moves(site, repo, by, [Move(ref, NO_SHA, sha)])


def update(site: Site, repo: Repository, by: Actor, ref: str, sha: str, *, force: bool) -> None:
    """https://docs.github.com/en/rest/git/refs#update-a-reference"""
    with site.moving_refs_of(repo):
        git = site.git(repo)
        old = git.refs(ref).get(ref)
        if old is None:
            raise Refusal(422, "Reference does not exist")
        if git.kind(sha) is None:
            raise Refusal(422, "Object does not exist")
        if not force and not git.is_ancestor(old, sha):
            raise Refusal(422, "Update is not a fast forward")
        if old != sha:
            _update(git, Move(ref, old, sha))
            announce_moves(site, repo, by, [Move(ref, old, sha)])


def delete(site: Site, repo: Repository, by: Actor, ref: str) -> None:
    """https://docs.github.com/en/rest/git/refs#delete-a-reference"""
    with site.moving_refs_of(repo):
        git = site.git(repo)
        old = git.refs(ref).get(ref)
        if old is None:
            raise Refusal(422, "Reference does not exist")
        if ref == f"{BRANCH}{repo.default_branch}":
            raise Refusal(422, "Cannot delete the default branch")
        git.delete_ref(ref, old=old)
        announce_moves(site, repo, by, [Move(ref, old, NO_SHA)])


def merge_pull(site: Site, repo: Repository, by: Actor, pull: Pull, message: str | None) -> str:
    """Merge a pull request into its base; returns the merge commit."""
    with site.moving_refs_of(repo):
        merge_sha, base_sha = pulls.merge_commit(site, repo, by, pull, message)
        move = Move(f"{BRANCH}{pull.base_branch}", base_sha, merge_sha)
        _update(site.git(repo), move)
        pulls.record_merge(site, repo, by, pull, merge_sha)
        announce_moves(site, repo, by, [move])
    return merge_sha


def catch_up(site: Site) -> None:
    """Let pull requests follow branches that moved just before the site was killed, before it could say so."""
    for repo in site.store.all(Repository):
        git, owner = site.git(repo), Actor(site.store.need(Account, repo.owner_id))
        heads = git.refs(BRANCH)
        for pull in open_pulls(site, repo):
            now = heads.get(f"{BRANCH}{pull.head_branch}", NO_SHA)
            if now != pull.head_sha:
                announce_moves(site, repo, owner, [Move(f"{BRANCH}{pull.head_branch}", pull.head_sha, now)])


def moved_between(before: dict[str, str], after: dict[str, str]) -> list[Move]:
    """The branches and tags that differ between two listings of refs."""
    names = sorted(name for name in before | after if name.startswith((BRANCH, TAG)))
    moves = (Move(name, before.get(name, NO_SHA), after.get(name, NO_SHA)) for name in names)
    return [move for move in moves if move.old != move.new]


def announce_moves(site: Site, repo: Repository, by: Actor, moves: Sequence[Move]) -> None:
    """Tell of pushes that happened, and let pull requests and check suites follow them."""
    for move in moves:
        push = _push(site, repo, by, move)
        with site.store.transaction():
            now = site.now()
            site.store.save(replace(site.store.need(Repository, repo.id), pushed_at=now, updated_at=now))
            if NO_SHA in (move.old, move.new):
                _announce_birth_or_end(site, repo, by, move)
            announce(site, repo, by, "push", push)
            if move.branch is not None and move.new != NO_SHA:
                checks.request_suites(site, repo, by, branch=move.branch, before=move.old, head_sha=move.new)
            if move.branch is not None:
                pulls.follow_branch(site, repo, by, move.branch, before=move.old, head_sha=move.new)


def _update(git: BareRepository, move: Move) -> None:
    try:
        git.update_ref(move.ref, move.new, old=move.old)
    except GitError as error:
        raise invalid("Reference", "ref", message=f"{move.ref} is not a valid ref name.") from error


def _announce_birth_or_end(site: Site, repo: Repository, by: Actor, move: Move) -> None:
    kind = "branch" if move.branch is not None else "tag"
    what: Fields = {"ref": move.ref.split("/", 2)[2], "ref_type": kind, "pusher_type": "user"}
    if move.old == NO_SHA:
        announce(site, repo, by, "create", {**what, "master_branch": repo.default_branch, "description": None})
    else:
        announce(site, repo, by, "delete", what)


def _push(site: Site, repo: Repository, by: Actor, move: Move) -> Fields:
    git = site.git(repo)
    old = move.old if move.old != NO_SHA else git.head(repo.default_branch)
    is_gone = move.new == NO_SHA
    shas = () if is_gone or old is None else git.compare(old, move.new).ahead[-MAX_COMMITS_IN_PUSH:]
    commits: list[Json] = [_pushed(site, repo, git, git.commit(sha)) for sha in shas]
    page = html_url(site, repo)
    return {
        "ref": move.ref,
        "before": move.old,
        "after": move.new,
        "pusher": {"name": by.account.login, "email": by.account.noreply_email},
        "created": move.old == NO_SHA,
        "deleted": is_gone,
        "forced": NO_SHA not in (move.old, move.new) and not git.is_ancestor(move.old, move.new),
        "base_ref": None,
        "compare": f"{page}/compare/{move.old[:12]}...{move.new[:12]}",
        "commits": commits,
        "head_commit": None if is_gone else _pushed(site, repo, git, git.commit(move.new)),
    }


def _pushed(site: Site, repo: Repository, git: BareRepository, commit: Commit) -> Fields:
    files = git.diff(commit.parents[0] if commit.parents else None, commit.sha)
    return {
        **simple_commit(commit),
        "distinct": True,
        "url": f"{html_url(site, repo)}/commit/{commit.sha}",
        "added": [file.path for file in files if file.status in {"added", "copied", "renamed"}],
        "removed": [file.previous_path or file.path for file in files if file.status in {"removed", "renamed"}],
        "modified": [file.path for file in files if file.status in {"modified", "changed"}],
    }
