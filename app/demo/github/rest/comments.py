"""Comments on issues and pull requests. https://docs.github.com/en/rest/issues/comments"""

from flask import Blueprint, Response

from app.demo.github import issues
from app.demo.github.access import require, to_read
from app.demo.github.answers import Refusal
from app.demo.github.records import Comment, Issue, Repository
from app.demo.github.rest.issues import changeable, reachable, to_change
from app.demo.github.rest.request import Body, actor, body, caller, created, enter, nothing, page, reply, since, site
from app.demo.github.serialize import issues as serialize

blueprint = Blueprint("comments", __name__)


class CommentText(Body):
    body: str


@blueprint.get("/repos/<owner>/<name>/issues/<int:number>/comments")
def list_comments(owner: str, name: str, number: int) -> Response:
    repo, issue = reachable(owner, name, number)
    found = [one for one in site().store.all(Comment, issue.id) if since(one.updated_at)]
    return page(found, lambda one: serialize.comment(site(), repo, issue, one))


@blueprint.post("/repos/<owner>/<name>/issues/<int:number>/comments")
def create_comment(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "read")
    made = issues.comment(site(), repo, actor(), issue, body(CommentText).body)
    return created(serialize.comment(site(), repo, issue, made))


@blueprint.get("/repos/<owner>/<name>/issues/comments/<int:comment_id>")
def get_comment(owner: str, name: str, comment_id: int) -> Response:
    repo = enter(owner, name, to_read("issues", "pull_requests"))
    issue, found = comment_in(repo, comment_id)
    return reply(serialize.comment(site(), repo, issue, found))


@blueprint.patch("/repos/<owner>/<name>/issues/comments/<int:comment_id>")
def update_comment(owner: str, name: str, comment_id: int) -> Response:
    repo, issue, found = _own(owner, name, comment_id)
    edited = issues.edit_comment(site(), repo, actor(), issue, found, body(CommentText).body)
    return reply(serialize.comment(site(), repo, issue, edited))


@blueprint.delete("/repos/<owner>/<name>/issues/comments/<int:comment_id>")
def delete_comment(owner: str, name: str, comment_id: int) -> Response:
    repo, issue, found = _own(owner, name, comment_id)
    issues.delete_comment(site(), repo, actor(), issue, found)
    return nothing()


def comment_in(repo: Repository, comment_id: int) -> tuple[Issue, Comment]:
    found = site().store.get(Comment, comment_id)
    issue = site().store.get(Issue, found.issue_id) if found else None
    if found is None or issue is None or issue.repo_id != repo.id:
        raise Refusal(404, "Not Found")
    return issue, found


def _own(owner: str, name: str, comment_id: int) -> tuple[Repository, Issue, Comment]:
    """A comment the caller wrote, or may change because they may write to the repository."""
    repo = enter(owner, name, to_read("metadata"))
    issue, found = comment_in(repo, comment_id)
    wrote_it = actor().account.id == found.author_id
    require(caller(), repo, to_change(issue, "read" if wrote_it else "write"))
    return repo, issue, found
