"""The git database: blobs, trees and commits. https://docs.github.com/en/rest/git"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from flask import Blueprint, Response, request

from app.demo.github.access import to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.git import BareRepository
from app.demo.github.git_objects import Commit, GitError, Signature, TreeChange, TreeEntry
from app.demo.github.records import Repository
from app.demo.github.rest.request import Body, actor, body, created, enter, reply, site
from app.demo.github.serialize import Fields
from app.demo.github.serialize.commits import WEB_FLOW, git_commit
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url

blueprint = Blueprint("git_data", __name__)
READ = to_read("contents")
WRITE = to_write("contents")
GIT = "/repos/<owner>/<name>/git"


class NewBlob(Body):
    content: str
    encoding: Literal["utf-8", "base64"] = "utf-8"


class NewEntry(Body):
    path: str
    mode: Literal["100644", "100755", "040000", "160000", "120000"] = "100644"
    type: Literal["blob", "tree", "commit"] | None = None
    sha: str | None = None
    content: str | None = None


class NewTree(Body):
    tree: tuple[NewEntry, ...]
    base_tree: str | None = None


class Person(Body):
    name: str
    email: str
    date: datetime | None = None


class NewCommit(Body):
    message: str
    tree: str
    parents: tuple[str, ...] = ()
    author: Person | None = None
    committer: Person | None = None


@blueprint.post(f"{GIT}/blobs")
def create_blob(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewBlob)
    sha = site().git(repo).write("blob", _bytes(wanted))
    return created({"url": f"{api_url(site(), repo)}/git/blobs/{sha}", "sha": sha})


@blueprint.get(f"{GIT}/blobs/<sha>")
def get_blob(owner: str, name: str, sha: str) -> Response:
    repo = enter(owner, name, READ)
    content = site().git(repo).blob(_existing(repo, sha, "blob"))
    return reply(
        {
            "sha": sha,
            "node_id": node_id("Blob", sha),
            "size": len(content),
            "url": f"{api_url(site(), repo)}/git/blobs/{sha}",
            "content": b64encode(content).decode(),
            "encoding": "base64",
        }
    )


@blueprint.post(f"{GIT}/trees")
def create_tree(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewTree)
    git = site().git(repo)
    base = git.resolve(wanted.base_tree, "tree") if wanted.base_tree else None
    if wanted.base_tree and base is None:
        raise Refusal(404, "Not Found")
    try:
        changes = [change for entry in _with_blobs(git, wanted.tree) for change in _changes(git, base, entry)]
        sha = git.write_tree(base, changes)
    except GitError as error:
        raise Refusal(422, "tree is not valid: a path is malformed, or stands in the way of another") from error
    return created(_tree(repo, sha, git.tree(sha, recursive=False)))


@blueprint.get(f"{GIT}/trees/<path:ref>")
def get_tree(owner: str, name: str, ref: str) -> Response:
    repo = enter(owner, name, READ)
    sha = _existing(repo, ref, "tree")
    entries = site().git(repo).tree(sha, recursive=bool(request.args.get("recursive")))
    return reply(_tree(repo, sha, entries))


@blueprint.post(f"{GIT}/commits")
def create_commit(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewCommit)
    git = site().git(repo)
    if git.kind(wanted.tree) != "tree":
        raise Refusal(422, "Tree SHA does not exist")
    if any(git.kind(parent) != "commit" for parent in wanted.parents):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    sha = git.write_commit(_written(wanted))
    return created(git_commit(site(), repo, git.commit(sha)))


@blueprint.get(f"{GIT}/commits/<sha>")
def get_commit(owner: str, name: str, sha: str) -> Response:
    repo = enter(owner, name, READ)
    return reply(git_commit(site(), repo, site().git(repo).commit(_existing(repo, sha, "commit"))))


def _written(wanted: NewCommit) -> Commit:
    """The commit as asked for; signed when an App wrote it and named nobody as its author.

    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
    """
    by, now = actor(), site().now()
    caller_wrote = Signature(by.account.name or by.account.login, by.account.noreply_email, now)
    if by.app is not None and wanted.author is None and wanted.committer is None:
        bot = replace(caller_wrote, name=by.account.login)
        plain = Commit("", wanted.tree, wanted.parents, bot, Signature("GitHub", WEB_FLOW, now), wanted.message)
        return replace(plain, signature=site().sign(plain.payload))
    author = _signature(wanted.author, now) or caller_wrote
    committer = _signature(wanted.committer, now) or author
    return Commit("", wanted.tree, wanted.parents, author, committer, wanted.message)


def _signature(person: Person | None, now: datetime) -> Signature | None:
    if person is None:
        return None
    if set(person.name + person.email) & set("<>\n"):
        raise Refusal(422, "author and committer may not contain <, > or a line break")
    return Signature(person.name, person.email, (person.date or now).astimezone(UTC))


def _with_blobs(git: BareRepository, entries: tuple[NewEntry, ...]) -> list[NewEntry]:
    """The entries, with a blob for each content they bring."""
    written = iter(git.write_blobs([entry.content.encode() for entry in entries if entry.content is not None]))
    return [entry if entry.content is None else entry.model_copy(update={"sha": next(written)}) for entry in entries]


def _changes(git: BareRepository, base: str | None, entry: NewEntry) -> Iterable[TreeChange]:
    """What an entry does to the tree: a tree entry brings all its files, an entry without content removes one."""
    if entry.sha is None:
        if base is None or git.entry(base, entry.path) is None:
            raise Refusal(422, f"tree.path {entry.path} is not in the base tree")
        yield TreeChange(entry.path, entry.mode, None)
    elif entry.mode == "040000" and git.kind(entry.sha) == "tree":
        for below in git.tree(entry.sha, recursive=True):
            if below.kind != "tree":
                yield TreeChange(f"{entry.path}/{below.path}", below.mode, below.sha)
    elif git.kind(entry.sha) == "blob":
        yield TreeChange(entry.path, entry.mode, entry.sha)
    else:
        raise Refusal(422, f"tree.sha {entry.sha} is not a valid blob")


def _tree(repo: Repository, sha: str, entries: Iterable[TreeEntry]) -> Fields:
    url = f"{api_url(site(), repo)}/git"
    return {
        "sha": sha,
        "url": f"{url}/trees/{sha}",
        "tree": [
            {
                "path": entry.path,
                "mode": entry.mode,
                "type": entry.kind,
                "sha": entry.sha,
                "url": f"{url}/{entry.kind}s/{entry.sha}",
                **({"size": entry.size} if entry.size is not None else {}),
            }
            for entry in entries
        ],
        "truncated": False,
    }


def _existing(repo: Repository, ref: str, kind: Literal["blob", "tree", "commit"]) -> str:
    sha = site().git(repo).resolve(ref, kind)
    if sha is None:
        raise Refusal(404, "Not Found")
    return sha


def _bytes(blob: NewBlob) -> bytes:
    if blob.encoding == "utf-8":
        return blob.content.encode()
    try:
        return b64decode(blob.content)
    except NotBase64 as error:
        raise Refusal(422, "content is not valid Base64") from error
