"""Whom a pull request waits for. https://docs.github.com/en/rest/pulls/review-requests"""

from flask import Blueprint, Response

from app.demo.github import reviewers
from app.demo.github.access import to_read, to_write
from app.demo.github.lookup import conversation
from app.demo.github.records import Account, Pull, Repository
from app.demo.github.rest.pulls import pull_in
from app.demo.github.rest.request import Body, actor, body, enter, reply, site
from app.demo.github.serialize.accounts import simple_user
from app.demo.github.serialize.pulls import pull_request_simple

blueprint = Blueprint("reviewers", __name__)
ASK = to_write("pull_requests", role="triage")
REVIEWERS = "/repos/<owner>/<name>/pulls/<int:number>/requested_reviewers"


class Asked(Body):
    """Teams there are none of here: whoever names one names nobody's team."""

    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()


class NoLongerAsked(Body):
    reviewers: tuple[str, ...]


@blueprint.get(REVIEWERS)
def list_reviewers(owner: str, name: str, number: int) -> Response:
    pull = pull_in(enter(owner, name, to_read("pull_requests")), number)
    people = [site().store.need(Account, one) for one in pull.reviewer_ids]
    return reply({"users": [simple_user(site(), one) for one in people], "teams": []})


@blueprint.post(REVIEWERS)
def request_reviewers(owner: str, name: str, number: int) -> Response:
    repo, wanted = enter(owner, name, ASK), body(Asked)
    logins = (*wanted.reviewers, *wanted.team_reviewers)
    return _shown(repo, reviewers.request(site(), repo, actor(), pull_in(repo, number), logins), 201)


@blueprint.delete(REVIEWERS)
def remove_reviewers(owner: str, name: str, number: int) -> Response:
    repo, wanted = enter(owner, name, ASK), body(NoLongerAsked)
    return _shown(repo, reviewers.withdraw(site(), repo, actor(), pull_in(repo, number), wanted.reviewers), 200)


def _shown(repo: Repository, pull: Pull, status: int) -> Response:
    return reply(pull_request_simple(site(), repo, conversation(site(), repo, pull), pull), status)
