"""Branches, commits, the files at a commit, and comparisons. https://docs.github.com/en/rest/commits/commits"""

from flask import Blueprint, Response, request

from app.demo.github.access import to_read
from app.demo.github.answers import Refusal
from app.demo.github.lookup import conversation, open_pulls_at
from app.demo.github.records import Repository
from app.demo.github.rest.request import enter, page, reply, site
from app.demo.github.serialize import Fields
from app.demo.github.serialize.commits import commit, commit_with_files, comparison
from app.demo.github.serialize.pulls import pull_request_simple
from app.demo.github.serialize.repositories import api_url, html_url

blueprint = Blueprint("commits", __name__)
READ = to_read("contents")
REPO = "/repos/<owner>/<name>"
MAX_HISTORY = 1000


@blueprint.get(f"{REPO}/branches")
def list_branches(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    return page(list(site().git(repo).refs("refs/heads/").items()), lambda one: _short_branch(repo, *one))


@blueprint.get(f"{REPO}/branches/<path:branch>")
def get_branch(owner: str, name: str, branch: str) -> Response:
    repo = enter(owner, name, READ)
    git = site().git(repo)
    sha = git.head(branch)
    if sha is None:
        raise Refusal(404, "Branch not found")
    url = f"{api_url(site(), repo)}/branches/{branch}"
    return reply(
        {
            "name": branch,
            "commit": commit(site(), repo, git.commit(sha)),
            "_links": {"self": url, "html": f"{html_url(site(), repo)}/tree/{branch}"},
            "protected": False,
            "protection": {"enabled": False},
            "protection_url": f"{url}/protection",
        }
    )


@blueprint.get(f"{REPO}/commits")
def list_commits(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    git = site().git(repo)
    sha = commit_named(repo, request.args.get("sha") or repo.default_branch)
    return page(git.history(sha, limit=MAX_HISTORY), lambda one: commit(site(), repo, git.commit(one)))


@blueprint.get(f"{REPO}/commits/<path:ref>")
def get_commit(owner: str, name: str, ref: str) -> Response:
    repo = enter(owner, name, READ)
    git = site().git(repo)
    found = git.commit(commit_named(repo, ref))
    files = git.diff(found.parents[0] if found.parents else None, found.sha)
    return reply(commit_with_files(site(), repo, found, files))


@blueprint.get(f"{REPO}/commits/<sha>/pulls")
def list_pulls_of_commit(owner: str, name: str, sha: str) -> Response:
    repo = enter(owner, name, READ)
    found = open_pulls_at(site(), repo, sha)
    return page(found, lambda one: pull_request_simple(site(), repo, conversation(site(), repo, one), one))


@blueprint.get(f"{REPO}/compare/<path:basehead>")
def compare_commits(owner: str, name: str, basehead: str) -> Response:
    repo = enter(owner, name, READ)
    left, dots, right = basehead.partition("...")
    if not dots:
        raise Refusal(404, "Not Found")
    base, head = (existing(repo, _own(repo, end)) for end in (left, right))
    return reply(comparison(site(), repo, basehead, base, head, site().git(repo).compare(base, head)))


def existing(repo: Repository, ref: str) -> str:
    """The SHA of the commit that a branch, a tag or a SHA names, where its absence is a 404."""
    try:
        return commit_named(repo, ref)
    except Refusal as refusal:
        raise Refusal(404, f"No commit found for the ref {ref}") from refusal


def commit_named(repo: Repository, ref: str) -> str:
    """The SHA of the commit that a branch, a tag or a SHA names; a branch goes before a tag of its name."""
    git = site().git(repo)
    sha = git.head(ref) or git.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return sha


def _own(repo: Repository, end: str) -> str:
    """One end of a comparison, which may be written `owner:branch`."""
    owner, colon, branch = end.partition(":")
    return branch if colon and owner.lower() == repo.owner.lower() else end


def _short_branch(repo: Repository, ref: str, sha: str) -> Fields:
    url = f"{api_url(site(), repo)}/commits/{sha}"
    return {"name": ref.removeprefix("refs/heads/"), "commit": {"sha": sha, "url": url}, "protected": False}
