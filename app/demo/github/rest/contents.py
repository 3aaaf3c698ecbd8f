"""Files at a commit, read and written one at a time. https://docs.github.com/en/rest/repos/contents"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from urllib.parse import quote

from flask import Blueprint, Response, request

from app.demo.github import refs
from app.demo.github.access import to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.git import BareRepository
from app.demo.github.git_objects import Commit, Signature, TreeChange, TreeEntry
from app.demo.github.records import Repository
from app.demo.github.rest.commits import existing
from app.demo.github.rest.request import Body, actor, body, enter, reply, site
from app.demo.github.serialize import Fields
from app.demo.github.serialize.commits import git_commit
from app.demo.github.serialize.repositories import api_url, html_url

blueprint = Blueprint("contents", __name__)
PATH = "/repos/<owner>/<name>/contents/<path:path>"
_TYPE = {"blob": "file", "tree": "dir", "commit": "submodule"}


class NewContent(Body):
    message: str
    content: str
    sha: str | None = None
    branch: str | None = None


@blueprint.get("/repos/<owner>/<name>/contents/", defaults={"path": ""})
@blueprint.get(PATH)
def get_content(owner: str, name: str, path: str) -> Response:
    repo = enter(owner, name, to_read("contents"))
    git, sha = site().git(repo), existing(repo, request.args.get("ref") or repo.default_branch)
    path = path.strip("/")
    entry = git.entry(sha, path) if path else None
    if path and entry is None:
        raise Refusal(404, "Not Found")
    if entry is None or entry.kind == "tree":
        listed = git.tree(entry.sha if entry else sha, recursive=False)
        return reply([_entry(repo, sha, _below(path, one)) for one in listed])
    content = git.blob(entry.sha)
    if "raw" in request.headers.get("Accept", ""):
        return Response(content, content_type="application/vnd.github.raw+json; charset=utf-8")
    return reply({**_entry(repo, sha, entry), "content": _wrapped(content), "encoding": "base64"})


@blueprint.put(PATH)
def put_content(owner: str, name: str, path: str) -> Response:
    repo, wanted = enter(owner, name, to_write("contents")), body(NewContent)
    branch = wanted.branch or repo.default_branch
    git = site().git(repo)
    parent = git.head(branch)
    if parent is None:
        raise Refusal(404, f"Branch {branch} not found")
    before = git.entry(parent, path)
    if (before.sha if before else None) != wanted.sha:
        raise Refusal(409 if wanted.sha else 422, f"{path} does not match {wanted.sha or 'a new file'}")
    change = TreeChange(path, before.mode if before else "100644", git.write("blob", _decoded(wanted.content)))
    sha = _commit_on(git, parent, change, wanted.message)
    refs.update(site(), repo, actor(), f"refs/heads/{branch}", sha, force=False)
    entry = git.entry(sha, path)
    made: Fields = {
        "content": _entry(repo, sha, entry) if entry else None,
        "commit": git_commit(site(), repo, git.commit(sha)),
    }
    return reply(made, 200 if before else 201)


def _commit_on(git: BareRepository, parent: str, change: TreeChange, message: str) -> str:
    account = actor().account
    author = Signature(account.name or account.login, account.noreply_email, site().now())
    tree = git.write_tree(parent, [change])
    return git.write_commit(Commit("", tree, (parent,), author, author, message))


def _below(folder: str, entry: TreeEntry) -> TreeEntry:
    path = f"{folder}/{entry.path}" if folder else entry.path
    return TreeEntry(path, entry.mode, entry.kind, entry.sha, entry.size)


def _entry(repo: Repository, sha: str, entry: TreeEntry) -> Fields:
    path = quote(entry.path)
    url, is_file = f"{api_url(site(), repo)}/contents/{path}?ref={sha}", entry.kind == "blob"
    links: Fields = {
        "self": url,
        "git": f"{api_url(site(), repo)}/git/{entry.kind}s/{entry.sha}",
        "html": f"{html_url(site(), repo)}/{entry.kind}/{sha}/{path}",
    }
    return {
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": links["html"],
        "git_url": links["git"],
        "download_url": f"{html_url(site(), repo)}/raw/{sha}/{path}" if is_file else None,
        "type": "symlink" if entry.mode == "120000" else _TYPE[entry.kind],
        "_links": links,
    }


def _wrapped(content: bytes) -> str:
    """Base64 in lines of 60 characters, as GitHub writes it."""
    text = b64encode(content).decode()
    return "".join(f"{text[at : at + 60]}\n" for at in range(0, len(text), 60))


def _decoded(content: str) -> bytes:
    try:
        return b64decode(content)
    except NotBase64 as error:
        raise Refusal(422, "content is not valid Base64") from error
