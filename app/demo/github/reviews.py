"""What people and Apps say about the lines of a pull request, and what they think of it as a whole.

Each comment belongs to a review: one that is made alone, and each reply, to a review of its own without words.
https://docs.github.com/en/rest/pulls/reviews
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.demo.github.answers import Refusal, invalid
from app.demo.github.diffs import OutsideDiff, Place, place
from app.demo.github.issues import MAX_BODY
from app.demo.github.lookup import conversation, in_thread, is_public, of_review, pending_of
from app.demo.github.records import (
    Pull,
    Reaction,
    Repository,
    Review,
    ReviewComment,
    ReviewState,
    ReviewThread,
    Span,
)
from app.demo.github.review_events import tell_of_comment, tell_of_review, tell_of_thread
from app.demo.github.site import Actor, Site

Verdict = Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"]
STATES: dict[Verdict, ReviewState] = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
ONE_PENDING = "User can only have one pending review per pull request"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wants to say about some lines."""

    span: Span
    body: str


def begin(
    site: Site, repo: Repository, by: Actor, pull: Pull, *, body: str, commit_sha: str | None, remarks: Sequence[Remark]
) -> Review:
    """A review that only its author sees until it is submitted; nothing is announced.

    Raises:
        Refusal: 422, there is one already, or a remark is on no line of the diff.
    """
    _check_length(body)
    sha = _commit_of(site, repo, pull, commit_sha)
    with site.store.transaction():
        if pending_of(site, pull, by.account.id) is not None:
            raise _unprocessable(ONE_PENDING)
        review = _new_review(site, by, pull, sha, body=body)
        for remark in remarks:
            add(site, repo, by, pull, review, remark)
    return review


def add(site: Site, repo: Repository, by: Actor, pull: Pull, review: Review, remark: Remark) -> ReviewComment:
    """One more comment for a review that was not submitted yet."""
    try:
        where = place(site.git(repo).compare(pull.base_sha, review.commit_sha).files, remark.span)
    except OutsideDiff as outside:
        raise _unprocessable(f"{outside.what.replace('_', ' ').capitalize()} could not be resolved") from outside
    with site.store.transaction():
        return _new_comment(site, by, review, _new_thread(site, pull, review, where), remark.body)


def submit(
    site: Site, repo: Repository, by: Actor, pull: Pull, review: Review, verdict: Verdict, body: str | None
) -> Review:
    """Let everybody see a pending review.

    Raises:
        Refusal: 422, it was submitted before, says nothing, or is about one's own pull request.
    """
    words = review.body if body is None else body
    _check_length(words)
    if review.state != "PENDING":
        raise _unprocessable("Can not submit a review that is not pending")
    comments = of_review(site, review)
    _check_verdict(site, repo, by, pull, verdict, has_words=bool(words.strip() or comments))
    with site.store.transaction():
        done = replace(review, body=words, state=STATES[verdict], submitted_at=site.now())
        site.store.save(done)
        left = tuple(one for one in pull.reviewer_ids if one != by.account.id)
        site.store.save(replace(site.store.need(Pull, pull.id), reviewer_ids=left))
        tell_of_review(site, repo, by, "submitted", pull, done)
        for comment in comments:
            tell_of_comment(site, repo, by, "created", pull, comment)
    return done


def edit(site: Site, repo: Repository, by: Actor, pull: Pull, review: Review, body: str) -> Review:
    _check_length(body)
    if body == review.body:
        return review
    with site.store.transaction():
        edited = site.store.save(replace(review, body=body))
        if review.state != "PENDING":
            tell_of_review(site, repo, by, "edited", pull, edited, {"changes": {"body": {"from": review.body}}})
    return edited


def dismiss(site: Site, repo: Repository, by: Actor, pull: Pull, review: Review) -> Review:
    """Let a verdict count no longer. https://docs.github.com/en/rest/pulls/reviews#dismiss-a-review-for-a-pull-request"""
    if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
        raise _unprocessable(f"Can not dismiss a {review.state.lower()} pull request review")
    with site.store.transaction():
        dismissed = site.store.save(replace(review, state="DISMISSED"))
        tell_of_review(site, repo, by, "dismissed", pull, dismissed)
    return dismissed


def discard(site: Site, review: Review) -> None:
    """Delete a review that nobody else has seen, with its comments."""
    if review.state != "PENDING":
        raise _unprocessable("Can not delete a non-pending pull request review")
    with site.store.transaction():
        for comment in of_review(site, review):
            site.store.delete(site.store.need(ReviewThread, comment.thread_id))
            site.store.delete(comment)
        site.store.delete(review)


def comment(
    site: Site, repo: Repository, by: Actor, pull: Pull, remark: Remark, commit_sha: str | None = None
) -> ReviewComment:
    """A comment on its own.

    Raises:
        Refusal: 422, it is on no line of the diff, or its author is in the middle of a review.
    """
    sha = _commit_of(site, repo, pull, commit_sha)
    try:
        where = place(site.git(repo).compare(pull.base_sha, sha).files, remark.span)
    except OutsideDiff as outside:
        field = f"pull_request_review_thread.{outside.what}"
        why = "is invalid" if outside.what == "path" else "must be part of the diff"
        raise invalid("PullRequestReviewComment", field, message=f"{field} {why}") from outside
    with site.store.transaction():
        _check_idle(site, by, pull)
        review = _new_review(site, by, pull, sha)
        made = _new_comment(site, by, review, _new_thread(site, pull, review, where), remark.body)
        submit(site, repo, by, pull, review, "COMMENT", None)
    return made


def reply(site: Site, repo: Repository, by: Actor, pull: Pull, to: ReviewComment, body: str) -> ReviewComment:
    """An answer in the thread of its first comment.

    Raises:
        Refusal: 404, `to` is an answer itself; 422, its author is in the middle of a review.
    """
    if to.in_reply_to_id is not None:
        raise Refusal(404, "Not Found")
    with site.store.transaction():
        _check_idle(site, by, pull)
        review = _new_review(site, by, pull, site.store.need(ReviewThread, to.thread_id).commit_sha)
        made = _new_comment(site, by, review, site.store.need(ReviewThread, to.thread_id), body, in_reply_to=to)
        submit(site, repo, by, pull, review, "COMMENT", None)
    return made


def edit_comment(site: Site, repo: Repository, by: Actor, pull: Pull, old: ReviewComment, body: str) -> ReviewComment:
    _check_comment(body)
    if body == old.body:
        return old
    with site.store.transaction():
        new = site.store.save(replace(old, body=body, updated_at=site.now()))
        if is_public(site, new):
            tell_of_comment(site, repo, by, "edited", pull, new, {"changes": {"body": {"from": old.body}}})
    return new


def delete_comment(site: Site, repo: Repository, by: Actor, pull: Pull, gone: ReviewComment) -> None:
    """Delete a comment, and its thread when it was the last one there."""
    with site.store.transaction():
        if is_public(site, gone):
            tell_of_comment(site, repo, by, "deleted", pull, gone)
        for reaction in site.store.all(Reaction, gone.id):
            site.store.delete(reaction)
        site.store.delete(gone)
        thread = site.store.need(ReviewThread, gone.thread_id)
        if not in_thread(site, thread):
            site.store.delete(thread)


def resolve(
    site: Site, repo: Repository, by: Actor, pull: Pull, thread: ReviewThread, *, resolved: bool
) -> ReviewThread:
    if resolved == (thread.resolved_by_id is not None):
        return thread
    with site.store.transaction():
        thread = site.store.save(replace(thread, resolved_by_id=by.account.id if resolved else None))
        comments = [one for one in in_thread(site, thread) if is_public(site, one)]
        tell_of_thread(site, repo, by, "resolved" if resolved else "unresolved", pull, thread, comments)
    return thread


def _new_review(site: Site, by: Actor, pull: Pull, sha: str, *, body: str = "") -> Review:
    return site.store.insert(
        Review(
            pull_id=pull.id,
            author_id=by.account.id,
            app_id=by.app_id,
            body=body,
            state="PENDING",
            commit_sha=sha,
            submitted_at=None,
        )
    )


def _new_thread(site: Site, pull: Pull, review: Review, where: Place) -> ReviewThread:
    return site.store.insert(
        ReviewThread(
            pull_id=pull.id,
            span=where.span,
            position=where.position,
            diff_hunk=where.diff_hunk,
            base_sha=pull.base_sha,
            commit_sha=review.commit_sha,
        )
    )


def _new_comment(
    site: Site, by: Actor, review: Review, thread: ReviewThread, body: str, *, in_reply_to: ReviewComment | None = None
) -> ReviewComment:
    _check_comment(body)
    now = site.now()
    return site.store.insert(
        ReviewComment(
            pull_id=review.pull_id,
            thread_id=thread.id,
            review_id=review.id,
            in_reply_to_id=in_reply_to.id if in_reply_to else None,
            author_id=by.account.id,
            app_id=by.app_id,
            body=body,
            created_at=now,
            updated_at=now,
        )
    )


def _commit_of(site: Site, repo: Repository, pull: Pull, sha: str | None) -> str:
    """The commit of the pull request that is spoken of: its head, where none is named."""
    if sha is None or sha == pull.head_sha:
        return pull.head_sha
    if sha not in site.git(repo).compare(pull.base_sha, pull.head_sha).ahead:
        raise invalid("PullRequestReview", "commit_id", message="commit_id is not part of the pull request")
    return sha


def _check_verdict(site: Site, repo: Repository, by: Actor, pull: Pull, verdict: Verdict, *, has_words: bool) -> None:
    if verdict != "COMMENT" and conversation(site, repo, pull).author_id == by.account.id:
        raise _unprocessable(f"Can not {verdict.lower().replace('_', ' ')} on your own pull request")
    if verdict != "APPROVE" and not has_words:
        raise _unprocessable("Body can't be blank")


def _check_idle(site: Site, by: Actor, pull: Pull) -> None:
    if pending_of(site, pull, by.account.id) is not None:
        message = "user_id can only have one pending review per pull request"
        raise invalid("PullRequestReview", "user_id", "custom", message)


def _check_comment(body: str) -> None:
    if not body.strip():
        raise invalid("PullRequestReviewComment", "body", "missing_field", "Body cannot be blank")
    _check_length(body)


def _check_length(body: str) -> None:
    if len(body) > MAX_BODY:
        raise _unprocessable(f"Body is too long (maximum is {MAX_BODY} characters)")


def _unprocessable(reason: str) -> Refusal:
    return Refusal(422, "Unprocessable Entity", errors=[reason])
