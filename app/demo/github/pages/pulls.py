"""The pull requests of a repository: conversation, checks, commits, files."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.demo.github import pulls, refs
from app.demo.github.access import to_read, to_write
from app.demo.github.lookup import conversation
from app.demo.github.pages import issues as issue_pages
from app.demo.github.pages import visit
from app.demo.github.pages.reviews import reviews_shown
from app.demo.github.pages.shown import checks_at, file_shown, verdict
from app.demo.github.records import Issue
from app.demo.github.rest.request import site
from app.demo.github.serialize.commits import verification

blueprint = Blueprint("pulls", __name__)
READ, WRITE = to_read("pull_requests"), to_write("pull_requests")
PULL = "/<owner>/<name>/pull/<int:number>"


@blueprint.get("/<owner>/<name>/pulls")
def index(owner: str, name: str) -> str:
    repo = visit.enter(owner, name, READ)
    return issue_pages.listing(repo, [one for one in site().store.all(Issue, repo.id) if one.is_pull], "pulls.html")


@blueprint.get(PULL)
def show(owner: str, name: str, number: int) -> str:
    repo = visit.enter(owner, name, READ)
    pull, git = visit.pull_in(repo, number), site().git(repo)
    issue, runs = conversation(site(), repo, pull), checks_at(site(), repo, pull.head_sha)
    linked = [site().store.find(Issue, repo.id, str(one)) for one in pulls.linked_issues(issue)]
    commits = [git.commit(sha) for sha in git.compare(pull.base_sha, pull.head_sha).ahead]
    return render_template(
        "pull.html",
        repo=repo,
        pull=pull,
        change=git.compare(pull.base_sha, pull.head_sha),
        commits=[(commit, verification(site(), commit)["verified"]) for commit in commits],
        checks=runs,
        verdict=verdict(runs),
        mergeable=pulls.is_mergeable(site(), repo, pull),
        linked=[one for one in linked if one is not None],
        may_write=visit.may(repo, WRITE),
        **reviews_shown(repo, pull),
        **issue_pages.conversation(repo, issue),
    )


@blueprint.get(f"{PULL}/files")
def files(owner: str, name: str, number: int) -> str:
    repo = visit.enter(owner, name, READ)
    pull = visit.pull_in(repo, number)
    change = site().git(repo).compare(pull.base_sha, pull.head_sha)
    return render_template(
        "files.html",
        repo=repo,
        pull=pull,
        change=change,
        files=[file_shown(file) for file in change.files],
        **reviews_shown(repo, pull),
        **issue_pages.conversation(repo, conversation(site(), repo, pull)),
    )


@blueprint.post(f"{PULL}/ready")
def ready(owner: str, name: str, number: int) -> Response:
    repo = visit.enter(owner, name, WRITE)
    pull = visit.pull_in(repo, number)
    pulls.set_draft(site(), repo, visit.actor(), pull, draft=not pull.draft)
    return visit.go_to(f"/{repo.full_name}/pull/{number}")


@blueprint.post(f"{PULL}/merge")
def merge(owner: str, name: str, number: int) -> Response:
    repo = visit.enter(owner, name, to_write("contents"))
    refs.merge_pull(site(), repo, visit.actor(), visit.pull_in(repo, number), None)
    return visit.go_to(f"/{repo.full_name}/pull/{number}")
