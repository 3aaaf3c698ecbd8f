"""Pull requests. https://docs.github.com/en/rest/pulls/pulls"""

from typing import Literal

from flask import Blueprint, Response, request

from app.demo.github import issues, pulls, refs
from app.demo.github.access import to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.lookup import conversation
from app.demo.github.records import Pull, Repository
from app.demo.github.rest.request import Body, actor, body, created, enter, page, reply, site
from app.demo.github.serialize.commits import commit, diff_entry
from app.demo.github.serialize.pulls import pull_request, pull_request_simple

blueprint = Blueprint("pulls", __name__)
READ = to_read("pull_requests")
WRITE = to_write("pull_requests")
PULLS = "/repos/<owner>/<name>/pulls"
PULL = f"{PULLS}/<int:number>"


class NewPull(Body):
    title: str
    head: str
    base: str
    body: str | None = None
    draft: bool = False


class PullChange(Body):
    title: str | None = None
    body: str | None = None
    state: Literal["open", "closed"] | None = None
    base: str | None = None


class Merge(Body):
    commit_title: str | None = None
    commit_message: str | None = None
    sha: str | None = None


@blueprint.get(PULLS)
def list_pulls(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    found = [pull for pull in site().store.all(Pull, repo.id) if _wanted(repo, pull)]
    if request.args.get("sort") == "updated":
        found.sort(key=lambda pull: conversation(site(), repo, pull).updated_at)
    if request.args.get("direction", "desc") == "desc":
        found.reverse()
    return page(found, lambda one: pull_request_simple(site(), repo, conversation(site(), repo, one), one))


@blueprint.post(PULLS)
def create_pull(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewPull)
    pull = pulls.open_pull(
        site(),
        repo,
        actor(),
        title=wanted.title,
        body=wanted.body,
        head=_branch(repo, wanted.head),
        base=wanted.base,
        draft=wanted.draft,
    )
    return created(pull_request(site(), repo, conversation(site(), repo, pull), pull))


@blueprint.get(PULL)
def get_pull(owner: str, name: str, number: int) -> Response:
    repo = enter(owner, name, READ)
    return _full(repo, pull_in(repo, number))


@blueprint.patch(PULL)
def update_pull(owner: str, name: str, number: int) -> Response:
    repo, change, by = enter(owner, name, WRITE), body(PullChange), actor()
    pull = pull_in(repo, number)
    issue = conversation(site(), repo, pull)
    text = change.body if "body" in change.model_fields_set else issue.body
    issue = issues.edit(site(), repo, by, issue, title=change.title or issue.title, body=text)
    if change.base is not None:
        pull = pulls.set_base(site(), repo, by, pull, change.base)
    if change.state == "closed":
        issues.close(site(), repo, by, issue, None)
    if change.state == "open":
        pulls.reopen(site(), repo, by, pull)
    return _full(repo, pull_in(repo, number))


@blueprint.get(f"{PULL}/files")
def list_files(owner: str, name: str, number: int) -> Response:
    repo = enter(owner, name, READ)
    pull = pull_in(repo, number)
    files = site().git(repo).compare(pull.base_sha, pull.head_sha).files
    return page(files, lambda one: diff_entry(site(), repo, pull.head_sha, one))


@blueprint.get(f"{PULL}/commits")
def list_commits(owner: str, name: str, number: int) -> Response:
    repo = enter(owner, name, READ)
    pull, git = pull_in(repo, number), site().git(repo)
    shas = git.compare(pull.base_sha, pull.head_sha).ahead
    return page(shas, lambda one: commit(site(), repo, git.commit(one)))


@blueprint.get(f"{PULL}/merge")
def is_merged(owner: str, name: str, number: int) -> Response:
    pull = pull_in(enter(owner, name, READ), number)
    if pull.merged_at is None:
        raise Refusal(404, "Not Found")
    return Response(b"", 204)


@blueprint.put(f"{PULL}/merge")
def merge_pull(owner: str, name: str, number: int) -> Response:
    repo, wanted = enter(owner, name, to_write("contents")), body(Merge)
    pull = pull_in(repo, number)
    if wanted.sha is not None and wanted.sha != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    sha = refs.merge_pull(site(), repo, actor(), pull, _message(wanted))
    return reply({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _message(wanted: Merge) -> str | None:
    parts = [part for part in (wanted.commit_title, wanted.commit_message) if part]
    return "\n\n".join(parts) or None


def _full(repo: Repository, pull: Pull) -> Response:
    issue = conversation(site(), repo, pull)
    return reply(pull_request(site(), repo, issue, pull, mergeable=pulls.is_mergeable(site(), repo, pull)))


def pull_in(repo: Repository, number: int) -> Pull:
    found = site().store.find(Pull, repo.id, str(number))
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _branch(repo: Repository, head: str) -> str:
    """A head is a branch of this repository, which may be written `owner:branch`; there are no forks here."""
    owner, colon, branch = head.partition(":")
    return branch if colon and owner.lower() == repo.owner.lower() else head


def _wanted(repo: Repository, pull: Pull) -> bool:
    state, head, base = request.args.get("state", "open"), request.args.get("head"), request.args.get("base")
    return (
        state in {"all", conversation(site(), repo, pull).state}
        and (head is None or _branch(repo, head) == pull.head_branch)
        and (base is None or base == pull.base_branch)
    )
