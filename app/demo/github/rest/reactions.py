"""Reactions to issues, comments, and comments on lines. https://docs.github.com/en/rest/reactions/reactions"""

from flask import Blueprint, Response, request

from app.demo.github import issues
from app.demo.github.access import require, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.records import Content, Reaction
from app.demo.github.rest.comments import comment_in
from app.demo.github.rest.issues import changeable, reachable, to_change
from app.demo.github.rest.request import Body, actor, body, caller, enter, nothing, page, reply, site
from app.demo.github.rest.review_comments import comment_in as review_comment_in
from app.demo.github.serialize import issues as serialize

blueprint = Blueprint("reactions", __name__)
ISSUE = "/repos/<owner>/<name>/issues/<int:number>/reactions"
COMMENT = "/repos/<owner>/<name>/issues/comments/<int:comment_id>/reactions"
REVIEW_COMMENT = "/repos/<owner>/<name>/pulls/comments/<int:comment_id>/reactions"


class NewReaction(Body):
    content: Content


@blueprint.get(ISSUE)
def list_on_issue(owner: str, name: str, number: int) -> Response:
    _, issue = reachable(owner, name, number)
    return _list(issue.id)


@blueprint.post(ISSUE)
def react_to_issue(owner: str, name: str, number: int) -> Response:
    _, issue = changeable(owner, name, number, "read")
    return _react(issue.id)


@blueprint.delete(f"{ISSUE}/<int:reaction_id>")
def delete_on_issue(owner: str, name: str, number: int, reaction_id: int) -> Response:
    _, issue = changeable(owner, name, number, "read")
    return _delete(issue.id, reaction_id)


@blueprint.get(COMMENT)
def list_on_comment(owner: str, name: str, comment_id: int) -> Response:
    repo = enter(owner, name, to_read("issues", "pull_requests"))
    comment_in(repo, comment_id)
    return _list(comment_id)


@blueprint.post(COMMENT)
def react_to_comment(owner: str, name: str, comment_id: int) -> Response:
    _may_react(owner, name, comment_id)
    return _react(comment_id)


@blueprint.delete(f"{COMMENT}/<int:reaction_id>")
def delete_on_comment(owner: str, name: str, comment_id: int, reaction_id: int) -> Response:
    _may_react(owner, name, comment_id)
    return _delete(comment_id, reaction_id)


@blueprint.get(REVIEW_COMMENT)
def list_on_review_comment(owner: str, name: str, comment_id: int) -> Response:
    review_comment_in(enter(owner, name, to_read("pull_requests")), comment_id)
    return _list(comment_id)


@blueprint.post(REVIEW_COMMENT)
def react_to_review_comment(owner: str, name: str, comment_id: int) -> Response:
    review_comment_in(enter(owner, name, to_write("pull_requests", role="read")), comment_id)
    return _react(comment_id)


@blueprint.delete(f"{REVIEW_COMMENT}/<int:reaction_id>")
def delete_on_review_comment(owner: str, name: str, comment_id: int, reaction_id: int) -> Response:
    review_comment_in(enter(owner, name, to_write("pull_requests", role="read")), comment_id)
    return _delete(comment_id, reaction_id)


def _may_react(owner: str, name: str, comment_id: int) -> None:
    repo = enter(owner, name, to_read("metadata"))
    issue, _ = comment_in(repo, comment_id)
    require(caller(), repo, to_change(issue, "read"))


def _list(subject_id: int) -> Response:
    content = request.args.get("content")
    found = [one for one in site().store.all(Reaction, subject_id) if content in {None, one.content}]
    return page(found, lambda one: serialize.reaction(site(), one))


def _react(subject_id: int) -> Response:
    reaction, is_new = issues.react(site(), actor(), subject_id, body(NewReaction).content)
    return reply(serialize.reaction(site(), reaction), 201 if is_new else 200)


def _delete(subject_id: int, reaction_id: int) -> Response:
    found = site().store.get(Reaction, reaction_id)
    if found is None or found.subject_id != subject_id:
        raise Refusal(404, "Not Found")
    if found.account_id != actor().account.id:
        raise Refusal(403, "Forbidden")
    site().store.delete(found)
    return nothing()
