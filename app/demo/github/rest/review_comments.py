"""Comments on the lines of a pull request. https://docs.github.com/en/rest/pulls/comments"""

from typing import Literal

from flask import Blueprint, Response, request

from app.demo.github import lookup, reviews
from app.demo.github.access import require, to_read, to_write
from app.demo.github.answers import Refusal, invalid
from app.demo.github.diffs import OutsideDiff, place_at
from app.demo.github.records import Pull, Repository, ReviewComment, Side, Span
from app.demo.github.rest.pulls import pull_in
from app.demo.github.rest.request import Body, actor, body, caller, created, enter, nothing, page, reply, since, site
from app.demo.github.reviews import Remark
from app.demo.github.serialize import reviews as serialize

blueprint = Blueprint("review_comments", __name__)
READ = to_read("pull_requests")
COMMENT = to_write("pull_requests", role="read")
CHANGE_OTHERS = to_write("pull_requests", role="write")
OF_PULL = "/repos/<owner>/<name>/pulls/<int:number>/comments"
OF_REPOSITORY = "/repos/<owner>/<name>/pulls/comments"
ONE = f"{OF_REPOSITORY}/<int:comment_id>"


class CommentText(Body):
    body: str


class NewComment(CommentText):
    commit_id: str
    path: str
    position: int | None = None
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None
    subject_type: Literal["line", "file"] = "line"
    in_reply_to: int | None = None

    def span(self, repo: Repository, pull: Pull) -> Span:
        if self.subject_type == "file":
            return Span(self.path)
        if self.line is not None:
            return Span(self.path, self.side, self.line, self.start_line, self.start_side)
        if self.position is None:
            raise invalid("PullRequestReviewComment", "line", "missing_field")
        try:
            files = site().git(repo).compare(pull.base_sha, self.commit_id).files
            return place_at(files, self.path, self.position)
        except OutsideDiff as outside:
            raise invalid("PullRequestReviewComment", "position") from outside


@blueprint.get(OF_PULL)
def list_comments(owner: str, name: str, number: int) -> Response:
    repo = enter(owner, name, READ)
    pull = pull_in(repo, number)
    return _list([(pull, one) for one in lookup.public_comments(site(), pull)], repo)


@blueprint.get(OF_REPOSITORY)
def list_comments_in_repository(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    pulls = site().store.all(Pull, repo.id)
    return _list([(pull, one) for pull in pulls for one in lookup.public_comments(site(), pull)], repo)


@blueprint.post(OF_PULL)
def create_comment(owner: str, name: str, number: int) -> Response:
    repo, wanted = enter(owner, name, COMMENT), body(NewComment)
    pull = pull_in(repo, number)
    if wanted.in_reply_to is not None:
        return _answer(repo, pull, wanted.in_reply_to, wanted.body)
    if site().git(repo).kind(wanted.commit_id) != "commit":
        raise invalid("PullRequestReviewComment", "commit_id", message="commit_id is not part of the pull request")
    remark = Remark(wanted.span(repo, pull), wanted.body)
    made = reviews.comment(site(), repo, actor(), pull, remark, wanted.commit_id)
    return created(serialize.comment(site(), repo, pull, made))


@blueprint.post(f"{OF_PULL}/<int:comment_id>/replies")
def create_reply(owner: str, name: str, number: int, comment_id: int) -> Response:
    repo, wanted = enter(owner, name, COMMENT), body(CommentText)
    return _answer(repo, pull_in(repo, number), comment_id, wanted.body)


@blueprint.get(ONE)
def get_comment(owner: str, name: str, comment_id: int) -> Response:
    repo = enter(owner, name, READ)
    pull, found = comment_in(repo, comment_id)
    return reply(serialize.comment(site(), repo, pull, found))


@blueprint.patch(ONE)
def update_comment(owner: str, name: str, comment_id: int) -> Response:
    repo, pull, found = _changeable(owner, name, comment_id)
    edited = reviews.edit_comment(site(), repo, actor(), pull, found, body(CommentText).body)
    return reply(serialize.comment(site(), repo, pull, edited))


@blueprint.delete(ONE)
def delete_comment(owner: str, name: str, comment_id: int) -> Response:
    repo, pull, found = _changeable(owner, name, comment_id)
    reviews.delete_comment(site(), repo, actor(), pull, found)
    return nothing()


def comment_in(repo: Repository, comment_id: int) -> tuple[Pull, ReviewComment]:
    """A comment that everybody may see, or that the caller is about to make."""
    found = site().store.get(ReviewComment, comment_id)
    pull = site().store.get(Pull, found.pull_id) if found else None
    if found is None or pull is None or pull.repo_id != repo.id:
        raise Refusal(404, "Not Found")
    if not lookup.is_public(site(), found) and found.author_id != actor().account.id:
        raise Refusal(404, "Not Found")
    return pull, found


def _answer(repo: Repository, pull: Pull, comment_id: int, text: str) -> Response:
    of_pull, to = comment_in(repo, comment_id)
    if of_pull.id != pull.id:
        raise Refusal(404, "Not Found")
    made = reviews.reply(site(), repo, actor(), pull, to, text)
    return created(serialize.comment(site(), repo, pull, made))


def _changeable(owner: str, name: str, comment_id: int) -> tuple[Repository, Pull, ReviewComment]:
    """A comment the caller wrote, or may change because they may write to the repository."""
    repo = enter(owner, name, COMMENT)
    pull, found = comment_in(repo, comment_id)
    if found.author_id != actor().account.id:
        require(caller(), repo, CHANGE_OTHERS)
    return repo, pull, found


def _list(found: list[tuple[Pull, ReviewComment]], repo: Repository) -> Response:
    shown = [pair for pair in found if since(pair[1].updated_at)]
    shown.sort(
        key=lambda pair: (
            pair[1].updated_at if request.args.get("sort") == "updated" else pair[1].created_at,
            pair[1].id,
        ),
        reverse=request.args.get("direction") == "desc",
    )
    return page(shown, lambda pair: serialize.comment(site(), repo, *pair))
