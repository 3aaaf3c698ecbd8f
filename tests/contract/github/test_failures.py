"""What GitHub's refusals and outages become: something a person can mend, or something that passes."""

from datetime import timedelta

import pytest
from githubkit import TokenAuthStrategy

from app.adapters.github.connection import Connection, Request
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef
from app.errors import RepoError, StaleFence, TransientError
from app.ports.budgets import Write
from app.ports.code_host import BranchExists, CheckOutput, CheckRunId, CommentId
from tests.contract.github.conftest import EVERYTHING, SHOP, Bench
from tests.contract.github.loopback import MINT, REPOSITORY, Reply, hang, hang_up, refuse, reply

ISSUE = IssueRef(SHOP, 1)
PULL = PullRef(SHOP, 3)
COMMENT = f"POST {REPOSITORY}/issues/1/comments"
GET_PULL = f"GET {REPOSITORY}/pulls/3"
SECRET = "ghs_first"


@pytest.mark.parametrize(
    ("answer", "wait_s"),
    [
        pytest.param(refuse(429, "Too many", retry_after="17"), 17, id="429 with its wait"),
        pytest.param(refuse(403, "Slow down", retry_after="30"), 30, id="403 with its wait"),
        pytest.param(refuse(403, "You have exceeded a secondary rate limit. Wait."), 60, id="secondary, by its words"),
        pytest.param(refuse(429, "Too many"), 60, id="429 without advice"),
        pytest.param(refuse(429, "Too many", retry_after="soon"), 60, id="advice that is no number"),
        pytest.param(refuse(403, "Limit", x_ratelimit_remaining="0", x_ratelimit_reset="1"), 1, id="already over"),
        pytest.param(refuse(403, "Limit", x_ratelimit_remaining="0"), 60, id="used up, until when it does not say"),
        pytest.param(refuse(429, "Limit", retry_after="999999"), 3600, id="an absurd wait"),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(bench: Bench, answer: Reply, wait_s: int) -> None:
    bench.server.on(COMMENT, answer)

    with pytest.raises(TransientError) as limited:
        bench.ports().issues.comment(ISSUE, "hello")
    assert limited.value.retry_after == timedelta(seconds=wait_s)


def test_the_primary_rate_limit_is_waited_out_until_its_reset(bench: Bench) -> None:
    reset = str(int(bench.clock.now().timestamp()) + 600)
    bench.server.on(COMMENT, refuse(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset))

    with pytest.raises(TransientError) as limited:
        bench.ports().issues.comment(ISSUE, "hello")
    wait = limited.value.retry_after or timedelta()
    assert timedelta(seconds=590) < wait <= timedelta(seconds=600)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refuse(500, "Server Error"), id="500"),
        pytest.param(reply(502, "<html>Bad Gateway</html>"), id="502 in HTML"),
        pytest.param(refuse(503, "Unavailable"), id="503"),
        pytest.param(refuse(418, "I'm a teapot"), id="a status without meaning"),
        pytest.param(reply(201, "<html>Sign in to the airport's network</html>"), id="HTML"),
        pytest.param(reply(201, "{"), id="half of an answer"),
        pytest.param(reply(201, {"id": "no number"}), id="a field of another type"),
        pytest.param(reply(201, ["a list"]), id="a list"),
        pytest.param(hang_up, id="a dropped connection"),
    ],
)
def test_an_answer_that_makes_no_sense_passes_and_is_not_repeated_in_place(bench: Bench, answer: Reply) -> None:
    bench.server.on(COMMENT, answer)

    with pytest.raises(TransientError):
        bench.ports().issues.comment(ISSUE, "hello")
    assert bench.server.asked(COMMENT) == 1


@pytest.mark.parametrize(
    "fault", [pytest.param(refuse(502, "Bad Gateway"), id="502"), pytest.param(hang_up, id="a dropped connection")]
)
def test_a_read_that_fails_in_transit_is_sent_once_more(bench: Bench, fault: Reply) -> None:
    bench.with_a_token_known_everywhere()
    comments = f"GET {REPOSITORY}/issues/1/comments"
    bench.server.on(comments, fault, reply(200, []))
    assert bench.ports().issues.find_comment(ISSUE, "marker") is None

    bench.server.on(comments, fault)
    with pytest.raises(TransientError):
        bench.ports().issues.find_comment(ISSUE, "marker")
    assert bench.server.asked(comments) == 4


def test_nobody_listening_passes() -> None:
    with pytest.raises(TransientError, match=r"GitHub did not answer GET /zen: no connection"):
        Connection("http://127.0.0.1:1").send(TokenAuthStrategy(SECRET), Request("GET", "/zen"))


def test_a_github_that_hangs_is_left_in_time(bench: Bench) -> None:
    bench.server.on("GET /zen", hang)

    with pytest.raises(TransientError, match=r"GitHub did not answer GET /zen: it took too long"):
        Connection(bench.server.url, read_timeout_s=0.1).send(TokenAuthStrategy(SECRET), Request("GET", "/zen"))


def test_a_missing_permission_is_named(bench: Bench) -> None:
    bench.server.on(f"POST {REPOSITORY}/git/refs", refuse(403, "Resource not accessible by integration"))

    with pytest.raises(RepoError) as refused:
        bench.ports().commits.create_branch(SHOP, "acs/issue-1", HeadSha("a" * 40))
    assert str(refused.value) == (
        "The App may not touch branch acs/issue-1 of acme/shop: grant it “contents: write” in the App's settings, "
        "then accept the new permissions in the installation of acme"
    )


def test_a_suspended_installation_is_named_also_when_its_token_is_still_held(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()
    bench.server.on(COMMENT, refuse(403, "This installation has been suspended"))

    with pytest.raises(RepoError, match="Installation 7 of the App on acme is suspended"):
        bench.ports().issues.comment(ISSUE, "hello")


def test_any_other_refusal_is_given_in_githubs_words(bench: Bench) -> None:
    bench.server.on(COMMENT, refuse(403, "Unable to create comment because issue is locked"))
    with pytest.raises(RepoError, match=r"^acme/shop: GitHub refuses issue 1: Unable to create comment because"):
        bench.ports().issues.comment(ISSUE, "hello")

    errors = [{"resource": "PullRequest", "code": "custom", "message": "No commits between\nmain and acs"}, "and more"]
    bench.server.on(f"POST {REPOSITORY}/pulls", reply(422, {"message": "Validation Failed", "errors": errors}))
    with pytest.raises(RepoError) as refused:
        bench.ports().pulls.open_draft(SHOP, head_branch="acs", base_branch="main", title="t", body="b")
    assert str(refused.value) == (
        "acme/shop: GitHub refuses pull request from acs: Validation Failed; No commits between main and acs; and more"
    )


def test_what_is_not_there_is_named(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()

    with pytest.raises(RepoError, match=r"^acme/shop has no pull request 3, or the App may not see it$"):
        bench.ports().pulls.get(PULL)


def test_a_branch_that_exists_is_told_apart(bench: Bench) -> None:
    refs = f"POST {REPOSITORY}/git/refs"
    bench.server.on(refs, refuse(422, "Reference already exists"))
    with pytest.raises(BranchExists, match="acme/shop has a branch acs already"):
        bench.ports().commits.create_branch(SHOP, "acs", HeadSha("a" * 40))

    bench.server.on(refs, refuse(422, "Object does not exist"))
    with pytest.raises(RepoError, match="Object does not exist") as refused:
        bench.ports().commits.create_branch(SHOP, "acs", HeadSha("a" * 40))
    assert not isinstance(refused.value, BranchExists)


def test_deleting_a_branch_that_is_gone_is_done_and_one_that_is_protected_is_refused(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()
    ref = f"DELETE {REPOSITORY}/git/refs/heads/acs"
    for gone in (refuse(404, "Not Found"), refuse(422, "Reference does not exist")):
        bench.server.on(ref, gone)
        bench.ports().commits.delete_branch(SHOP, "acs")

    bench.server.on(ref, refuse(422, "Cannot delete protected branch"))
    with pytest.raises(RepoError, match="Cannot delete protected branch"):
        bench.ports().commits.delete_branch(SHOP, "acs")


def test_no_token_and_no_body_is_in_what_goes_wrong(bench: Bench) -> None:
    answers = [refuse(500, "x"), hang_up, reply(201, '{"id": "hidden"}'), refuse(422, "No"), refuse(403, "No")]
    for answer in answers:
        bench.server.on(COMMENT, answer)
        with pytest.raises((RepoError, TransientError)) as failed:
            bench.ports().issues.comment(ISSUE, "my words")

        story, error = "", failed.value
        while error is not None:
            story, error = f"{story} {error!r} {error}", error.__cause__ or error.__context__
        assert not any(secret in story for secret in (SECRET, "my words", "hidden"))


def test_every_write_asks_the_fence_first_and_a_stale_one_writes_nothing(bench: Bench) -> None:
    def stale(_: Write) -> None:
        raise StaleFence

    at, output = bench.clock.now(), CheckOutput("t", "s")
    ports = bench.github.ports(EVERYTHING, permit=stale)
    writes = [
        lambda: ports.issues.react(ISSUE, "eyes"),
        lambda: ports.issues.comment(ISSUE, "b"),
        lambda: ports.issues.edit_comment(SHOP, CommentId(1), "b"),
        lambda: ports.pulls.open_draft(SHOP, head_branch="a", base_branch="main", title="t", body="b"),
        lambda: ports.commits.create_branch(SHOP, "a", HeadSha("a" * 40)),
        lambda: ports.commits.delete_branch(SHOP, "a"),
        lambda: ports.checks.create(SHOP, name="n", head_sha=HeadSha("a" * 40), external_id="e", output=output),
        lambda: ports.checks.start(SHOP, CheckRunId(1), at=at, output=output),
        lambda: ports.checks.conclude(SHOP, CheckRunId(1), conclusion="success", at=at, output=output),
    ]
    for write in writes:
        with pytest.raises(StaleFence):
            write()

    assert {line for line, _, _ in bench.server.requests} == {f"POST {MINT}"}


def test_a_write_that_is_sent_again_asks_the_fence_again(bench: Bench) -> None:
    bench.server.on(COMMENT, refuse(401, "Bad credentials"), refuse(401, "Bad credentials"), reply(201, {"id": 1}))

    bench.ports().issues.comment(ISSUE, "hello")

    assert len(bench.permitted) == 3


def test_reading_needs_no_fence(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()

    assert bench.ports().commits.branch_head(SHOP, "acs") is None
    assert bench.ports().collaborators.permission(SHOP, Actor("ada", 1, "User")) == "none"

    assert bench.permitted == []
