"""Reviews of a pull request. https://docs.github.com/en/rest/pulls/reviews"""

from flask import Blueprint, Response

from app.demo.github import lookup, reviews
from app.demo.github.access import Anonymous, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.diffs import OutsideDiff, place_at
from app.demo.github.records import Pull, Repository, Review, Side, Span
from app.demo.github.rest.pulls import pull_in
from app.demo.github.rest.request import Body, actor, body, caller, enter, page, reply, site
from app.demo.github.reviews import Remark, Verdict
from app.demo.github.serialize import reviews as serialize

blueprint = Blueprint("reviews", __name__)
READ = to_read("pull_requests")
REVIEW = to_write("pull_requests", role="read")
DISMISS = to_write("pull_requests", role="write")
REVIEWS = "/repos/<owner>/<name>/pulls/<int:number>/reviews"
ONE = f"{REVIEWS}/<int:review_id>"


class NewRemark(Body):
    path: str
    body: str
    position: int | None = None
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None

    def as_remark(self, repo: Repository, pull: Pull, commit_sha: str) -> Remark:
        if self.line is not None:
            return Remark(Span(self.path, self.side, self.line, self.start_line, self.start_side), self.body)
        if self.position is None:
            raise Refusal(422, "Unprocessable Entity", errors=["Line could not be resolved"])
        files = site().git(repo).compare(pull.base_sha, commit_sha).files
        try:
            return Remark(place_at(files, self.path, self.position), self.body)
        except OutsideDiff as outside:
            raise Refusal(422, "Unprocessable Entity", errors=["Position could not be resolved"]) from outside


class NewReview(Body):
    body: str | None = None
    event: Verdict | None = None
    commit_id: str | None = None
    comments: tuple[NewRemark, ...] = ()


class Submission(Body):
    event: Verdict
    body: str | None = None


class Words(Body):
    body: str


class Dismissal(Body):
    message: str


@blueprint.get(REVIEWS)
def list_reviews(owner: str, name: str, number: int) -> Response:
    repo = enter(owner, name, READ)
    pull = pull_in(repo, number)
    return page(lookup.seen_by(site(), pull, _me()), lambda one: serialize.review(site(), repo, pull, one))


@blueprint.post(REVIEWS)
def create_review(owner: str, name: str, number: int) -> Response:
    repo, by, wanted = enter(owner, name, REVIEW), actor(), body(NewReview)
    pull = pull_in(repo, number)
    remarks = [one.as_remark(repo, pull, wanted.commit_id or pull.head_sha) for one in wanted.comments]
    with site().store.transaction():
        made = reviews.begin(
            site(), repo, by, pull, body=wanted.body or "", commit_sha=wanted.commit_id, remarks=remarks
        )
        if wanted.event is not None:
            made = reviews.submit(site(), repo, by, pull, made, wanted.event, None)
    return reply(serialize.review(site(), repo, pull, made))


@blueprint.get(ONE)
def get_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo = enter(owner, name, READ)
    pull = pull_in(repo, number)
    return reply(serialize.review(site(), repo, pull, _review(pull, review_id)))


@blueprint.put(ONE)
def update_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo, pull, found = _own(owner, name, number, review_id)
    edited = reviews.edit(site(), repo, actor(), pull, found, body(Words).body)
    return reply(serialize.review(site(), repo, pull, edited))


@blueprint.delete(ONE)
def delete_pending_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo, pull, found = _own(owner, name, number, review_id)
    shown = serialize.review(site(), repo, pull, found)
    reviews.discard(site(), found)
    return reply(shown)


@blueprint.get(f"{ONE}/comments")
def list_comments_of_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo = enter(owner, name, READ)
    pull = pull_in(repo, number)
    found = lookup.of_review(site(), _review(pull, review_id))
    return page(found, lambda one: serialize.comment(site(), repo, pull, one))


@blueprint.post(f"{ONE}/events")
def submit_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo, pull, found = _own(owner, name, number, review_id)
    wanted = body(Submission)
    done = reviews.submit(site(), repo, actor(), pull, found, wanted.event, wanted.body)
    return reply(serialize.review(site(), repo, pull, done))


@blueprint.put(f"{ONE}/dismissals")
def dismiss_review(owner: str, name: str, number: int, review_id: int) -> Response:
    repo = enter(owner, name, DISMISS)
    pull, wanted = pull_in(repo, number), body(Dismissal)
    if not wanted.message.strip():
        raise Refusal(422, "Unprocessable Entity", errors=["Message can't be blank"])
    dismissed = reviews.dismiss(site(), repo, actor(), pull, _review(pull, review_id))
    return reply(serialize.review(site(), repo, pull, dismissed))


def _review(pull: Pull, review_id: int) -> Review:
    found = site().store.get(Review, review_id)
    if found is None or found not in lookup.seen_by(site(), pull, _me()):
        raise Refusal(404, "Not Found")
    return found


def _own(owner: str, name: str, number: int, review_id: int) -> tuple[Repository, Pull, Review]:
    """A review that the caller wrote."""
    repo, by = enter(owner, name, REVIEW), actor()
    pull = pull_in(repo, number)
    found = _review(pull, review_id)
    if found.author_id != by.account.id:
        raise Refusal(403, "Forbidden")
    return repo, pull, found


def _me() -> int | None:
    return None if isinstance(caller(), Anonymous) else actor().account.id
