"""The issues of a repository, and all one can do on the page of one."""

from typing import get_args

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from app.demo.github import issues, pulls
from app.demo.github.access import to_read, to_write
from app.demo.github.lookup import pull_of
from app.demo.github.pages import visit
from app.demo.github.pages.shown import EMOJI, issue_line, remarks
from app.demo.github.records import Comment, Content, Issue, Label, Repository
from app.demo.github.rest.request import site

blueprint = Blueprint("issues", __name__)
READ = to_read("issues")
TALK = to_write("issues", role="read")
TRIAGE = to_write("issues", role="triage")
LIST = "/<owner>/<name>/issues"
ISSUE = f"{LIST}/<int:number>"


@blueprint.get(LIST)
def index(owner: str, name: str) -> str:
    repo = visit.enter(owner, name, READ)
    found = [issue for issue in site().store.all(Issue, repo.id) if not issue.is_pull]
    return listing(repo, found, "issues.html")


def listing(repo: Repository, found: list[Issue], template: str) -> str:
    """A list of issues or pull requests, newest first, of the state that is asked for."""
    state = "closed" if request.args.get("state") == "closed" else "open"
    return render_template(
        template,
        repo=repo,
        state=state,
        lines=[issue_line(site(), repo, issue) for issue in reversed(found) if issue.state == state],
        counts={one: sum(issue.state == one for issue in found) for one in ("open", "closed")},
    )


@blueprint.get(f"{LIST}/new")
def new(owner: str, name: str) -> str:
    repo = visit.enter(owner, name, READ)
    return render_template(
        "issue_new.html", repo=repo, labels=site().store.all(Label, repo.id), may_label=visit.may(repo, TRIAGE)
    )


@blueprint.post(f"{LIST}/new")
def create(owner: str, name: str) -> Response:
    repo = visit.enter(owner, name, TALK)
    labels = request.form.getlist("labels") if visit.may(repo, TRIAGE) else []
    made = issues.open_issue(
        site(), repo, visit.actor(), title=visit.field("title"), body=visit.field("body"), labels=labels
    )
    return visit.go_to(_path(repo, made))


@blueprint.get(ISSUE)
def show(owner: str, name: str, number: int) -> str | Response:
    repo = visit.enter(owner, name, READ)
    issue = visit.issue_in(repo, number)
    if issue.is_pull:
        return visit.go_to(_path(repo, issue))
    return render_template("issue.html", repo=repo, linked=_closers(repo, issue), **conversation(repo, issue))


def conversation(repo: Repository, issue: Issue) -> dict[str, object]:
    """What the pages of issues and of pull requests have in common."""
    return {
        "line": issue_line(site(), repo, issue),
        "remarks": remarks(site(), repo, issue),
        "all_labels": site().store.all(Label, repo.id),
        "emoji": EMOJI,
        "may_triage": visit.may(repo, TRIAGE),
    }


@blueprint.post(f"{ISSUE}/comment")
def comment(owner: str, name: str, number: int) -> Response:
    """Comment, and close or reopen when that button was pressed."""
    repo = visit.enter(owner, name, TALK)
    issue, by, act = visit.issue_in(repo, number), visit.actor(), visit.field("act")
    if act != "comment" and by.account.id != issue.author_id:
        visit.enter(owner, name, TRIAGE)
    if visit.field("body") or act == "comment":
        issues.comment(site(), repo, by, issue, visit.field("body"))
    match act:
        case "close":
            issues.close(site(), repo, by, visit.issue_in(repo, number), "completed")
        case "reopen" if issue.is_pull:
            pulls.reopen(site(), repo, by, pull_of(site(), repo, issue))
        case "reopen":
            issues.reopen(site(), repo, by, visit.issue_in(repo, number))
        case _:
            pass
    return visit.go_to(f"{_path(repo, issue)}#end")


@blueprint.post(f"{ISSUE}/labels")
def label(owner: str, name: str, number: int) -> Response:
    repo = visit.enter(owner, name, TRIAGE)
    issue, by = visit.issue_in(repo, number), visit.actor()
    if added := visit.field("add"):
        issues.add_labels(site(), repo, by, issue, [added])
    if removed := visit.field("remove"):
        issues.remove_label(site(), repo, by, issue, removed)
    return visit.go_to(_path(repo, issue))


@blueprint.post(f"{ISSUE}/reactions")
def react(owner: str, name: str, number: int) -> Response:
    repo = visit.enter(owner, name, TALK)
    issue, subject = visit.issue_in(repo, number), int(visit.field("subject") or 0)
    on = site().store.get(Comment, subject)
    if subject != issue.id and (on is None or on.issue_id != issue.id):
        abort(404)
    issues.react(site(), visit.actor(), subject, _content(visit.field("content")))
    return visit.go_to(f"{_path(repo, issue)}#issuecomment-{subject}")


def _content(word: str) -> Content:
    return next((one for one in get_args(Content) if one == word), None) or abort(422)


def _closers(repo: Repository, issue: Issue) -> list[Issue]:
    """The pull requests that say they close the issue."""
    return [one for one in site().store.all(Issue, repo.id) if one.is_pull and issue.number in pulls.linked_issues(one)]


def _path(repo: Repository, issue: Issue) -> str:
    return f"/{repo.full_name}/{'pull' if issue.is_pull else 'issues'}/{issue.number}"
