"""Branches and tags by their full names. https://docs.github.com/en/rest/git/refs"""

from flask import Blueprint, Response

from app.demo.github import refs
from app.demo.github.access import AsInstallation, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.records import Repository
from app.demo.github.rest.request import Body, actor, body, caller, created, enter, nothing, page, reply, site
from app.demo.github.serialize import Fields
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url

blueprint = Blueprint("refs", __name__)
READ = to_read("contents")
WRITE = to_write("contents")
WORKFLOWS = to_write("workflows")
GIT = "/repos/<owner>/<name>/git"


class NewRef(Body):
    ref: str
    sha: str


class RefChange(Body):
    sha: str
    force: bool = False


@blueprint.get(f"{GIT}/ref/<path:ref>")
def get_ref(owner: str, name: str, ref: str) -> Response:
    repo, full = enter(owner, name, READ), f"refs/{ref}"
    sha = site().git(repo).refs(full).get(full)
    if sha is None:
        raise Refusal(404, "Not Found")
    return reply(_ref(repo, full, sha))


@blueprint.get(f"{GIT}/matching-refs/", defaults={"ref": ""})
@blueprint.get(f"{GIT}/matching-refs/<path:ref>")
def list_matching_refs(owner: str, name: str, ref: str) -> Response:
    repo = enter(owner, name, READ)
    found = [(one, sha) for one, sha in site().git(repo).refs().items() if one.startswith(f"refs/{ref}")]
    return page(found, lambda one: _ref(repo, *one))


@blueprint.post(f"{GIT}/refs")
def create_ref(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewRef)
    if not wanted.ref.startswith(("refs/heads/", "refs/tags/")):
        raise Refusal(422, f"Reference name must start with 'refs/heads/' or 'refs/tags/': {wanted.ref}")
    _may_bring(repo, repo.default_branch, wanted.sha)
    refs.create(site(), repo, actor(), wanted.ref, wanted.sha)
    return created(_ref(repo, wanted.ref, wanted.sha))


@blueprint.patch(f"{GIT}/refs/<path:ref>")
def update_ref(owner: str, name: str, ref: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(RefChange)
    _may_bring(repo, ref, wanted.sha)
    refs.update(site(), repo, actor(), _own(ref), wanted.sha, force=wanted.force)
    return reply(_ref(repo, f"refs/{ref}", wanted.sha))


@blueprint.delete(f"{GIT}/refs/<path:ref>")
def delete_ref(owner: str, name: str, ref: str) -> Response:
    refs.delete(site(), enter(owner, name, WRITE), actor(), _own(ref))
    return nothing()


def _may_bring(repo: Repository, onto: str, sha: str) -> None:
    """Refuse an App that brings changes to workflows without the permission to.

    https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps#repository-permissions-for-workflows
    """
    asking, git = caller(), site().git(repo)
    base = git.resolve(onto)
    if not isinstance(asking, AsInstallation) or WORKFLOWS.met_by(asking.token.permissions):
        return
    if base is None or git.kind(sha) != "commit":
        return
    if any(file.path.startswith(".github/workflows/") for file in git.compare(base, sha).files):
        raise Refusal(
            403, "Resource not accessible by integration", headers={"X-Accepted-GitHub-Permissions": str(WORKFLOWS)}
        )


def _own(ref: str) -> str:
    """A ref that callers may move; those under `refs/pull` are GitHub's own."""
    if not ref.startswith(("heads/", "tags/")):
        raise Refusal(422, "Reference does not exist")
    return f"refs/{ref}"


def _ref(repo: Repository, ref: str, sha: str) -> Fields:
    url = f"{api_url(site(), repo)}/git"
    return {
        "ref": ref,
        "node_id": node_id("Ref", f"{repo.id}:{ref}"),
        "url": f"{url}/{ref}",
        "object": {"sha": sha, "type": "commit", "url": f"{url}/commits/{sha}"},
    }
