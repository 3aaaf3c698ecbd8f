"""Issues and their assignees. https://docs.github.com/en/rest/issues/issues"""

from typing import Literal

from flask import Blueprint, Response, request

from app.demo.github import issues
from app.demo.github.access import AsPerson, Need, has_role, require, to_read, to_write
from app.demo.github.records import Account, Issue, IssueEvent, Label, Repository
from app.demo.github.rest.request import Body, actor, body, caller, created, enter, issue_in, page, reply, since, site
from app.demo.github.serialize import issues as serialize

blueprint = Blueprint("issues", __name__)
READ = to_read("issues", "pull_requests")
OPEN = to_write("issues", role="read")
StateReason = Literal["completed", "not_planned", "duplicate", "reopened"]


class LabelRef(Body):
    name: str


class NewIssue(Body):
    title: str | int
    body: str | None = None
    labels: tuple[str | LabelRef, ...] = ()
    assignees: tuple[str, ...] = ()


class IssueChange(Body):
    title: str | int | None = None
    body: str | None = None
    state: Literal["open", "closed"] | None = None
    state_reason: StateReason | None = None
    labels: tuple[str | LabelRef, ...] | None = None
    assignees: tuple[str, ...] | None = None


class Assignees(Body):
    assignees: tuple[str, ...] = ()


def to_change(issue: Issue, role: Literal["read", "triage", "write"]) -> Need:
    """What a change to an issue takes; to that of a pull request either permission will do."""
    permissions = ("issues", "pull_requests") if issue.is_pull else ("issues",)
    return to_write(*permissions, role=role)


def reachable(owner: str, name: str, number: int) -> tuple[Repository, Issue]:
    """The issue, where the caller may read it."""
    repo = enter(owner, name, READ)
    issue = issue_in(repo, number)
    require(caller(), repo, to_read("issues", "pull_requests") if issue.is_pull else to_read("issues"))
    return repo, issue


def changeable(
    owner: str, name: str, number: int, role: Literal["read", "triage", "write"]
) -> tuple[Repository, Issue]:
    """The issue, where the caller may change it so."""
    repo = enter(owner, name, to_read("metadata"))
    issue = issue_in(repo, number)
    require(caller(), repo, to_change(issue, role))
    return repo, issue


def names_of(labels: tuple[str | LabelRef, ...]) -> list[str]:
    return [one if isinstance(one, str) else one.name for one in labels]


@blueprint.get("/repos/<owner>/<name>/issues")
def list_issues(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    found = [issue for issue in site().store.all(Issue, repo.id) if _wanted(issue)]
    by_update = request.args.get("sort") == "updated"
    found.sort(
        key=lambda one: (one.updated_at if by_update else one.created_at, one.number),
        reverse=request.args.get("direction", "desc") == "desc",
    )
    return page(found, lambda one: serialize.issue(site(), repo, one))


@blueprint.post("/repos/<owner>/<name>/issues")
def create_issue(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, OPEN), body(NewIssue)
    may_label = not isinstance(asking := caller(), AsPerson) or has_role(repo, asking.account, "triage")
    issue = issues.open_issue(
        site(),
        repo,
        actor(),
        title=str(wanted.title),
        body=wanted.body,
        labels=names_of(wanted.labels) if may_label else (),  # GitHub drops them silently
        assignees=wanted.assignees if may_label else (),
    )
    return created(serialize.issue(site(), repo, issue))


@blueprint.get("/repos/<owner>/<name>/issues/<int:number>")
def get_issue(owner: str, name: str, number: int) -> Response:
    repo, issue = reachable(owner, name, number)
    return reply(serialize.issue(site(), repo, issue))


@blueprint.patch("/repos/<owner>/<name>/issues/<int:number>")
def update_issue(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "read")
    if not (isinstance(asking := caller(), AsPerson) and asking.account.id == issue.author_id):
        require(asking, repo, to_change(issue, "triage"))
    return reply(serialize.issue(site(), repo, apply(repo, issue, body(IssueChange))))


def apply(repo: Repository, issue: Issue, change: IssueChange) -> Issue:
    by, given = actor(), change.model_fields_set
    title = issue.title if change.title is None else str(change.title)
    text = change.body if "body" in given else issue.body
    issue = issues.edit(site(), repo, by, issue, title=title, body=text)
    if change.labels is not None:
        with site().store.transaction():
            labels = [issues.label_named(site(), repo, name) for name in names_of(change.labels)]
            issue = issues.set_labels(site(), repo, by, issue, labels)
    if change.assignees is not None:
        issue = issues.set_assignees(site(), repo, by, issue, change.assignees)
    if change.state == "closed":
        issue = issues.close(site(), repo, by, issue, change.state_reason)
    if change.state == "open":
        issue = issues.reopen(site(), repo, by, issue)
    return issue


@blueprint.post("/repos/<owner>/<name>/issues/<int:number>/assignees")
def add_assignees(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    logins = [site().store.need(Account, one).login for one in issue.assignee_ids]
    issue = issues.set_assignees(site(), repo, actor(), issue, [*logins, *body(Assignees).assignees])
    return reply(serialize.issue(site(), repo, issue), 201)


@blueprint.delete("/repos/<owner>/<name>/issues/<int:number>/assignees")
def remove_assignees(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    gone = {login.lower() for login in body(Assignees).assignees}
    logins = [site().store.need(Account, one).login for one in issue.assignee_ids]
    issue = issues.set_assignees(site(), repo, actor(), issue, [one for one in logins if one.lower() not in gone])
    return reply(serialize.issue(site(), repo, issue))


@blueprint.get("/repos/<owner>/<name>/issues/<int:number>/events")
def list_events(owner: str, name: str, number: int) -> Response:
    repo, issue = reachable(owner, name, number)
    return page(site().store.all(IssueEvent, issue.id), lambda one: serialize.issue_event(site(), repo, one))


def _wanted(issue: Issue) -> bool:
    state = request.args.get("state", "open")
    wanted_labels = {name.lower() for name in request.args.get("labels", "").split(",") if name}
    labels = {label.key for label_id in issue.label_ids if (label := site().store.get(Label, label_id))}
    return (
        state in {"all", issue.state}
        and wanted_labels <= labels
        and since(issue.updated_at)
        and _by(request.args.get("creator"), issue.author_id)
    )


def _by(login: str | None, account_id: int) -> bool:
    return login is None or site().store.need(Account, account_id).login.lower() == login.lower()
