"""Reviews on the pages of a pull request: what was said of which lines, and the forms to say more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from flask import Blueprint, abort
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.demo.github import lookup, reviews
from app.demo.github.access import has_role, to_read, to_write
from app.demo.github.diffs import DiffLine, diff_lines, place_now
from app.demo.github.lookup import conversation
from app.demo.github.pages import visit
from app.demo.github.pages.markdown import render
from app.demo.github.pages.shown import Remark, remark
from app.demo.github.records import Account, Pull, Repository, Review, ReviewComment, ReviewState, ReviewThread, Span
from app.demo.github.rest.request import site
from app.demo.github.reviews import Verdict

blueprint = Blueprint("reviews", __name__)
READ = to_read("pull_requests")
TALK = to_write("pull_requests", role="read")
WRITE = to_write("pull_requests")
PULL = "/<owner>/<name>/pull/<int:number>"
LINES_ABOVE = 4


@dataclass(frozen=True)
class ThreadShown:
    id: int
    path: str
    lines: str
    hunk: Sequence[DiffLine]
    comments: Sequence[Remark]
    resolved_by: Account | None
    is_outdated: bool
    is_pending: bool


@dataclass(frozen=True)
class ReviewShown:
    """A review with the threads it began; `counts` where its author may write to the repository."""

    id: int
    author: Account
    state: ReviewState
    counts: bool
    body: Markup | None
    at: datetime | None
    threads: Sequence[ThreadShown]

    @property
    def is_verdict(self) -> bool:
        return self.state in {"APPROVED", "CHANGES_REQUESTED"}


def reviews_shown(repo: Repository, pull: Pull) -> dict[str, object]:
    """What both pages of a pull request show of its reviews, and whether the visitor may resolve threads."""
    me, issue = visit.person(), conversation(site(), repo, pull)
    found = lookup.seen_by(site(), pull, me.id if me else None)
    shown = [_review(repo, pull, one) for one in found]
    pending = lookup.pending_of(site(), pull, me.id) if me else None
    is_own = me is not None and me.id == issue.author_id
    return {
        "reviews": [one for one in shown if one.body or one.threads or one.state != "COMMENTED"],
        "reviewers": [site().store.need(Account, one) for one in pull.reviewer_ids],
        "pending": pending,
        "pending_comments": len(lookup.of_review(site(), pending)) if pending else 0,
        "is_own": is_own,
        "may_resolve": is_own or visit.may(repo, WRITE),
    }


@blueprint.post(f"{PULL}/reviews")
def review(owner: str, name: str, number: int) -> Response:
    """Submit the review that one is in the middle of, or one of only these words."""
    repo = visit.enter(owner, name, TALK)
    pull, by, words = visit.pull_in(repo, number), visit.actor(), visit.field("body")
    verdict = _verdict(visit.field("verdict"))
    with site().store.transaction():
        begun = lookup.pending_of(site(), pull, by.account.id)
        begun = begun or reviews.begin(site(), repo, by, pull, body="", commit_sha=None, remarks=())
        done = reviews.submit(site(), repo, by, pull, begun, verdict, words)
    return visit.go_to(f"{_path(repo, pull)}#pullrequestreview-{done.id}")


@blueprint.post(f"{PULL}/reviews/<int:review_id>/dismiss")
def dismiss(owner: str, name: str, number: int, review_id: int) -> Response:
    repo = visit.enter(owner, name, WRITE)
    pull, found = visit.pull_in(repo, number), site().store.get(Review, review_id)
    if found is None or found.pull_id != pull.id:
        abort(404)
    reviews.dismiss(site(), repo, visit.actor(), pull, found)
    return visit.go_to(_path(repo, pull))


@blueprint.post(f"{PULL}/line-comments")
def comment(owner: str, name: str, number: int) -> Response:
    """Comment on lines at once, or as a part of a review that is still to be submitted."""
    repo = visit.enter(owner, name, TALK)
    pull, by = visit.pull_in(repo, number), visit.actor()
    said = reviews.Remark(_span(), visit.field("body"))
    if visit.field("act") == "single":
        reviews.comment(site(), repo, by, pull, said)
        return visit.go_to(_path(repo, pull))
    with site().store.transaction():
        begun = lookup.pending_of(site(), pull, by.account.id)
        begun = begun or reviews.begin(site(), repo, by, pull, body="", commit_sha=None, remarks=())
        reviews.add(site(), repo, by, pull, begun, said)
    return visit.go_to(f"{_path(repo, pull)}/files#review")


@blueprint.post(f"{PULL}/threads/<int:thread_id>/reply")
def reply(owner: str, name: str, number: int, thread_id: int) -> Response:
    repo = visit.enter(owner, name, TALK)
    pull = visit.pull_in(repo, number)
    thread = _thread_in(pull, thread_id)
    first = _public(thread)[0]
    reviews.reply(site(), repo, visit.actor(), pull, first, visit.field("body"))
    return visit.go_to(f"{_path(repo, pull)}#thread-{thread.id}")


@blueprint.post(f"{PULL}/threads/<int:thread_id>/resolve")
def resolve(owner: str, name: str, number: int, thread_id: int) -> Response:
    repo = visit.enter(owner, name, READ)
    pull, by = visit.pull_in(repo, number), visit.actor()
    thread = _thread_in(pull, thread_id)
    if conversation(site(), repo, pull).author_id != by.account.id:
        visit.enter(owner, name, WRITE)
    reviews.resolve(site(), repo, by, pull, thread, resolved=bool(visit.field("resolved")))
    return visit.go_to(f"{_path(repo, pull)}#thread-{thread.id}")


def _review(repo: Repository, pull: Pull, found: Review) -> ReviewShown:
    author = site().store.need(Account, found.author_id)
    begun = [one for one in lookup.of_review(site(), found) if one.in_reply_to_id is None]
    return ReviewShown(
        found.id,
        author,
        found.state,
        has_role(repo, author, "write"),
        render(found.body, repository=f"/{repo.full_name}") if found.body else None,
        found.submitted_at,
        [_thread(repo, pull, found, one) for one in begun],
    )


def _thread(repo: Repository, pull: Pull, review: Review, first: ReviewComment) -> ThreadShown:
    thread = site().store.need(ReviewThread, first.thread_id)
    is_pending = review.state == "PENDING"
    said = lookup.in_thread(site(), thread) if is_pending else _public(thread)
    by = thread.resolved_by_id
    hunk = diff_lines(thread.diff_hunk)
    return ThreadShown(
        thread.id,
        thread.span.path,
        _lines(thread.span),
        hunk[-LINES_ABOVE:],
        [_remark(repo, one) for one in said],
        site().store.need(Account, by) if by else None,
        place_now(site().git(repo), thread, pull.base_sha, pull.head_sha) is None,
        is_pending,
    )


def _remark(repo: Repository, one: ReviewComment) -> Remark:
    edited = one.updated_at > one.created_at
    return remark(site(), repo, one.id, one.author_id, one.body, one.created_at, is_edited=edited)


def _public(thread: ReviewThread) -> list[ReviewComment]:
    return [one for one in lookup.in_thread(site(), thread) if lookup.is_public(site(), one)]


def _lines(span: Span) -> str:
    if span.line is None:
        return ""
    return f"lines {span.start_line}–{span.line}" if span.start_line else f"line {span.line}"


def _thread_in(pull: Pull, thread_id: int) -> ReviewThread:
    found = site().store.get(ReviewThread, thread_id)
    if found is None or found.pull_id != pull.id or not _public(found):
        abort(404)
    return found


def _span() -> Span:
    line, start = visit.field("line"), visit.field("start_line")
    side = "LEFT" if visit.field("side") == "LEFT" else "RIGHT"
    if not line.isdigit() or (start and not start.isdigit()):
        abort(422)
    first = int(start) if start and int(start) != int(line) else None
    return Span(visit.field("path"), side, int(line), first, side if first else None)


def _verdict(word: str) -> Verdict:
    return next((one for one in get_args(Verdict) if one == word), None) or abort(422)


def _path(repo: Repository, pull: Pull) -> str:
    return f"/{repo.full_name}/pull/{pull.number}"
