"""Commits, as the repository shows them and as the git database does, and the files that differ between two."""

from collections.abc import Sequence
from urllib.parse import quote

from app.demo.github.git import BareRepository
from app.demo.github.git_objects import Commit, Comparison, FileDiff, Signature
from app.demo.github.records import Account, Repository
from app.demo.github.serialize import Fields, Json, stamp
from app.demo.github.serialize.accounts import simple_user
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url, html_url
from app.demo.github.site import Site

WEB_FLOW = "noreply@github.com"


def verification(site: Site, commit: Commit) -> Fields:
    """Verified when this site signed it; the signature says of itself that it is simulated."""
    if commit.signature is None:
        return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    seal: Fields = {"signature": commit.signature, "payload": commit.payload}
    if commit.signature != site.sign(commit.payload):
        return {"verified": False, "reason": "unknown_key", **seal, "verified_at": None}
    return {"verified": True, "reason": "valid", **seal, "verified_at": stamp(commit.committer.date)}


def git_commit(site: Site, repo: Repository, commit: Commit) -> Fields:
    url = f"{api_url(site, repo)}/git/commits"
    return {
        "sha": commit.sha,
        "node_id": node_id("Commit", commit.sha),
        "url": f"{url}/{commit.sha}",
        "html_url": _page(site, repo, commit.sha),
        "author": _signature(commit.author),
        "committer": _signature(commit.committer),
        "message": commit.message.rstrip("\n"),
        "tree": _tree(site, repo, commit.tree),
        "parents": [{"sha": sha, "url": f"{url}/{sha}", "html_url": _page(site, repo, sha)} for sha in commit.parents],
        "verification": verification(site, commit),
    }


def commit(site: Site, repo: Repository, found: Commit) -> Fields:
    url = f"{api_url(site, repo)}/commits"
    return {
        "sha": found.sha,
        "node_id": node_id("Commit", found.sha),
        "commit": {
            "author": _signature(found.author),
            "committer": _signature(found.committer),
            "message": found.message.rstrip("\n"),
            "tree": _tree(site, repo, found.tree),
            "url": f"{api_url(site, repo)}/git/commits/{found.sha}",
            "comment_count": 0,
            "verification": verification(site, found),
        },
        "url": f"{url}/{found.sha}",
        "html_url": _page(site, repo, found.sha),
        "comments_url": f"{url}/{found.sha}/comments",
        "author": _account(site, found.author),
        "committer": _account(site, found.committer),
        "parents": [{"sha": sha, "url": f"{url}/{sha}", "html_url": _page(site, repo, sha)} for sha in found.parents],
    }


def commit_with_files(site: Site, repo: Repository, found: Commit, files: Sequence[FileDiff]) -> Fields:
    added, removed = sum(file.additions for file in files), sum(file.deletions for file in files)
    return {
        **commit(site, repo, found),
        "stats": {"total": added + removed, "additions": added, "deletions": removed},
        "files": [diff_entry(site, repo, found.sha, file) for file in files],
    }


def simple_commit(found: Commit) -> Fields:
    """As check suites and pushes name a commit."""
    return {
        "id": found.sha,
        "tree_id": found.tree,
        "message": found.message.rstrip("\n"),
        "timestamp": stamp(found.committer.date),
        "author": {"name": found.author.name, "email": found.author.email},
        "committer": {"name": found.committer.name, "email": found.committer.email},
    }


def diff_entry(site: Site, repo: Repository, sha: str, file: FileDiff) -> Fields:
    path = quote(file.path)
    entry: Fields = {
        "sha": file.sha,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": f"{html_url(site, repo)}/blob/{sha}/{path}",
        "raw_url": f"{html_url(site, repo)}/raw/{sha}/{path}",
        "contents_url": f"{api_url(site, repo)}/contents/{path}?ref={sha}",
    }
    if file.patch is not None:
        entry["patch"] = file.patch
    if file.previous_path is not None:
        entry["previous_filename"] = file.previous_path
    return entry


def comparison(site: Site, repo: Repository, basehead: str, base: str, head: str, found: Comparison) -> Fields:
    git = site.git(repo)
    url, page = f"{api_url(site, repo)}/compare/{basehead}", f"{html_url(site, repo)}/compare/{basehead}"
    return {
        "url": url,
        "html_url": page,
        "permalink_url": f"{html_url(site, repo)}/compare/{base}...{head}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(site, repo, git.commit(base)),
        "merge_base_commit": commit(site, repo, git.commit(found.merge_base or base)),
        "status": _status(found),
        "ahead_by": len(found.ahead),
        "behind_by": found.behind,
        "total_commits": len(found.ahead),
        "commits": commits(site, repo, git, found.ahead),
        "files": [diff_entry(site, repo, head, file) for file in found.files],
    }


def commits(site: Site, repo: Repository, git: BareRepository, shas: Sequence[str]) -> list[Json]:
    return [commit(site, repo, git.commit(sha)) for sha in shas]


def _status(found: Comparison) -> str:
    match bool(found.ahead), bool(found.behind):
        case True, True:
            return "diverged"
        case True, False:
            return "ahead"
        case False, True:
            return "behind"
        case _:
            return "identical"


def _account(site: Site, signature: Signature) -> Fields | None:
    """The account whose noreply address the signature bears."""
    number, _, rest = signature.email.partition("+")
    if not rest.endswith("@users.noreply.github.com") or not number.isdigit():
        return None
    account = site.store.get(Account, int(number))
    return simple_user(site, account) if account else None


def _signature(signature: Signature) -> Fields:
    return {"name": signature.name, "email": signature.email, "date": stamp(signature.date)}


def _tree(site: Site, repo: Repository, sha: str) -> Fields:
    return {"sha": sha, "url": f"{api_url(site, repo)}/git/trees/{sha}"}


def _page(site: Site, repo: Repository, sha: str) -> str:
    return f"{html_url(site, repo)}/commit/{sha}"
