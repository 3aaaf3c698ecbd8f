"""Reviews of pull requests, their comments (`pull-request-review-comment`), and threads of those."""

from collections.abc import Sequence

from app.demo.github.diffs import place_now
from app.demo.github.lookup import conversation
from app.demo.github.records import Pull, Repository, Review, ReviewComment, ReviewThread
from app.demo.github.serialize import Fields, maybe_stamp, stamp
from app.demo.github.serialize.accounts import user_by_id
from app.demo.github.serialize.issues import association, issue_page, reactions
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url
from app.demo.github.site import Site


def review(site: Site, repo: Repository, pull: Pull, found: Review) -> Fields:
    page = f"{issue_page(site, repo, conversation(site, repo, pull))}#pullrequestreview-{found.id}"
    url = f"{api_url(site, repo)}/pulls/{pull.number}"
    submitted: Fields = {"submitted_at": maybe_stamp(found.submitted_at)} if found.submitted_at else {}
    return {
        "id": found.id,
        "node_id": node_id("Review", found.id),
        "user": user_by_id(site, found.author_id),
        "body": found.body,
        "state": found.state,
        "html_url": page,
        "pull_request_url": url,
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        **submitted,
        "commit_id": found.commit_sha,
        "author_association": association(repo, found.author_id),
    }


def review_in_event(site: Site, repo: Repository, pull: Pull, found: Review) -> Fields:
    """As deliveries write it: the state in lower case, no words as none."""
    return {
        **review(site, repo, pull, found),
        "state": found.state.lower(),
        "body": found.body or None,
    }


def comment(site: Site, repo: Repository, pull: Pull, found: ReviewComment) -> Fields:
    """A comment; where its lines are not in the diff any more, it has neither `position` nor `line`."""
    thread = site.store.need(ReviewThread, found.thread_id)
    url = f"{api_url(site, repo)}/pulls/comments/{found.id}"
    page = f"{issue_page(site, repo, conversation(site, repo, pull))}#discussion_r{found.id}"
    pull_url = f"{api_url(site, repo)}/pulls/{pull.number}"
    answered: Fields = {} if found.in_reply_to_id is None else {"in_reply_to_id": found.in_reply_to_id}
    return {
        "url": url,
        "pull_request_review_id": found.review_id,
        "id": found.id,
        "node_id": node_id("ReviewComment", found.id),
        "diff_hunk": thread.diff_hunk,
        "path": thread.span.path,
        **_where(site, repo, pull, thread),
        "user": user_by_id(site, found.author_id),
        "body": found.body,
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.updated_at),
        "html_url": page,
        "pull_request_url": pull_url,
        "author_association": association(repo, found.author_id),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}},
        "reactions": reactions(site, found.id, url),
        **answered,
    }


def thread(site: Site, repo: Repository, pull: Pull, found: ReviewThread, comments: Sequence[ReviewComment]) -> Fields:
    return {
        "node_id": node_id("ReviewThread", found.id),
        "comments": [comment(site, repo, pull, one) for one in comments],
    }


def _where(site: Site, repo: Repository, pull: Pull, found: ReviewThread) -> Fields:
    then, now = found.span, place_now(site.git(repo), found, pull.base_sha, pull.head_sha)
    is_file = then.line is None
    whole = 1 if is_file else None  # GitHub gives comments on a file the first line
    return {
        "commit_id": pull.head_sha if now else found.commit_sha,
        "original_commit_id": found.commit_sha,
        "position": now.position if now else None,
        "original_position": found.position,
        "line": (now.span.line or whole) if now else None,
        "original_line": then.line or whole,
        "start_line": now.span.start_line if now else None,
        "original_start_line": then.start_line,
        "side": then.side,
        "start_side": then.start_side,
        "subject_type": "file" if is_file else "line",
    }
