"""GitHub's limits: what it says is heeded by every process, and it is not pushed to say it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from githubkit import TokenAuthStrategy

from app.adapters.github.connection import Connection, Request
from app.domain.change import GeneratedFile
from app.domain.repo import HeadSha, IssueRef, PullRef
from app.errors import Limited
from app.ports.budgets import Account, Write
from app.ports.code_host import CommentId
from tests.contract.github.conftest import EVERYTHING, SHOP, Bench
from tests.contract.github.loopback import MINT, REPOSITORY, Reply, refuse, reply

ISSUE = IssueRef(SHOP, 1)
COMMENT = f"POST {REPOSITORY}/issues/1/comments"
COMMENTS = f"GET {REPOSITORY}/issues/1/comments"
EDIT = f"PATCH {REPOSITORY}/issues/comments/5"
STORE = replace(SHOP, installation_id=8)
SHA = HeadSha("a" * 40)
WRITTEN = {"id": 5}
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def hour(bench: Bench, remaining: object, *, limit: object = 5_000, ends_in: timedelta = 20 * MINUTE) -> dict[str, str]:
    reset = int((bench.clock.now() + ends_in).timestamp())
    return {
        "x_ratelimit_limit": str(limit),
        "x_ratelimit_remaining": str(remaining),
        "x_ratelimit_reset": str(reset),
    }


def wait_of(request: Callable[[], object]) -> timedelta:
    with pytest.raises(Limited) as limited:
        request()
    return limited.value.wait


def comment(bench: Bench) -> CommentId:
    return bench.ports().issues.comment(ISSUE, "hello")


def test_all_processes_leave_an_installation_alone_that_github_limits(bench: Bench) -> None:
    bench.server.on(COMMENT, refuse(403, "You have exceeded a secondary rate limit", retry_after="30"))
    other = bench.process().ports(EVERYTHING, permit=lambda _: None)
    wait_of(lambda: comment(bench))
    sent = len(bench.server.requests)

    assert wait_of(lambda: comment(bench)) == 30 * SECOND
    assert wait_of(lambda: other.issues.comment(ISSUE, "hello")) == 30 * SECOND
    assert wait_of(lambda: other.issues.find_comment(ISSUE, "marker")) == 30 * SECOND
    assert len(bench.server.requests) == sent

    bench.clock.pass_(30 * SECOND)
    bench.server.on(COMMENT, reply(201, WRITTEN))
    other.issues.comment(ISSUE, "hello")


def test_another_installation_goes_on(bench: Bench) -> None:
    bench.server.on(COMMENT, refuse(429, "Too many", retry_after="30"), reply(201, WRITTEN))
    bench.server.on(f"POST {MINT.replace('7', '8')}", *bench.server.replies[f"POST {MINT}"])
    wait_of(lambda: comment(bench))

    assert bench.ports().issues.comment(IssueRef(STORE, 1), "hello") == WRITTEN["id"]


def test_an_installation_is_left_alone_too_when_its_tokens_are_limited(bench: Bench) -> None:
    bench.server.on(f"POST {MINT}", refuse(403, "You have exceeded a secondary rate limit", retry_after="30"))
    wait_of(lambda: comment(bench))

    assert wait_of(lambda: bench.process().token(SHOP, {"contents": "read"})) == 30 * SECOND
    assert bench.server.asked(f"POST {MINT}") == 1


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [
        pytest.param(90, 90 * SECOND, id="soon"),
        pytest.param(-5, SECOND, id="over already"),
        pytest.param(10**8, 60 * MINUTE, id="years from now"),
    ],
)
def test_a_limit_may_end_at_a_date(bench: Bench, seconds: int, wait: timedelta) -> None:
    bench.clock.moment = bench.clock.moment.replace(microsecond=0)
    at = format_datetime(bench.clock.now() + seconds * SECOND, usegmt=True)
    bench.server.on(COMMENT, refuse(429, "Slow down", retry_after=at))

    assert wait_of(lambda: comment(bench)) == wait


@pytest.mark.parametrize(
    ("limit", "wait"),
    [
        pytest.param(refuse(429, "Slow", retry_after="9" * 400), MINUTE, id="more seconds than there are"),
        pytest.param(refuse(429, "Slow", retry_after="Mon, 99 Foo 2026"), MINUTE, id="no date"),
        pytest.param(
            refuse(403, "Slow", x_ratelimit_remaining="0", x_ratelimit_reset="9" * 30),
            MINUTE,
            id="a reset that no calendar has",
        ),
        pytest.param(
            refuse(403, "Slow", x_ratelimit_remaining="0", x_ratelimit_reset="9999999999"),
            60 * MINUTE,
            id="a reset in centuries",
        ),
    ],
)
def test_advice_is_taken_within_reason(bench: Bench, limit: Reply, wait: timedelta) -> None:
    bench.server.on(COMMENT, limit)

    assert wait_of(lambda: comment(bench)) == wait


def test_half_an_answer_about_a_limit_is_still_a_limit(bench: Bench) -> None:
    bench.server.on(COMMENT, reply(429, '{"message": "You have exc'))

    assert wait_of(lambda: comment(bench)) == MINUTE
    assert wait_of(lambda: comment(bench)) == MINUTE
    assert bench.server.asked(COMMENT) == 1


def test_the_last_requests_of_an_hour_are_not_used_by_anybody(bench: Bench) -> None:
    bench.server.on(COMMENT, reply(201, WRITTEN, **hour(bench, 100)))
    ports = bench.ports()

    assert ports.issues.comment(ISSUE, "hello") == 5

    for process in (bench.github, bench.process()):
        wait = wait_of(
            lambda process=process: process.ports(EVERYTHING, permit=lambda _: None).issues.react(ISSUE, "eyes")
        )
        assert timedelta(minutes=19) < wait <= timedelta(minutes=20)
    assert wait_of(lambda: ports.issues.find_comment(ISSUE, "marker")) > timedelta(minutes=19)
    bench.clock.pass_(20 * MINUTE)
    bench.server.on(COMMENT, reply(201, WRITTEN, **hour(bench, 4_999)))
    comment(bench)


def test_an_hour_is_no_longer_than_an_hour_whatever_the_headers_say(bench: Bench) -> None:
    bench.server.on(COMMENT, reply(201, WRITTEN, **hour(bench, 0, ends_in=timedelta(days=36_500))))
    comment(bench)

    assert wait_of(lambda: comment(bench)) == 60 * MINUTE


def test_an_edit_leaves_the_last_tenth_of_an_hour_to_a_first_comment(bench: Bench) -> None:
    bench.server.on(COMMENT, reply(201, WRITTEN, **hour(bench, 500)))
    bench.server.on(EDIT, reply(200, WRITTEN))
    comment(bench)

    assert wait_of(lambda: bench.ports().issues.edit_comment(SHOP, CommentId(5), "again")) > timedelta(minutes=19)
    comment(bench)

    assert (bench.server.asked(EDIT), bench.server.asked(COMMENT)) == (0, 2)
    bench.clock.pass_(20 * MINUTE)
    assert bench.ports().issues.edit_comment(SHOP, CommentId(5), "again")


@pytest.mark.parametrize(
    ("remaining", "limit"),
    [("-1", "5000"), ("0", "0" * 9), ("none", "5000"), ("3", ""), ("6000", "5000")],
)
def test_headers_that_make_no_sense_say_nothing(bench: Bench, remaining: str, limit: str) -> None:
    headers = hour(bench, remaining, limit=limit) | ({} if remaining != "0" else {"x_ratelimit_reset": "soon"})
    bench.server.on(COMMENT, reply(201, WRITTEN, **headers))

    comment(bench)
    comment(bench)

    assert bench.server.asked(COMMENT) == 2


def test_a_write_that_gets_no_permit_is_not_sent(bench: Bench) -> None:
    def used_up(_: Write) -> None:
        raise Limited("used up", retry_after=MINUTE)

    ports = bench.github.ports(EVERYTHING, permit=used_up)
    wait_of(lambda: ports.issues.comment(ISSUE, "hello"))

    assert bench.server.asked(COMMENT) == 0


def test_a_permit_is_asked_for_what_it_is(bench: Bench) -> None:
    shop, ports = Account("github.local", 7), bench.ports()
    bench.server.on(COMMENT, reply(201, WRITTEN))
    bench.server.on(EDIT, reply(200, WRITTEN))
    bench.server.on(f"POST {REPOSITORY}/git/refs", reply(201, {}))

    ports.issues.comment(ISSUE, "hello")
    ports.issues.edit_comment(SHOP, CommentId(5), "hello?")
    ports.commits.create_branch(SHOP, "acs", SHA)

    assert bench.permitted == [
        Write(shop, comments_on=ISSUE),
        Write(shop, can_wait=True),
        Write(shop, creates_content=False),
    ]


def test_reads_are_counted_with_the_next_write_of_the_process(bench: Bench) -> None:
    bench.server.on(COMMENTS, reply(200, []))
    bench.server.on(COMMENT, reply(201, WRITTEN))
    for _ in range(3):
        bench.ports().issues.find_comment(ISSUE, "marker")

    comment(bench)
    comment(bench)

    assert [write.reads for write in bench.permitted] == [3, 0]


def test_reads_are_not_forgotten_when_the_write_gets_no_permit(bench: Bench) -> None:
    bench.server.on(COMMENTS, reply(200, []))
    bench.server.on(COMMENT, reply(201, WRITTEN))
    bench.ports().issues.find_comment(ISSUE, "marker")

    def used_up(_: Write) -> None:
        raise Limited("used up", retry_after=MINUTE)

    wait_of(lambda: bench.github.ports(EVERYTHING, permit=used_up).issues.comment(ISSUE, "hello"))
    comment(bench)

    assert [write.reads for write in bench.permitted] == [1]


def test_a_commit_of_many_files_creates_no_content(bench: Bench) -> None:
    commit = {"sha": "c" * 40, "tree": {"sha": "t"}, "verification": {"verified": True, "reason": "valid"}}
    bench.server.on(f"GET {REPOSITORY}/git/commits/{SHA}", reply(200, commit))
    for kind, answer in (("trees", {"sha": "t"}), ("commits", commit)):
        bench.server.on(f"POST {REPOSITORY}/git/{kind}", reply(201, answer))

    bench.ports().commits.commit(SHOP, parent=SHA, files=[GeneratedFile("a.ts", "", "create")], message="Add")

    assert [write.creates_content for write in bench.permitted] == [False, False]


def tagged(body: object) -> Reply:
    """An answer with an entity tag; one that knows the tag hears that nothing changed."""
    tag = f'W/"{abs(hash(str(body)))}"'
    headers = {"etag": tag, "cache_control": "private, max-age=60, s-maxage=60", "vary": "Accept, Authorization"}
    return lambda request: reply(304 if request.headers.get("If-None-Match") == tag else 200, body, **headers)(request)


def test_what_did_not_change_is_asked_for_again_with_what_is_known_of_it(bench: Bench) -> None:
    pull = {"ref": "acs", "sha": SHA, "repo": {"id": 42}}
    read = {"number": 3, "state": "open", "html_url": "", "head": pull, "base": pull}
    path = f"GET {REPOSITORY}/pulls/3"
    bench.server.on(path, tagged(read), tagged(read), tagged({**read, "state": "closed"}))

    states = [bench.ports().pulls.get(PullRef(SHOP, 3)).is_open for _ in range(3)]

    assert states == [True, True, False]
    known = [headers.get("If-None-Match") for line, headers, _ in bench.server.requests if line == path]
    assert (known[0], known[1] is not None, known[2] is not None) == (None, True, True)


def test_only_the_last_answers_are_remembered(bench: Bench) -> None:
    connection = Connection(bench.server.url, remembered=2)
    paths = ["/a", "/b", "/c", "/a"]
    for path in paths:
        bench.server.on(f"GET {path}", tagged(path))

    answers = [connection.send(TokenAuthStrategy("ghs_x"), Request("GET", path)).body for path in paths]

    assert answers == [b"/a", b"/b", b"/c", b"/a"]
    assert [headers.get("If-None-Match") for _, headers, _ in bench.server.requests] == [None] * 4


def test_an_answer_to_one_token_is_not_another_tokens(bench: Bench) -> None:
    connection = Connection(bench.server.url)
    bench.server.on("GET /a", tagged("known"), refuse(404, "Not Found"))
    connection.send(TokenAuthStrategy("ghs_x"), Request("GET", "/a"))

    assert connection.send(TokenAuthStrategy("ghs_y"), Request("GET", "/a")).status == 404
    assert connection.send(TokenAuthStrategy("ghs_x"), Request("GET", "/a")).status == 404


@pytest.mark.parametrize("fault", [pytest.param(refuse(502, "x"), id="502"), pytest.param(refuse(403, "x"), id="403")])
def test_what_is_remembered_never_stands_in_for_an_answer(bench: Bench, fault: Reply) -> None:
    connection = Connection(bench.server.url)
    bench.server.on("GET /a", tagged("known"), fault)
    connection.send(TokenAuthStrategy("ghs_x"), Request("GET", "/a"))

    assert connection.send(TokenAuthStrategy("ghs_x"), Request("GET", "/a")).status in (403, 502)
