"""Finding records by what they say of each other."""

from app.demo.github.records import Issue, Pull, Repository, Review, ReviewComment, ReviewThread
from app.demo.github.site import Site


def conversation(site: Site, repo: Repository, pull: Pull) -> Issue:
    """The issue that holds a pull request's title, body, state, labels and comments."""
    found = site.store.find(Issue, repo.id, str(pull.number))
    if found is None:
        raise LookupError(f"{repo.full_name}#{pull.number} has no conversation")
    return found


def pull_of(site: Site, repo: Repository, issue: Issue) -> Pull:
    """The pull request whose conversation this is."""
    found = site.store.find(Pull, repo.id, str(issue.number))
    if found is None:
        raise LookupError(f"{repo.full_name}#{issue.number} has a conversation and no pull request")
    return found


def open_pulls_from(site: Site, repo: Repository, branch: str) -> list[Pull]:
    return [pull for pull in open_pulls(site, repo) if pull.head_branch == branch]


def open_pulls_at(site: Site, repo: Repository, head_sha: str) -> list[Pull]:
    return [pull for pull in open_pulls(site, repo) if pull.head_sha == head_sha]


def open_pulls(site: Site, repo: Repository) -> list[Pull]:
    pulls = site.store.all(Pull, repo.id)
    return [pull for pull in pulls if conversation(site, repo, pull).state == "open"]


def pending_of(site: Site, pull: Pull, account_id: int) -> Review | None:
    """The review that somebody is in the middle of."""
    reviews = site.store.all(Review, pull.id)
    return next((one for one in reviews if one.state == "PENDING" and one.author_id == account_id), None)


def seen_by(site: Site, pull: Pull, account_id: int | None) -> list[Review]:
    """The reviews that were submitted, and one's own that was not yet."""
    return [one for one in site.store.all(Review, pull.id) if one.state != "PENDING" or one.author_id == account_id]


def of_review(site: Site, review: Review) -> list[ReviewComment]:
    return [one for one in site.store.all(ReviewComment, review.pull_id) if one.review_id == review.id]


def in_thread(site: Site, thread: ReviewThread) -> list[ReviewComment]:
    return [one for one in site.store.all(ReviewComment, thread.pull_id) if one.thread_id == thread.id]


def is_public(site: Site, found: ReviewComment) -> bool:
    return site.store.need(Review, found.review_id).state != "PENDING"


def public_comments(site: Site, pull: Pull) -> list[ReviewComment]:
    public = {one.id for one in seen_by(site, pull, None)}
    return [one for one in site.store.all(ReviewComment, pull.id) if one.review_id in public]
