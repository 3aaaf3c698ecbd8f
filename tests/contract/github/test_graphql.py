"""GraphQL says 200 to nearly everything: what the adapter makes of its refusals, its limits and its troubles.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from githubkit import UnauthAuthStrategy

from app.adapters.github.connection import Connection, Request
from app.domain.repo import PullRef
from app.errors import Limited, RepoError, TransientError
from app.ports.code_host import ReviewCommentId
from tests.contract.github.conftest import SHOP, Bench
from tests.contract.github.loopback import REPOSITORY, Reply, loopback, reply

GRAPHQL = "POST /graphql"
PULL = PullRef(SHOP, 5)
NOBODY_IS_LEFT: Mapping[str, object] = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
NO_THREADS = {"data": {"repository": {"pullRequest": {"reviewThreads": NOBODY_IS_LEFT}}}}


def refusal(kind: str | None, message: str, **headers: str) -> Reply:
    error = {"message": message} if kind is None else {"type": kind, "message": message}
    return reply(200, {"data": {"repository": None}, "errors": [error]}, x_ratelimit_resource="graphql", **headers)


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """The App's token is known everywhere, so that what GitHub says is believed."""
    bench.with_a_token_known_everywhere()
    bench.server.on(f"GET {REPOSITORY}/pulls/5", reply(200, {"node_id": "PR_5", "draft": True}))
    return bench


@pytest.mark.parametrize(
    ("kind", "message", "said"),
    [
        pytest.param("NOT_FOUND", "Could not resolve", "acme/shop has no pull request 5", id="not there"),
        pytest.param(
            "FORBIDDEN", "Resource not accessible by integration", "grant it “pull_requests: read”", id="forbidden"
        ),
        pytest.param("UNPROCESSABLE", "Too old", "refuses pull request 5: Too old", id="refused"),
        pytest.param(None, "Field 'x' doesn't exist", "refuses pull request 5: Field 'x'", id="a field it has not"),
    ],
)
def test_a_refusal_says_what_a_person_can_do(ready: Bench, kind: str | None, message: str, said: str) -> None:
    ready.server.on(GRAPHQL, refusal(kind, message))
    with pytest.raises(RepoError, match=said):
        ready.ports().reviews.threads(PULL)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        pytest.param("RATE_LIMITED", "API rate limit exceeded", id="the points are used up"),
        pytest.param("RATE_LIMIT", "API rate limit exceeded", id="in the words of another server"),
        pytest.param(None, "You have exceeded a secondary rate limit.", id="a secondary limit"),
    ],
)
def test_a_limit_is_kept_by_everybody_though_its_status_is_200(ready: Bench, kind: str | None, message: str) -> None:
    ready.server.on(GRAPHQL, refusal(kind, message, retry_after="40"))
    with pytest.raises(Limited) as limited:
        ready.ports().reviews.threads(PULL)
    assert limited.value.retry_after == timedelta(seconds=40)
    with pytest.raises(Limited):
        ready.process().ports({"pull_requests": "read"}, permit=lambda _: None).pulls.get(PULL)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(refusal(None, "Something went wrong while executing your query."), id="something went wrong"),
        pytest.param(reply(502, "<html>"), id="an outage"),
        pytest.param(reply(200, "<html>not GitHub</html>"), id="not GitHub"),
        pytest.param(reply(200, {"data": None}), id="no data"),
    ],
)
def test_what_passes_is_tried_again_later(ready: Bench, broken: Reply) -> None:
    ready.server.on(GRAPHQL, broken)
    with pytest.raises(TransientError):
        ready.ports().reviews.threads(PULL)


def test_a_query_that_failed_in_transit_is_sent_once_more_and_a_mutation_is_not(ready: Bench) -> None:
    ready.server.on(GRAPHQL, reply(502, ""), reply(200, NO_THREADS))
    assert ready.ports().reviews.threads(PULL) == ()
    assert ready.permitted == []

    ready.server.on(GRAPHQL, reply(502, ""))
    with pytest.raises(TransientError):
        ready.ports().pulls.leave_draft(PULL)
    assert ready.server.asked(GRAPHQL) == 3
    assert len(ready.permitted) == 1


def test_a_refusal_right_after_the_token_was_made_is_doubted(bench: Bench) -> None:
    bench.server.on(GRAPHQL, refusal("NOT_FOUND", "Could not resolve"), reply(200, NO_THREADS))
    assert bench.ports().reviews.threads(PULL) == ()


def test_points_of_graphql_are_not_taken_for_requests_of_the_hour(ready: Bench) -> None:
    spent = {"x_ratelimit_limit": "5000", "x_ratelimit_remaining": "3", "x_ratelimit_reset": "9999999999"}
    ready.server.on(GRAPHQL, reply(200, NO_THREADS, x_ratelimit_resource="graphql", **spent))
    ready.ports().reviews.threads(PULL)
    assert ready.ports().reviews.threads(PULL) == ()


def test_a_server_of_ones_own_has_graphql_beside_its_rest_api() -> None:
    with loopback() as server:
        server.on("POST /api/graphql", reply(200, NO_THREADS))
        answer = Connection(f"{server.url}/api/v3").send(UnauthAuthStrategy(), Request("POST", "/graphql", body={}))
        assert answer.status == 200


def test_threads_are_read_page_after_page_and_not_for_ever(ready: Bench) -> None:
    thread = {"isResolved": False, "isOutdated": False, "comments": {"nodes": [{"fullDatabaseId": "9007199254740993"}]}}
    more = {"nodes": [thread], "pageInfo": {"hasNextPage": True, "endCursor": "next"}}
    page = {"data": {"repository": {"pullRequest": {"reviewThreads": more}}}}
    ready.server.on(GRAPHQL, reply(200, page), reply(200, NO_THREADS))
    (found,) = ready.ports().reviews.threads(PULL)
    assert found.comments == (9007199254740993,)

    ready.server.on(GRAPHQL, reply(200, page))
    with pytest.raises(RepoError, match="acme/shop#5 has more than 2,000 threads"):
        ready.ports().reviews.threads(PULL)


def said(number: int, kind: str, body: str = "<!-- mark -->") -> Mapping[str, object]:
    return {
        "id": number,
        "node_id": f"PRRC_{number}",
        "pull_request_review_id": 1,
        "user": {"id": number, "login": "somebody", "type": kind},
        "body": body,
        "path": "README.md",
        "in_reply_to_id": 7,
    }


def test_an_answer_is_the_apps_own_only_when_github_says_so(ready: Bench) -> None:
    comments = [said(1, "User"), said(2, "Bot"), said(3, "Bot", "no mark"), said(4, "Bot")]
    ready.server.on(f"GET {REPOSITORY}/pulls/5/comments", reply(200, comments))
    theirs, own = ({"data": {"node": {"viewerDidAuthor": own}}} for own in (False, True))
    ready.server.on(GRAPHQL, reply(200, theirs), reply(200, own))

    assert ready.ports().reviews.find_reply(PULL, ReviewCommentId(7), "<!-- mark -->") == 4
    assert ready.server.asked(GRAPHQL) == 2


def test_a_comment_of_a_deleted_account_is_read(ready: Bench) -> None:
    review = {"id": 1, "user": None, "state": "COMMENTED", "body": None, "commit_id": None}
    reviews = [{**review, "submitted_at": "2026-01-02T03:04:05Z"}, {**review, "state": "PENDING"}]
    ready.server.on(f"GET {REPOSITORY}/pulls/5/reviews", reply(200, reviews))
    ready.server.on(f"GET {REPOSITORY}/pulls/5/comments", reply(200, [{**said(2, "User"), "user": None}]))
    (found,) = ready.ports().reviews.of(PULL)
    assert (found.author.login, found.comments[0].author.user_id, found.body) == ("ghost", 0, "")


def test_what_is_no_draft_is_left_alone(ready: Bench) -> None:
    ready.server.on(f"GET {REPOSITORY}/pulls/5", reply(200, {"node_id": "PR_5", "draft": False}))
    ready.ports().pulls.leave_draft(PULL)
    assert (ready.server.asked(GRAPHQL), ready.permitted) == (0, [])
