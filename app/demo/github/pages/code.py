"""The files of a repository at a branch or commit, and the commits themselves."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from app.demo.github.access import to_read
from app.demo.github.git import BareRepository
from app.demo.github.pages import visit
from app.demo.github.pages.markdown import render
from app.demo.github.pages.shown import checks_at, file_shown
from app.demo.github.records import Repository
from app.demo.github.rest.request import site
from app.demo.github.serialize.commits import verification

blueprint = Blueprint("code", __name__)
READ = to_read("contents")
REPO = "/<owner>/<name>"
MAX_SHOWN_BYTES = 512 * 1024


@blueprint.get(REPO)
def repository(owner: str, name: str) -> str:
    repo = visit.enter(owner, name, READ)
    return _tree(repo, repo.default_branch, "")


@blueprint.get(f"{REPO}/tree/<path:rest>")
def tree(owner: str, name: str, rest: str) -> str:
    repo = visit.enter(owner, name, READ)
    return _tree(repo, *_ref_and_path(repo, rest))


@blueprint.get(f"{REPO}/blob/<path:rest>")
def blob(owner: str, name: str, rest: str) -> str:
    repo = visit.enter(owner, name, READ)
    ref, path = _ref_and_path(repo, rest)
    content = _content(repo, ref, path)
    text = None if b"\0" in content or len(content) > MAX_SHOWN_BYTES else content.decode(errors="replace")
    prose = render(text) if text is not None and path.lower().endswith(".md") else None
    return render_template(
        "blob.html",
        repo=repo,
        ref=ref,
        path=path,
        size=len(content),
        lines=(text or "").splitlines(),
        text=text,
        prose=prose,
    )


@blueprint.get(f"{REPO}/raw/<path:rest>")
def raw(owner: str, name: str, rest: str) -> Response:
    repo = visit.enter(owner, name, READ)
    content = _content(repo, *_ref_and_path(repo, rest))
    return Response(content, content_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"})


@blueprint.get(f"{REPO}/commit/<sha>")
def commit(owner: str, name: str, sha: str) -> str:
    repo = visit.enter(owner, name, READ)
    git = site().git(repo)
    found = git.commit(git.resolve(sha) or abort(404))
    files = git.diff(found.parents[0] if found.parents else None, found.sha)
    return render_template(
        "commit.html",
        repo=repo,
        commit=found,
        verified=verification(site(), found)["verified"],
        checks=checks_at(site(), repo, found.sha),
        files=[file_shown(file) for file in files],
    )


def _tree(repo: Repository, ref: str, path: str) -> str:
    git = site().git(repo)
    sha = _sha(git, ref)
    entry = git.entry(sha, path) if path else None
    if path and (entry is None or entry.kind != "tree"):
        abort(404)
    entries = git.tree(entry.sha if entry else sha, recursive=False)
    readme = next((one for one in entries if one.path.lower() == "readme.md"), None)
    return render_template(
        "tree.html",
        repo=repo,
        ref=ref,
        path=path,
        commit=git.commit(sha),
        entries=sorted(entries, key=lambda one: (one.kind != "tree", one.path)),
        readme=render(git.blob(readme.sha).decode(errors="replace")) if readme else None,
        branches=[one.removeprefix("refs/heads/") for one in git.refs("refs/heads/")],
    )


def _ref_and_path(repo: Repository, rest: str) -> tuple[str, str]:
    """Splits `acs/issue-1/src/a.ts` where the branch ends, which may have slashes itself."""
    branches = (one.removeprefix("refs/heads/") for one in site().git(repo).refs("refs/heads/"))
    for branch in sorted(branches, key=len, reverse=True):
        if rest == branch or rest.startswith(f"{branch}/"):
            return branch, rest[len(branch) + 1 :].strip("/")
    ref, _, path = rest.partition("/")
    return ref, path.strip("/")


def _sha(git: BareRepository, ref: str) -> str:
    return git.head(ref) or git.resolve(ref) or abort(404)


def _content(repo: Repository, ref: str, path: str) -> bytes:
    git = site().git(repo)
    entry = git.entry(_sha(git, ref), path) if path else None
    if entry is None or entry.kind != "blob":
        abort(404)
    return git.blob(entry.sha)
