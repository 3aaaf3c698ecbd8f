"""The part of the GraphQL API that ACS asks. https://docs.github.com/en/graphql"""

from uuid import uuid4

import httpx
import pytest

from tests.contract.local_github.reviewing import comment, line, priced, push
from tests.contract.local_github.world import SHOP, Document, World, at, items, number, running, text

PULLS = f"/repos/{SHOP}/pulls"
READY = "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"
DRAFT = "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
UNRESOLVE = "mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
THREADS = """
query($number: Int!, $first: Int!, $after: String) {
  repository(owner: "acme", name: "shop") {
    pullRequest(number: $number) {
      reviewThreads(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved isOutdated path line comments(first: 10) { nodes { fullDatabaseId body } } }
      }
    }
  }
}
"""
BOTH: Document = {"pull_requests": "write", "contents": "write"}


def ask(client: httpx.Client, query: str, path: str = "/graphql", **variables: Document) -> Document:
    answer = client.post(path, json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    return answer.json()


def node_of(client: httpx.Client, pull: int) -> str:
    return text(client.get(f"{PULLS}/{pull}").json(), "node_id")


def threads(client: httpx.Client, pull: int, *, first: int = 100, after: str | None = None) -> Document:
    found = ask(client, THREADS, number=pull, first=first, after=after)
    return at(found, "data", "repository", "pullRequest", "reviewThreads")


@pytest.mark.parametrize("path", ["/graphql", "/api/graphql"])
def test_a_draft_is_left_and_taken_up_again(world: World, path: str) -> None:
    pull = world.pull(f"draft{path.replace('/', '-')}", draft=True)
    with world.bot(permissions=BOTH) as bot:
        for query, is_draft in ((READY, False), (READY, False), (DRAFT, True)):
            answer = ask(bot, query, path, id=node_of(bot, pull))
            assert isinstance(answer, dict)
            assert "errors" not in answer
            assert bot.get(f"{PULLS}/{pull}").json()["draft"] is is_draft
    for name in ("pull_request.ready_for_review", "pull_request.converted_to_draft"):
        told = world.receiver.wait(name, where=lambda one: number(one, "number") == pull).payload
        assert text(told, "sender", "login") == "acs[bot]"


def test_threads_are_listed_with_their_comments_page_by_page(world: World) -> None:
    pull = priced(world, "listed-threads", "export const price = 2\nexport const tax = 1\n")
    first, second = (comment(world, "tom", pull, line(one, f"Line {one}")) for one in (1, 2))
    with world.bot(permissions={"pull_requests": "write"}) as bot:
        bot.post(f"{PULLS}/{pull}/comments/{number(first, 'id')}/replies", json={"body": "Yes"})
        push(world, "listed-threads", "export const price = 3\nexport const tax = 1\n")
        page = threads(bot, pull, first=1)
        assert (at(page, "totalCount"), at(page, "pageInfo", "hasNextPage")) == (2, True)
        (one,) = items(page, "nodes")
        assert (at(one, "isOutdated"), at(one, "line"), at(one, "isResolved")) == (True, None, False)
        assert [text(said, "body") for said in items(one, "comments", "nodes")] == ["Line 1", "Yes"]
        rest = threads(bot, pull, after=text(page, "pageInfo", "endCursor"))
        assert at(rest, "pageInfo", "hasNextPage") is False
        assert text(rest, "nodes", 0, "comments", "nodes", 0, "fullDatabaseId") == text(second, "id")


def test_a_thread_is_resolved_and_unresolved(world: World) -> None:
    pull = priced(world, "resolved")
    comment(world, "tom", pull, line(1))
    with world.person("tom") as tom:
        thread = text(threads(tom, pull), "nodes", 0, "id")
        for query, is_resolved in ((RESOLVE, True), (UNRESOLVE, False)):
            ask(tom, query, id=thread)
            assert at(threads(tom, pull), "nodes", 0, "isResolved") is is_resolved


def test_who_may_not_write_changes_nothing(world: World) -> None:
    pull = priced(world, "not-yours")
    comment(world, "tom", pull, line(1))
    with world.person("rita") as rita:
        draft, thread = node_of(rita, pull), text(threads(rita, pull), "nodes", 0, "id")
        for query, node in ((DRAFT, draft), (RESOLVE, thread)):
            answer = ask(rita, query, id=node)
            assert text(answer, "errors", 0, "type") == "FORBIDDEN"
            assert "rita does not have the correct permissions" in text(answer, "errors", 0, "message")
        assert rita.get(f"{PULLS}/{pull}").json()["draft"] is False
        assert at(threads(rita, pull), "nodes", 0, "isResolved") is False


@pytest.mark.parametrize(
    "permissions",
    [
        pytest.param({"pull_requests": "write"}, id="contents are not granted"),
        pytest.param({"pull_requests": "write", "contents": "read"}, id="contents are only read"),
        pytest.param({"contents": "write", "pull_requests": "read"}, id="pull requests are only read"),
    ],
)
def test_an_app_leaves_a_draft_only_with_both_permissions(world: World, permissions: Document) -> None:
    pull = world.pull(f"app-{uuid4().hex[:8]}", draft=True)
    with world.bot(permissions=permissions) as bot:
        answer = ask(bot, READY, id=node_of(bot, pull))
        assert at(answer, "data", "markPullRequestReadyForReview") is None
        assert at(answer, "errors", 0, "path") == ["markPullRequestReadyForReview"]
        assert (text(answer, "errors", 0, "type"), text(answer, "errors", 0, "message")) == (
            "FORBIDDEN",
            "Resource not accessible by integration",
        )
        assert bot.get(f"{PULLS}/{pull}").json()["draft"] is True


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param('{ node(id: "PR_nothing") { id } }', "Could not resolve to a node with", id="an id of nothing"),
        pytest.param('{ repository(owner: "acme", name: "vault") { id } }', "Could not resolve to a Repo", id="hidden"),
        pytest.param(
            '{ repository(owner: "acme", name: "shop") { pullRequest(number: 9999999) { id } } }',
            "Could not resolve to a PullRequest with the number of 9999999.",
            id="a number nobody counts to",
        ),
    ],
)
def test_what_is_not_there_is_an_error_and_status_200(world: World, query: str, message: str) -> None:
    with world.person("stranger") as stranger:
        answer = ask(stranger, query)
    assert text(answer, "errors", 0, "type") == "NOT_FOUND"
    assert message in text(answer, "errors", 0, "message")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("{ viewer { login } }", "Cannot query field 'viewer'", id="a field it does not have"),
        pytest.param("{ node", "Syntax Error", id="no query"),
        pytest.param("{" + "a" * 9 + "{" * 3_000, "Syntax Error", id="too many tokens"),
        pytest.param(READY, "non-null type 'ID!' to be provided", id="a missing variable"),
    ],
)
def test_a_query_that_makes_no_sense_is_answered_with_errors(world: World, query: str, message: str) -> None:
    with world.person("tom") as tom:
        assert message in text(ask(tom, query), "errors", 0, "message")


def test_lists_are_asked_for_in_pages(world: World) -> None:
    pull = world.pull("pages-of-threads")
    query = '{ repository(owner: "acme", name: "shop") { pullRequest(number: %d) { reviewThreads%s { totalCount } } } }'
    with world.person("tom") as tom:
        unbounded, excessive = ask(tom, query % (pull, "")), ask(tom, query % (pull, "(first: 101)"))
    assert text(unbounded, "errors", 0, "type") == "MISSING_PAGINATION_BOUNDARIES"
    assert "from 1 to 100" in text(excessive, "errors", 0, "message")


def test_nobody_asks_without_signing_in(world: World) -> None:
    with world.github.as_anybody() as anybody, world.app() as app, world.person("tom") as tom:
        for client in (anybody, app):
            assert client.post("/graphql", json={"query": "{ node(id: 1) { id } }"}).status_code == 401
        assert tom.post("/graphql", content=b"nothing").status_code == 400
        assert "query attribute" in text(tom.post("/graphql", json={}).json(), "errors", 0, "message")


def test_its_requests_are_counted_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    query = '{ repository(owner: "acme", name: "shop") { nameWithOwner } }'
    with running(tmp_path_factory.mktemp("counted"), requests_per_hour=2) as limited, limited.person("tom") as tom:
        answers = [tom.post("/graphql", json={"query": query}) for _ in range(3)]
        assert text(answers[1].json(), "data", "repository", "nameWithOwner") == SHOP
        assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
        assert {one.headers["X-RateLimit-Resource"] for one in answers} == {"graphql"}
        assert (answers[2].status_code, text(answers[2].json(), "errors", 0, "type")) == (200, "RATE_LIMITED")
        left = tom.get("/rate_limit").json()["resources"]
        assert (left["graphql"]["remaining"], left["core"]["remaining"]) == (0, 2)
